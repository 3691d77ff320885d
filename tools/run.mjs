// Runs the project's commands on the pinned Node.js, installing what they need first.
// Plain JavaScript without dependencies, since it must start from an empty checkout on Node.js 20.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = join(root, 'node_modules', '.bin')
const PNPM = 'pnpm@12.21.0'
const windows = process.platform === 'win32'
const env = { ...process.env, PATH: bin + delimiter + process.env.PATH }

function fail(message, status = 1) {
  console.error(message)
  process.exit(status)
}

/** Runs a program to its end and leaves with its status when it fails. */
function run(program, args, options = {}) {
  const done = spawnSync(program, args, { cwd: root, stdio: 'inherit', env, shell: windows, ...options })
  if (done.error) fail(`${program} could not be started: ${done.error.message}`)
  if (done.signal) process.exit(130)
  if (done.status !== 0) process.exit(done.status ?? 1)
}

/** What decides whether the installed packages are still the right ones. */
function installationStamp() {
  const hash = createHash('sha256').update(`${PNPM} ${process.platform} ${process.arch}`)
  const folders = [
    '.',
    ...['packages', 'examples', 'test'].flatMap((folder) =>
      readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(folder, entry.name)),
    ),
    'test',
    'bench',
  ]
  for (const file of [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    ...folders.map((folder) => join(folder, 'package.json')),
  ]) {
    const path = join(root, file)
    if (existsSync(path)) hash.update(file).update(readFileSync(path))
  }
  return hash.digest('hex')
}

function install() {
  const stampFile = join(root, 'node_modules', '.cache', 'installed')
  const stamp = installationStamp()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && existsSync(join(bin, 'node')))
    return
  console.log('Installing dependencies with pnpm; the first time this takes about half a minute ...')
  const started = Date.now()
  run('npx', [
    '--yes',
    '--loglevel=error',
    PNPM,
    'install',
    '--frozen-lockfile',
    '--reporter=append-only',
    '--loglevel=error',
  ])
  mkdirSync(join(root, 'node_modules', '.cache'), { recursive: true })
  writeFileSync(stampFile, stamp)
  console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`)
}

const node = (...args) => run('node', args)

/** Each command: what it is for, whether the packages are compiled first, and the programs it runs. */
const commands = {
  demo: {
    about: 'the whole flow, printed: sign in, then an Express and a Fastify API judge tokens',
    built: true,
    run: (args) => node('examples/demo/main.ts', ...args),
  },
  test: { about: 'every test suite', built: true, run: (args) => run('vitest', ['run', ...args]) },
  coverage: {
    about: 'every test suite, with branch coverage of packages/*/src',
    run: (args) => run('vitest', ['run', '--coverage', ...args]),
  },
  'authorization-server': {
    about: 'the test authorization server; --port 9000',
    run: (args) => node('test/authorization-server/src/main.ts', ...args),
  },
  example: {
    about: 'an example on the embedded authorization server: express, fastify or node-http',
    run: (args) => node('--conditions=source', 'examples/start.ts', ...args),
  },
  build: { about: 'compiles the packages', built: true, run: () => {} },
  typecheck: {
    about: 'compiles the packages and checks everything else',
    built: true,
    // Benchmarks apart: a peer declares what this library declares too.
    run: () => {
      run('tsc', ['-p', 'tsconfig.check.json'])
      run('tsc', ['-p', 'bench/tsconfig.json'])
    },
  },
  lint: {
    about: 'Biome and knip',
    run: () => {
      run('biome', ['ci', '--colors=off', '.'])
      run('knip', [])
    },
  },
  format: { about: 'formats with Biome', run: () => run('biome', ['check', '--write', '.']) },
  'pack-check': {
    about: 'publint and attw on the packed tarballs',
    built: true,
    run: () => node('tools/pack-check.ts'),
  },
  smoke: {
    about: 'installs the tarballs into an empty project, on each supported Node.js',
    built: true,
    run: (args) => node('tools/smoke.ts', ...args),
  },
  bench: {
    about: 'this library beside others, about six minutes; --quick: one minute; --only TEXT: some sections',
    built: true,
    run: (args) => node('--expose-gc', 'bench/main.ts', ...args),
  },
  mutation: {
    about: 'mutation tests of core; --mutate packages/core/src/decode.ts for one room',
    run: (args) => run('stryker', ['run', ...args]),
  },
  soak: {
    about: 'keys under load, rotations, outages and floods; --seconds 60 --seed 1',
    run: (args) => node('--expose-gc', '--conditions=source', 'test/faults/soak.ts', ...args),
  },
}

const [name, ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined
if (command === undefined) {
  const list = Object.entries(commands).map(([key, { about }]) => `  ${key.padEnd(22)}${about}`)
  fail(`Usage: node tools/run.mjs COMMAND\n${list.join('\n')}`, 2)
}
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19))
  fail(`Node.js 20.19 or newer is needed; this is ${process.versions.node}.`)
// One long-lived server must not have its first line preceded by anything, so installing speaks on stderr there.
if (name === 'authorization-server') console.log = console.error
install()
if (command.built) run('tsc', ['-b'])
command.run(args)

// Runs the project's commands on the pinned Node.js, and installs the dependencies first when necessary.
// Plain JavaScript without dependencies, because it must run in a fresh checkout, on Node.js 20.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = join(root, 'node_modules', '.bin')
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const windows = process.platform === 'win32'
const env = { ...process.env, PATH: bin + delimiter + process.env.PATH }

function fail(message, status = 1) {
  console.error(message)
  process.exit(status)
}

/** Runs a program, and exits with its status if it fails. */
function run(program, args, options = {}) {
  const done = spawnSync(program, args, { cwd: root, stdio: 'inherit', env, shell: windows, ...options })
  if (done.error) fail(`${program} could not be started: ${done.error.message}`)
  if (done.signal) process.exit(130)
  if (done.status !== 0) process.exit(done.status ?? 1)
}

/** A hash of everything that the installed dependencies depend on. */
function installationStamp() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
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
    packageManager,
    'install',
    '--frozen-lockfile',
    '--reporter=append-only',
    '--loglevel=error',
  ])
  mkdirSync(join(root, 'node_modules', '.cache'), { recursive: true })
  writeFileSync(stampFile, stamp)
  console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`)
}

/** Compiles the packages; with `clean`, without outputs of source files that no longer exist. */
function build({ clean }) {
  const outputs = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name, 'dist'))
  if (clean) for (const output of outputs) rmSync(output, { recursive: true, force: true })
  // tsc keeps its records elsewhere, so it does not notice that outputs are missing.
  run('tsc', outputs.every((output) => existsSync(output)) ? ['-b'] : ['-b', '--force'])
  run('node', ['../../tools/finish-package.ts'], { cwd: join(root, 'packages', 'core') })
}

const node = (...args) => run('node', args)

/** Each command: what it does, whether it needs compiled packages, and the programs that it runs. */
const commands = {
  demo: {
    about: 'signs in, then sends good and bad tokens to an Express and a Fastify API',
    built: true,
    run: (args) => node('examples/demo/main.ts', ...args),
  },
  test: { about: 'all tests', built: true, run: (args) => run('vitest', ['run', ...args]) },
  coverage: {
    about: 'all tests, with branch coverage of packages/*/src',
    built: true,
    run: (args) => run('vitest', ['run', '--coverage', ...args]),
  },
  'authorization-server': {
    about: 'starts the test authorization server; --port 9000 --describe FILE',
    run: (args) => node('test/authorization-server/src/main.ts', ...args),
  },
  example: {
    about: 'starts an example with the test authorization server: express, fastify, mcp, nestjs or node-http',
    built: true,
    run: (args) => node('--conditions=source', 'examples/start.ts', ...args),
  },
  build: { about: 'compiles the packages', built: true, run: () => {} },
  typecheck: {
    about: 'compiles the packages and type-checks everything else, examples in documents included',
    built: true,
    // The benchmarks and everything about MCP are separate programs, because one of the compared libraries and the MCP SDK
    // declare the same globals.
    run: () => {
      run('tsc', ['-p', 'tsconfig.check.json'])
      run('tsc', ['-p', 'tsconfig.mcp.json'])
      run('tsc', ['-p', 'bench/tsconfig.json'])
      node('tools/check-examples.ts')
    },
  },
  lint: {
    about: 'Biome, knip, and the direction of imports',
    run: () => {
      run('biome', ['ci', '--colors=off', '.'])
      run('knip', [])
      node('tools/check-imports.ts')
    },
  },
  format: { about: 'formats with Biome', run: () => run('biome', ['check', '--write', '.']) },
  'pack-check': {
    about: 'checks the packed tarballs with publint and attw',
    built: { clean: true },
    run: () => node('tools/pack-check.ts'),
  },
  smoke: {
    about: 'installs the tarballs into an empty project, and uses them on each supported Node.js',
    built: { clean: true },
    run: (args) => node('tools/smoke.ts', ...args),
  },
  packaging: {
    about:
      'uses the tarballs with compilers, test runners, bundlers and package managers; --ci: a part; --only PATTERN',
    built: { clean: true },
    run: (args) => node('test/packaging/main.ts', ...args),
  },
  bench: {
    about:
      'compares this library with others, in about 43 minutes; --quick: under three minutes; --only TEXT: some sections',
    built: true,
    run: (args) => node('--expose-gc', 'bench/main.ts', ...args),
  },
  mutation: {
    about: 'mutation tests of core; --mutate FILE for one file; --results prints the results',
    run: (args) =>
      args.includes('--results') ? node('tools/mutation-summary.ts') : run('stryker', ['run', ...args]),
  },
  specification: {
    about: 'writes docs/specification.md from the tests',
    run: () => node('--conditions=source', 'test/specification/write.ts'),
  },
  soak: {
    about: 'load with key rotations, revocations, replays, outages and floods; --seconds 60 --seed 1',
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
if (major < 20 || (major === 20 && minor < 20))
  fail(`Node.js 20.20 or newer is needed; this is ${process.versions.node}.`)
// The first line on stdout of this server is for programs, so the installation reports to stderr.
if (name === 'authorization-server') console.log = console.error
install()
if (command.built) build(command.built)
command.run(args)

// On each Node.js, ES modules and CommonJS work, and share one copy of every package. On Bun and Deno, both work. In workers, a
// bundle works.
import { join } from 'node:path'
import { PUBLIC_PACKAGES } from '../../tools/tarballs.ts'
import { execute, type Project, project } from './project.ts'
import { type Row, Skip } from './row.ts'

const NODE_VERSIONS = ['20', '22', '24'] as const
/** The program that runs this is one of them. */
const current = process.version.slice(1).split('.')[0]

/** The APIs, with the runtimes. */
const api = (): Promise<Project> =>
  project('runtimes', {
    files: ['api'],
    packages: PUBLIC_PACKAGES,
    dependencies: {
      '@nestjs/common': '11',
      '@nestjs/core': '11',
      express: '5',
      fastify: '5',
      'reflect-metadata': '0.2',
      rxjs: '7',
      bun: 'latest',
      deno: 'latest',
      // Each is the executable of that release.
      ...Object.fromEntries(
        NODE_VERSIONS.filter((version) => version !== current).map((version) => [
          `node-${version}`,
          `npm:node@${version}`,
        ]),
      ),
    },
  })

/** The executable of a release of Node.js. */
export async function nodeExecutable(version: (typeof NODE_VERSIONS)[number]): Promise<string> {
  if (version === current) return process.execPath
  return join((await api()).folder, 'node_modules', `node-${version}`, 'bin', 'node')
}

const SCRIPTS = {
  import: 'main.mjs',
  require: 'app.cjs',
  'one copy for import and require': 'one-copy.cjs',
} as const

const NODE_ROWS: readonly Row[] = NODE_VERSIONS.flatMap((version) =>
  Object.entries(SCRIPTS).map(([name, script]) => ({
    name: `Node.js ${version}: ${name}`,
    ci: script === 'one-copy.cjs',
    run: async () => {
      const { folder } = await api()
      await execute(await nodeExecutable(version), [script], folder)
    },
  })),
)

/** The arguments with which each runtime runs a script. */
const OTHER_RUNTIMES = { bun: ['run'], deno: ['run', '--allow-all', '--quiet'] } as const

async function runOn(runtime: keyof typeof OTHER_RUNTIMES, script: string): Promise<void> {
  const { folder } = await api()
  const program = join(folder, 'node_modules', '.bin', runtime)
  await execute(program, ['--version'], folder).catch(() => {
    throw new Skip(`${runtime} cannot be installed on this machine`)
  })
  await execute(program, [...OTHER_RUNTIMES[runtime], script], folder)
}

const OTHER_ROWS: readonly Row[] = (['bun', 'deno'] as const).flatMap((runtime) =>
  Object.entries({ import: 'main.mjs', require: 'app.cjs', 'its own server': 'native.mjs' }).map(
    ([name, script]) => ({
      name: `${runtime}: ${name}`,
      ci: script === 'native.mjs',
      run: () => runOn(runtime, script),
    }),
  ),
)

const WORKER_ROW: Row = {
  name: 'Cloudflare Workers: Miniflare',
  run: async () => {
    const { bin, node } = await project('workers', {
      files: ['api', 'workers'],
      packages: ['core'],
      dependencies: { esbuild: '0.25', miniflare: '4' },
    })
    const options = ['--bundle', '--format=esm', '--conditions=workerd,worker,browser', '--log-level=warning']
    const external = ['--external:node:*', '--external:cloudflare:*']
    await bin('esbuild', 'worker.mjs', ...options, ...external, '--outfile=out/worker.js')
    await node('main.mjs')
  },
}

export const RUNTIME_ROWS: readonly Row[] = [...NODE_ROWS, ...OTHER_ROWS, WORKER_ROW]

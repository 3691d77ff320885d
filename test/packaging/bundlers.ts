// The API is bundled with its dependencies, and the bundle runs.
import { type Project, project } from './project.ts'
import type { Row } from './row.ts'

const installed = (): Promise<Project> =>
  project('bundlers', {
    files: ['api', 'bundlers'],
    packages: ['core', 'express', 'fastify'],
    dependencies: {
      '@rollup/plugin-commonjs': '28',
      '@rollup/plugin-json': '6',
      '@rollup/plugin-node-resolve': '16',
      '@vercel/ncc': '0.38',
      esbuild: '0.25',
      express: '5',
      fastify: '5',
      rollup: '4',
      tsup: '8',
      typescript: '~5.9.0',
      webpack: '5',
      'webpack-cli': '6',
    },
  })

/** Bundles, and runs the bundle where it finds no packages. */
function row(name: string, output: string, bundle: (project: Project) => Promise<unknown>, ci = false): Row {
  return {
    name,
    ci,
    run: async () => {
      const installation = await installed()
      await bundle(installation)
      const printed = await installation.node(output)
      if (!printed.includes('passed')) throw new Error(`the bundle printed: ${printed}`)
    },
  }
}

const ESBUILD = ['--bundle', '--platform=node', '--log-level=warning', '--minify']

export const BUNDLER_ROWS: readonly Row[] = [
  row(
    'esbuild: CommonJS',
    'out/esbuild.cjs',
    ({ bin }) => bin('esbuild', 'app.cjs', ...ESBUILD, '--outfile=out/esbuild.cjs'),
    true,
  ),
  row('esbuild: imports as CommonJS', 'out/esbuild-import.cjs', ({ bin }) =>
    bin('esbuild', 'start.mjs', ...ESBUILD, '--format=cjs', '--outfile=out/esbuild-import.cjs'),
  ),
  row('webpack', 'out/webpack.cjs', ({ bin }) => bin('webpack', '--config', 'webpack.config.cjs')),
  row('rollup', 'out/rollup.cjs', ({ bin }) => bin('rollup', '--config', 'rollup.config.mjs', '--silent')),
  row('tsup', 'out/start.tsup.cjs', ({ bin }) => bin('tsup', '--config', 'tsup.config.mjs')),
  row('ncc', 'out/ncc/index.cjs', ({ bin }) => bin('ncc', 'build', 'app.cjs', '--out', 'out/ncc', '--quiet')),
]

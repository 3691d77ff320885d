// The API is bundled with its dependencies, and the bundle runs.
import { copyFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { emptyFolder } from '../../tools/tarballs.ts'
import { execute, type Project, project } from './project.ts'
import type { Row } from './row.ts'

const installed = (): Promise<Project> =>
  project('bundlers', {
    files: ['api', 'all', 'bundlers'],
    packages: ['core', 'express', 'fastify', 'mcp', 'nestjs', 'redis', 'signals'],
    dependencies: {
      '@nestjs/common': '11',
      '@nestjs/core': '11',
      '@nestjs/platform-express': '11',
      '@rollup/plugin-commonjs': '28',
      '@rollup/plugin-json': '6',
      '@rollup/plugin-node-resolve': '16',
      '@vercel/ncc': '0.38',
      esbuild: '0.25',
      express: '5',
      fastify: '5',
      ioredis: '6',
      'reflect-metadata': '0.2',
      rollup: '4',
      rxjs: '7',
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
      const folder = emptyFolder('bundle')
      const script = basename(output)
      copyFileSync(join(installation.folder, output), join(folder, script))
      const printed = await execute(process.execPath, [script], folder)
      rmSync(folder, { recursive: true })
      if (!printed.includes('passed')) throw new Error(`the bundle printed: ${printed}`)
    },
  }
}

const ESBUILD = ['--bundle', '--platform=node', '--log-level=warning', '--minify']
/** What Nest loads only if it is installed. */
const OPTIONAL_PARTS_OF_NEST = [
  '@nestjs/microservices',
  '@nestjs/websockets/socket-module',
  'class-transformer',
  'class-validator',
]
const external = OPTIONAL_PARTS_OF_NEST.map((name) => `--external:${name}`)

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
  row(
    'esbuild: MCP, NestJS, Redis and signals',
    'out/esbuild-all.cjs',
    ({ bin }) => bin('esbuild', 'all.cjs', ...ESBUILD, ...external, '--outfile=out/esbuild-all.cjs'),
    true,
  ),
  row('webpack: MCP, NestJS, Redis and signals', 'out/webpack-all.cjs', ({ bin }) =>
    bin('webpack', '--config', 'webpack-all.config.cjs'),
  ),
  row('webpack', 'out/webpack.cjs', ({ bin }) => bin('webpack', '--config', 'webpack.config.cjs')),
  row('rollup', 'out/rollup.cjs', ({ bin }) => bin('rollup', '--config', 'rollup.config.mjs', '--silent')),
  row('tsup', 'out/start.tsup.cjs', ({ bin }) => bin('tsup', '--config', 'tsup.config.mjs')),
  row('ncc', 'out/ncc/index.cjs', ({ bin }) => bin('ncc', 'build', 'app.cjs', '--out', 'out/ncc', '--quiet')),
]

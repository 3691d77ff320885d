// Package managers that give a package only the dependencies that it declares.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../tools/tarballs.ts'
import { execute, type ProjectOptions, project } from './project.ts'
import type { Row } from './row.ts'

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  packageManager: string
}
const YARN = '@yarnpkg/cli-dist@4'
const pnpm = (folder: string): Promise<string> =>
  execute(
    'npx',
    ['--yes', '--loglevel=error', packageManager, 'install', '--no-frozen-lockfile', '--loglevel=error'],
    folder,
  )

/** Runs commands of Yarn, one after the other. */
const yarn = (folder: string, ...commands: string[]): Promise<string> =>
  execute(
    'npx',
    [
      '--yes',
      '--loglevel=error',
      `--package=${YARN}`,
      '-c',
      commands.map((each) => `yarn ${each}`).join(' && '),
    ],
    folder,
    { YARN_ENABLE_TELEMETRY: '0', YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' },
  )

const PACKAGES = {
  files: ['api', 'all', 'package-managers'],
  packages: ['core', 'express', 'fastify', 'mcp', 'nestjs', 'redis', 'signals', 'doctor'],
  dependencies: {
    '@nestjs/common': '11',
    '@nestjs/core': '11',
    '@nestjs/platform-express': '11',
    '@types/express': '5',
    '@types/node': '22',
    express: '5',
    fastify: '5',
    ioredis: '6',
    'reflect-metadata': '0.2',
    rxjs: '7',
    typescript: '~5.9.0',
  },
} as const satisfies ProjectOptions

const SCRIPTS = ['main.mjs', 'app.cjs', 'all.mjs', 'all.cjs']

export const PACKAGE_MANAGER_ROWS: readonly Row[] = [
  {
    name: 'pnpm: import and require',
    ci: true,
    run: async () => {
      const { node } = await project('pnpm', { ...PACKAGES, install: pnpm })
      for (const script of SCRIPTS) await node(script)
    },
  },
  {
    name: 'pnpm: declarations without core as a dependency',
    ci: true,
    run: async () => {
      // Without core, which the packages need and the application cannot reach.
      const packages = PACKAGES.packages.filter((name) => name !== 'core')
      const { bin } = await project('pnpm-declarations', { ...PACKAGES, packages, install: pnpm })
      await bin('tsc', '-p', '.')
    },
  },
  {
    name: 'Yarn Plug and Play: import, require and declarations',
    run: async () => {
      const commands = ['install', ...SCRIPTS.map((script) => `node ${script}`), 'tsc -p .']
      await project('yarn', { ...PACKAGES, install: (folder) => yarn(folder, ...commands) })
    },
  },
]

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
const npx = (name: string, ...args: string[]): string[] => [
  '--yes',
  '--loglevel=error',
  `--package=${name}`,
  '--',
  ...args,
]

const pnpm = (folder: string): Promise<string> =>
  execute('npx', npx(packageManager, 'pnpm', 'install', '--no-frozen-lockfile', '--loglevel=error'), folder)

const yarn = (folder: string, ...args: string[]): Promise<string> =>
  execute('npx', npx(YARN, 'yarn', ...args), folder, {
    YARN_ENABLE_TELEMETRY: '0',
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
  })

const PACKAGES = {
  files: ['api', 'package-managers'],
  packages: ['core', 'express', 'fastify'],
  dependencies: {
    '@types/express': '5',
    '@types/node': '22',
    express: '5',
    fastify: '5',
    typescript: '~5.9.0',
  },
} as const satisfies ProjectOptions

export const PACKAGE_MANAGER_ROWS: readonly Row[] = [
  {
    name: 'pnpm: import and require',
    ci: true,
    run: async () => {
      const { node } = await project('pnpm', { ...PACKAGES, install: pnpm })
      await node('main.mjs')
      await node('app.cjs')
    },
  },
  {
    name: 'pnpm: declarations',
    ci: true,
    run: async () => {
      const { bin } = await project('pnpm', { ...PACKAGES, install: pnpm })
      await bin('tsc', '-p', '.')
    },
  },
  {
    name: 'Yarn Plug and Play: import, require and declarations',
    run: async () => {
      const { folder } = await project('yarn', { ...PACKAGES, install: (folder) => yarn(folder, 'install') })
      await yarn(folder, 'node', 'main.mjs')
      await yarn(folder, 'node', 'app.cjs')
      await yarn(folder, 'tsc', '-p', '.')
    },
  },
]

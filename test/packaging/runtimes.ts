// On each Node.js, ES modules and CommonJS work, and share one copy of every package.
import { join } from 'node:path'
import { execute, type Project, project } from './project.ts'
import type { Row } from './row.ts'

const api = (): Promise<Project> =>
  project('node', {
    files: ['api'],
    packages: ['core', 'express', 'fastify'],
    dependencies: {
      express: '5',
      fastify: '5',
      // Each is the executable of that release.
      ...Object.fromEntries(['20', '22', '24'].map((version) => [`node-${version}`, `npm:node@${version}`])),
    },
  })

const SCRIPTS = {
  import: 'main.mjs',
  require: 'app.cjs',
  'one copy for import and require': 'one-copy.cjs',
} as const

export const RUNTIME_ROWS: readonly Row[] = ['20', '22', '24'].flatMap((version) =>
  Object.entries(SCRIPTS).map(([name, script]) => ({
    name: `Node.js ${version}: ${name}`,
    ci: script === 'one-copy.cjs',
    run: async () => {
      const { folder } = await api()
      await execute(join(folder, 'node_modules', `node-${version}`, 'bin', 'node'), [script], folder)
    },
  })),
)

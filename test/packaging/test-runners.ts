// The other test runners, with CommonJS and ES modules.
import { type Project, project } from './project.ts'
import type { Row } from './row.ts'

const installed = (): Promise<Project> =>
  project('test-runners', {
    files: ['api', 'test-runners'],
    packages: ['core', 'express', 'fastify'],
    dependencies: { express: '5', fastify: '5', mocha: '11', vitest: '4' },
  })

const row = (name: string, run: (project: Project) => Promise<unknown>): Row => ({
  name,
  run: async () => run(await installed()),
})

export const TEST_RUNNER_ROWS: readonly Row[] = [
  row('mocha: CommonJS', ({ bin }) => bin('mocha', '--timeout', '60000', 'mocha.cjs')),
  row('mocha: ES modules', ({ bin }) => bin('mocha', '--timeout', '60000', 'mocha.mjs')),
  row('vitest', ({ bin }) => bin('vitest', 'run', '--testTimeout=60000', 'vitest.test.mjs')),
  row('node:test: CommonJS', ({ node }) => node('--test', 'node-test.cjs')),
  row('node:test: ES modules', ({ node }) => node('--test', 'node-test.mjs')),
]

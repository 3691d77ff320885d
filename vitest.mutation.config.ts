import { defineConfig } from 'vitest/config'

/**
 * What mutants of core are judged by: its own tests and those against the hostile authorization server.
 *
 * Left out are those that run every line of core for seconds, and so would be run for every mutant; properties are
 * tried on fewer inputs for the same reason.
 */
const conditions = ['source', 'module', 'node']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } },
  test: {
    include: ['packages/core/test/**/*.test.ts', 'test/faults/*.test.ts'],
    exclude: ['test/faults/soak.test.ts', 'test/faults/work.test.ts'],
    env: { PROPERTY_RUNS: '300' },
    testTimeout: 30_000,
  },
})

import { defineConfig } from 'vitest/config'

/**
 * The tests that mutants of core are run against: its own, and those with the hostile authorization server.
 *
 * Tests that run all of core for seconds are excluded, because they would be run for every mutant. Property tests use
 * fewer inputs for the same reason.
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

import { defineConfig } from 'vitest/config'

/** What mutants of core are judged by: its own tests and those against the hostile authorization server. */
const conditions = ['source', 'module', 'node']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } },
  test: { include: ['packages/core/test/**/*.test.ts', 'test/faults/*.test.ts'], testTimeout: 30_000 },
})

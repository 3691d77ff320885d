import { defineConfig } from 'vitest/config'

const source = { resolve: { conditions: ['source', 'module', 'node'] }, ssr: { resolve: { conditions: ['source', 'module', 'node'], externalConditions: ['source', 'node'] } } }

export default defineConfig({
  test: {
    projects: [
      { ...source, test: { name: 'unit', include: ['packages/*/test/**/*.test.ts'] } },
      {
        ...source,
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { branches: 95 },
    },
  },
})

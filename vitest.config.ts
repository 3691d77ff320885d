import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Tests run the sources: the condition `source` resolves the name of each package to its src folder. */
const conditions = ['source', 'module', 'node']
const source = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } },
}

export default defineConfig({
  test: {
    // Many tests wait for sockets and timers, so a second worker is useful even on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', './tools/closing-line-reporter.ts'],
    projects: [
      {
        ...source,
        test: { name: 'unit', include: ['packages/*/test/**/*.test.ts', 'tools/test/*.test.ts'] },
      },
      {
        ...source,
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/mcp/**'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...source,
        // Source maps of the MCP SDK point to files that it does not contain.
        logLevel: 'error',
        test: {
          name: 'mcp',
          include: ['test/mcp/**/*.test.ts'],
          // A dependency has the condition `source`, too: it leads to TypeScript, which Node.js does not load from node_modules.
          server: {
            deps: { inline: [/[\\/]@modelcontextprotocol[\\/]/, /[\\/]eventsource(?:-parser)?[\\/]/] },
          },
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

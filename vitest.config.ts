import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Tests run the sources: the condition `source` resolves the name of each package to its src folder. */
const conditions = ['source', 'module', 'node']
const source = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } },
}

/** Versions of Nest besides the one that packages/nestjs depends on. */
const nest = (version: number) => {
  const folder = fileURLToPath(new URL(`test/nestjs-${version}/node_modules`, import.meta.url))
  return [{ find: /^(@nestjs\/[^/]+|reflect-metadata|rxjs)$/, replacement: `${folder}/$1` }]
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
      ...[10, 12].map((version) => ({
        ...source,
        resolve: { conditions, alias: nest(version) },
        test: {
          name: `nestjs ${version}`,
          include: ['packages/nestjs/test/**/*.test.ts'],
          exclude: ['packages/nestjs/test/graphql/**'],
        },
      })),
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

import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { keptWorker } from './tools/mutation-worker.ts'

const conditions = ['source', 'module', 'node']

/** The test files that have detected mutants, the latest last. */
const detecting = new Set<string>()

/** Runs first what has detected the previous mutants, which often are in the same module, and then fast files before slow ones. */
class FastFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const results = new Map(files.map((file) => [file, this.ctx.cache.getTestSpecificationResult(file)]))
    for (const { moduleId } of files.filter((file) => results.get(file)?.failed)) {
      detecting.delete(moduleId)
      detecting.add(moduleId)
    }
    const latest = [...detecting].slice(-4)
    const rank = (file: TestSpecification) => results.get(file)?.duration ?? 0
    const order = (file: TestSpecification) => -latest.indexOf(file.moduleId) - 1 || rank(file)
    return [...files].sort((a, b) => order(a) - order(b))
  }
}

/**
 * The tests that mutants of core are run against: those of core.
 *
 * A mutant is run against all tests that execute its line, so tests that start programs, wait for timers or try many
 * inputs are excluded. The files share one worker without isolation, because loading core takes longer than most tests.
 */
export default defineConfig({
  plugins: [keptWorker],
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } },
  test: {
    include: (process.env.MUTATION_TESTS ?? 'packages/core/test/**/*.test.ts').split(','),
    exclude: [
      'packages/core/test/properties/**',
      'packages/core/test/copies*.test.ts',
      'packages/core/test/leaks*.test.ts',
      'packages/core/test/issuer/fleet.test.ts',
      'packages/core/test/refusal/frozen-intrinsics.test.ts',
      'packages/core/test/token/cache-hit-rate.test.ts',
      'packages/core/test/*/*-memory.test.ts',
    ],
    isolate: false,
    sequence: { sequencer: FastFirst },
    setupFiles: ['tools/mutation-setup.ts'],
    // A test that fails because of what another file left is no detected mutant.
    retry: 1,
    testTimeout: 10_000,
  },
})

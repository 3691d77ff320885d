import { expect, it } from 'vitest'
import { runProgram } from '../support/run-program.ts'

const { uncached, cached } = (await runProgram('tenants-memory.ts', '--expose-gc')) as {
  uncached: number
  cached: number
}

it('an evicted tenant does not stay in memory, nor do its cached tokens', () => {
  expect(uncached).toBeLessThan(2_000)
  expect(cached).toBeLessThan(2_000)
})

import { expect, it } from 'vitest'
import { runProgram } from '../support/run-program.ts'

it('an evicted tenant does not stay in memory', async () => {
  expect(await runProgram('tenants-memory.ts', '--expose-gc')).toBeLessThan(2_000)
})

import { expect, it } from 'vitest'
import { runProgram } from '../support/run-program.ts'

it('a tenant that was dropped to make room for others is gone from memory', async () => {
  expect(await runProgram('tenants-memory.ts', '--expose-gc')).toBeLessThan(2_000)
})

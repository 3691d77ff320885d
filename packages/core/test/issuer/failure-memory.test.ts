import { expect, it } from 'vitest'
import { runProgram } from '../support/run-program.ts'

it('a token does not stay in memory with the reason why its server could not be asked', {
  timeout: 30_000,
}, async () => {
  expect(await runProgram('failure-memory.ts', '--expose-gc')).toEqual({
    failures: ['http_status', 'network', 'network'],
    found: [],
  })
})

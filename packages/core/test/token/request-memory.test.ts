import { expect, it } from 'vitest'
import { runProgram } from '../support/run-program.ts'

const kept = (await runProgram('request-memory.ts', '--expose-gc')) as Readonly<Record<string, number>>

it.each(Object.entries(kept))(
  'what was needed to decide about a request (%s) does not stay until the whole heap is collected',
  (_, bytes) => {
    expect(bytes).toBeLessThan(1_000)
  },
)

it('was measured for every outcome', () => {
  expect(Object.keys(kept)).toHaveLength(6)
})

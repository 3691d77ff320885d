import { describe, expect, it } from 'vitest'
import { runProgram } from '../support/run-program.ts'

const { cutOut, expired } = (await runProgram('cache-memory.ts', '--expose-gc')) as {
  cutOut: { cached: number; bytes: number }
  expired: { cached: boolean; kept: boolean; bytesBefore: number; bytesAfter: number }
}

describe('tokens in the cache', () => {
  it('do not keep the texts alive from which they were cut: 20 out of 1 MB each keep less than 1 MB', () => {
    expect(cutOut.cached).toBe(40)
    expect(cutOut.bytes).toBeLessThan(1_048_576)
  })
})

describe('tokens that have expired', () => {
  it('and their claims are gone from memory after a minute without requests', () => {
    expect(expired).toMatchObject({ cached: true, kept: false })
    expect(expired.bytesBefore).toBeGreaterThan(2_000_000)
    expect(expired.bytesAfter).toBeLessThan(500_000)
  })
})

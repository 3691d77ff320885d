import { outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import { stopTime } from '../support/time.ts'
import { makeVerifier } from '../support/verifiers.ts'

describe('an answer of a store', () => {
  it.each<[string, () => Promise<boolean>, string]>([
    ['that comes', async () => false, 'accepted'],
    ['that is an error', () => Promise.reject(new Error('down')), 'store_unavailable'],
  ])('%s leaves no timer', async (_title, isRevoked, expected) => {
    stopTime({ timers: true })
    const verifier = makeVerifier({ revocation: { isRevoked }, tokenCache: false, clock: Date.now })
    expect(await outcomeOf(verifier.verify(signToken()))).toBe(expected)
    expect(vi.getTimerCount()).toBe(0)
    verifier.close()
  })
})

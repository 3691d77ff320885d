import { outcomeOf, signToken } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { MemoryReplayStore } from '../src/stores/replay-store.ts'
import { askingVerifier } from './support/introspection.ts'
import { makeVerifier } from './support/verifiers.ts'

// In browsers and Cloudflare Workers, setTimeout() returns a number, which has no method unref().
beforeEach(() => {
  const start = setTimeout
  const numbered = (...parameters: Parameters<typeof setTimeout>): number => Number(start(...parameters))
  vi.stubGlobal('setTimeout', numbered)
  onTestFinished(() => void vi.unstubAllGlobals())
})

describe('where timers are numbers', () => {
  it('answers of the authorization server are kept', async () => {
    const { outcome, calls } = askingVerifier()
    expect([await outcome('a-1'), await outcome('a-1')]).toEqual(['accepted', 'accepted'])
    expect(calls).toHaveLength(1)
  })

  it('stores of revoked tokens and of proofs work', async () => {
    const isRevoked = () => new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))
    const verifier = makeVerifier({ revocation: { isRevoked } })
    onTestFinished(() => verifier.close())
    expect(await outcomeOf(verifier.verify(signToken()))).toBe('accepted')
    const clock = { wall: () => 1, monotonic: () => 1 }
    const store = new MemoryReplayStore({ max: 9, maxPerClient: 9, maxPerKey: 9 }, clock)
    expect(store.claim({ key: 'a', client: 'b', thumbprint: 'c', timeToLive: 1 })).toBe(true)
  })
})

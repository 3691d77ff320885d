import { setImmediate as nextTurn } from 'node:timers/promises'
import { keySet, NOW, signingKey, signToken } from '@okta-resource-server/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { askingVerifier } from './support/introspection.ts'
import { boundToken, dpopRequest, makeProof } from './support/proofs.ts'
import { createTenants, KEY, tenant } from './support/tenants.ts'
import { cache, decideNow, makeVerifier, remoteVerifier } from './support/verifiers.ts'

const timers = new Map<number, ReturnType<typeof setTimeout>>()

// As in Cloudflare Workers and browsers, where timers have no methods.
beforeEach(() => {
  const { setTimeout, clearTimeout } = globalThis
  vi.stubGlobal('setTimeout', (...rest: Parameters<typeof setTimeout>) => {
    timers.set(timers.size + 1, setTimeout(...rest))
    return timers.size
  })
  vi.stubGlobal('clearTimeout', (id: number | undefined) => clearTimeout(timers.get(id ?? 0)))
})
afterEach(() => {
  vi.unstubAllGlobals()
  expect(timers.size).toBeGreaterThan(0)
  for (const timer of timers.values()) clearTimeout(timer)
  timers.clear()
})

describe('where timers are numbers, a token is accepted', () => {
  it('that is verified with keys that are fetched, and then found in the cache', async () => {
    const { verifier } = remoteVerifier([signingKey()])
    const token = signToken()
    await cache(verifier, token)
    expect(decideNow(verifier, token)).toBeDefined()
  })

  it('of an issuer that a function finds', async () => {
    const { outcome } = createTenants(() => ({ jwks: keySet(KEY) }), { clock: () => NOW * 1_000 })
    expect(await outcome(tenant('one'))).toBe('accepted')
  })

  it('about which the authorization server is asked', async () => {
    const { outcome } = askingVerifier()
    expect(await outcome('opaque-token')).toBe('accepted')
  })

  it('that is bound to a key, and looked up in a store', async () => {
    const verifier = makeVerifier({ revocation: { isRevoked: () => nextTurn(false) } })
    const auth = await verifier.authenticate(dpopRequest(boundToken(), makeProof()))
    expect(auth.confirmation).toBeDefined()
  })
})

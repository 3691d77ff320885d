import { CLIENT_ID, ISSUER, NOW, outcomeOf, refusalOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import { decide } from '../../src/adapter.ts'
import { errorResponse } from '../../src/refusal/response.ts'
import { StoreError } from '../../src/refusal/store-error.ts'
import { memoryRevocationStore } from '../../src/stores/memory-revocation-store.ts'
import type { VerifiedAccessToken } from '../../src/token/verified-access-token.ts'
import { asking, cache, decideNow, makeVerifier, requestWith } from '../support/verifiers.ts'

const token = signToken()
const clock = (): number => NOW * 1_000

describe('a function that answers', () => {
  it.each<[string, unknown, string]>([
    ['false', () => false, 'accepted'],
    ['true', () => true, 'token_revoked'],
    ['false later', async () => false, 'accepted'],
    ['true later', async () => true, 'token_revoked'],
  ])('%s', async (_, isRevoked, expected) => {
    const verifier = asking(isRevoked)
    expect(await outcomeOf(verifier.verify(token))).toBe(expected)
    expect(await outcomeOf(verifier.authenticate(requestWith(token)))).toBe(expected)
  })

  it('gets the verified token', async () => {
    const isRevoked = vi.fn((auth: VerifiedAccessToken) => auth.claims.jti === undefined)
    const verifier = asking(isRevoked)
    const auth = await verifier.verify(token)
    expect(isRevoked).toHaveBeenCalledExactlyOnceWith(auth)
  })

  it('is not asked about a token that is refused for another reason', async () => {
    const isRevoked = vi.fn(() => true)
    const verifier = asking(isRevoked)
    const expired = signToken({ claims: { exp: NOW - 60 } })
    expect(await outcomeOf(verifier.verify(expired))).toBe('token_expired')
    expect(isRevoked).not.toHaveBeenCalled()
  })

  it('is asked before the requirements', async () => {
    const verifier = asking(() => true)
    expect(await outcomeOf(verifier.verify(token, { scopes: ['unknown'] }))).toBe('token_revoked')
  })

  it('true is a 401 with a challenge', async () => {
    const refusal = await refusalOf(asking(() => true).verify(token))
    expect(errorResponse(refusal)).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringContaining('error="invalid_token"') },
    })
  })
})

describe('a cached token', () => {
  it('is checked on every request [REV-02]', async () => {
    const store = memoryRevocationStore({ clock })
    const verifier = asking(store)
    await cache(verifier, token)
    decideNow(verifier, token)
    await store.revoke({ issuer: ISSUER, uid: decideNow(verifier, token).claims['uid' as never] })
    expect(() => decide(verifier, requestWith(token))).toThrow('revoked')
    expect(await outcomeOf(verifier.verify(token))).toBe('token_revoked')
  })

  it('is looked up again by every verifier that has it, once anything was written [REV-02]', async () => {
    const store = memoryRevocationStore({ clock })
    const [one, other] = [asking(store), asking(store)]
    for (const verifier of [one, other]) await cache(verifier, token)
    for (let time = 0; time < 3; time++) decideNow(one, token)
    await store.revoke({ issuer: ISSUER, uid: '00u-another' })
    for (const verifier of [one, other]) decideNow(verifier, token)
    await store.revoke({ issuer: ISSUER, jti: decideNow(one, token).claims['jti' as never] })
    for (const verifier of [one, other]) expect(() => decideNow(verifier, token)).toThrow('revoked')
  })

  it.each([
    ['for each request in a store that others may write to', undefined, 5],
    ['once in a store to which nothing was written', () => 1, 0],
  ] as const)('is looked up %s', async (_title, writes, calls) => {
    const isRevoked = vi.fn(() => false)
    // A copy of a store in memory does not say how often the store was written to.
    const verifier = asking({ ...memoryRevocationStore({ clock }), isRevoked, ...(writes && { writes }) })
    await cache(verifier, token)
    decideNow(verifier, token)
    isRevoked.mockClear()
    for (let time = 0; time < 5; time++) decideNow(verifier, token)
    expect(isRevoked).toHaveBeenCalledTimes(calls)
  })

  it('is decided about without a promise if the answer is one of memory', async () => {
    const verifier = asking(memoryRevocationStore({ clock }))
    await cache(verifier, token)
    expect(decideNow(verifier, token).issuer).toBe(ISSUER)
  })

  it('is decided about with a promise if the answer comes later', async () => {
    const verifier = asking(async () => false)
    await cache(verifier, token)
    const decision = decide(verifier, requestWith(token))
    expect(decision).toBeInstanceOf(Promise)
    await decision
  })

  it.each([null, 'active', 1])(
    'is not refused for a claim status that refers to no status list: %o',
    async (status) => {
      const verifier = asking(() => false)
      expect(await outcomeOf(verifier.verify(signToken({ claims: { status } })))).toBe('accepted')
    },
  )

  it('that expires during the wait is refused', async () => {
    const time = { now: NOW * 1_000 }
    const isRevoked = async (): Promise<boolean> => {
      time.now = (NOW + 100_000) * 1_000
      return false
    }
    const verifier = makeVerifier({ clock: () => time.now, revocation: { isRevoked } })
    expect(await outcomeOf(verifier.verify(token))).toBe('token_expired')
  })

  it('that was verified before and expires during the wait is refused', async () => {
    const time = { now: NOW * 1_000, step: 0 }
    const isRevoked = async (): Promise<boolean> => {
      time.now += time.step
      return false
    }
    const verifier = makeVerifier({ clock: () => time.now, revocation: { isRevoked } })
    await cache(verifier, token)
    time.step = 100_000_000
    expect(await outcomeOf(verifier.verify(token))).toBe('token_expired')
  })

  it('is checked once per request, however many guards it passes', async () => {
    const isRevoked = vi.fn(() => false)
    const verifier = asking(isRevoked)
    const request = requestWith(token)
    for (let guard = 0; guard < 3; guard++) await decide(verifier, request)
    expect(isRevoked).toHaveBeenCalledOnce()
    await decide(verifier, requestWith(token))
    expect(isRevoked).toHaveBeenCalledTimes(2)
  })
})

describe('explain()', () => {
  it('shows what the check compared', async () => {
    const store = memoryRevocationStore({ clock })
    await store.revoke({ issuer: ISSUER, uid: '00u1' })
    const claims = {
      jti: 'AT.1',
      sub: 'someone',
      uid: '00u1',
      auth_time: NOW - 10,
      iat: NOW - 5,
      exp: NOW + 60,
    }
    const { accepted, code, checks } = await asking(store).explain(signToken({ claims }))
    expect([accepted, code]).toEqual([false, 'token_revoked'])
    expect(checks.find(({ check }) => check === 'revocation')).toMatchObject({
      outcome: 'failed',
      found: { ...claims, clientId: CLIENT_ID },
      wanted: { revoked: false, lifetime: 'at most 86400 seconds' },
      hint: expect.stringContaining('new token'),
    })
  })

  it('shows no lifetime where tokens may have any', async () => {
    const { checks } = await asking(() => false).explain(token)
    expect(checks.find(({ check }) => check === 'revocation')?.wanted).toEqual({ revoked: false })
  })

  it('shows why a store gave no answer', async () => {
    const { code, checks } = await asking(() => {
      throw new StoreError('server_error', 'OOM')
    }).explain(token)
    expect(code).toBe('store_unavailable')
    expect(checks.find(({ check }) => check === 'revocation')?.found).toMatchObject({
      cause: 'server_error',
      serverCode: 'OOM',
    })
  })

  it('leaves the check out where revocation is not checked', async () => {
    const { checks } = await makeVerifier().explain(token)
    expect(checks.map(({ check }) => check)).not.toContain('revocation')
  })
})

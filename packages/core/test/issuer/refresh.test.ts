import { webcrypto } from 'node:crypto'
import { ISSUER, keySet, type SigningKey, signingKey } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createSetting, createWarmSetting, JWKS_URI, publishes } from '../support/issuer.ts'
import { HOUR, pass, START, stopTime } from '../support/time.ts'

const A = signingKey('ES256', 'a')
const B = signingKey('ES256', 'b')
const rsa = signingKey('RS256')
/** Well-formed, but not a point on the curve. */
const broken: SigningKey = { ...A, jwk: { ...A.jwk, kid: 'broken', y: A.jwk.x as string } }

beforeEach(() => stopTime())

describe('before first use', () => {
  it('the issuer is not ready, and nothing is fetched', () => {
    const { status, requests } = createSetting(publishes(A))
    expect(status()).toEqual({
      issuer: ISSUER,
      ready: false,
      keys: 0,
      age: undefined,
      nextRefresh: undefined,
      lastError: undefined,
    })
    expect(requests).toEqual([])
  })

  it('keys are fetched once for all concurrent requests', async () => {
    const { verifier, outcome, urls, refreshes } = createSetting(publishes(A))
    const outcomes = await Promise.all([outcome(A), outcome(A), outcome(A), verifier.ready()])
    expect(outcomes).toEqual(['accepted', 'accepted', 'accepted', undefined])
    expect(urls()).toEqual([JWKS_URI])
    expect(refreshes.messages).toEqual([
      ['refresh.started', { issuer: ISSUER, reason: 'first_use' }],
      ['refresh.succeeded', { issuer: ISSUER, reason: 'first_use', keys: 1, added: 1, withdrawn: 0 }],
      ['keys.rotated', { issuer: ISSUER, added: 1, withdrawn: 0 }],
    ])
  })

  it('keys are fetched a second time if the first fetch did not bring the kid', async () => {
    const { outcome, requests, refreshes } = createSetting(publishes(A))
    expect(await outcome(B)).toBe('key_unknown')
    expect(requests).toHaveLength(2)
    expect(refreshes.reasons).toEqual(['first_use', 'unknown_key'])
  })

  it('keys are not fetched again if the kid belongs to a key of another algorithm', async () => {
    const { outcome, requests } = createSetting(publishes(rsa))
    expect(await outcome(A, { kid: rsa.kid })).toBe('key_unsuitable')
    expect(requests).toHaveLength(1)
  })

  it('a set of broken keys is accepted, and its tokens are refused', async () => {
    const { outcome, status } = createSetting(publishes(broken))
    expect(await outcome(A, { kid: 'broken' })).toBe('key_unsuitable')
    expect(status()).toMatchObject({ ready: true, keys: 1 })
  })
})

describe('fresh keys', () => {
  it('have an age and a next refresh', async () => {
    const { status } = await createWarmSetting(publishes(A, B))
    pass(1_000)
    expect(status()).toEqual({
      issuer: ISSUER,
      ready: true,
      keys: 2,
      age: 1_000,
      nextRefresh: START + HOUR,
      lastError: undefined,
    })
  })

  it('are not fetched again before their last millisecond has passed', async () => {
    const setting = await createWarmSetting(publishes(A))
    pass(HOUR - 1)
    expect(await setting.outcome(A)).toBe('accepted')
    await setting.verifier.ready()
    expect(setting.requests).toHaveLength(1)
    pass(1)
    await setting.refreshes.after(() => setting.outcome(A))
    expect(setting.requests).toHaveLength(2)
  })

  it('are fresh for as long as the server says', async () => {
    const headers = { 'cache-control': 'max-age=600' }
    const { status } = await createWarmSetting(() => Response.json(keySet(A), { headers }))
    expect(status().nextRefresh).toBe(START + 600_000)
  })

  it('are not fresh for longer than cacheMaxAge', async () => {
    const { status } = await createWarmSetting(publishes(A), { cacheMaxAge: 120_000 })
    expect(status().nextRefresh).toBe(START + 120_000)
  })

  it('are refreshed after 80 % of their lifetime at the earliest', async () => {
    vi.mocked(Math.random).mockReturnValue(0)
    const { status } = await createWarmSetting(publishes(A))
    expect(status().nextRefresh).toBe(START + 0.8 * HOUR)
  })
})

describe('status()', () => {
  it('starts no refresh, even if one is due', async () => {
    const setting = await createWarmSetting(publishes(A))
    pass(2 * HOUR)
    expect(setting.status()).toMatchObject({ ready: true, nextRefresh: START + 2 * HOUR })
    expect(setting.refreshes.messages).toEqual([])
  })

  it('is not ready as soon as the keys are too old', async () => {
    const { status } = await createWarmSetting(publishes(A), { staleIfError: 10_000 })
    pass(HOUR + 9_999)
    expect(status().ready).toBe(true)
    pass(1)
    expect(status()).toMatchObject({ ready: false, keys: 1 })
  })
})

describe('a fetched JWK Set', () => {
  it.each([[[]], [{}], [null], [{ keys: 1 }]])('is rejected if it is not a JWK Set: %j', async (json) => {
    const { verifier, status } = createSetting(() => Response.json(json))
    await expect(verifier.ready()).rejects.toMatchObject({ code: 'keys_unavailable' })
    expect(status().lastError).toMatchObject({ code: 'wrong_shape', url: JWKS_URI })
  })

  const useless: [unknown[]][] = [[[]], [[{ kty: 'oct', k: 'c2VjcmV0' }]], [[{ ...A.jwk, use: 'enc' }]]]

  it.each(useless)('is rejected on first use if it has no signature key: %j', async (keys) => {
    const { verifier, status } = createSetting(() => Response.json({ keys }))
    await expect(verifier.ready()).rejects.toMatchObject({ code: 'keys_unavailable' })
    expect(status()).toMatchObject({ ready: false, lastError: { code: 'no_usable_key', url: JWKS_URI } })
    expect(status().lastError?.message).toBe(`${JWKS_URI}: the JWK Set has no usable key`)
  })

  it.each([...useless, [[broken.jwk]]])(
    'does not replace known keys if none of its keys is usable: %j',
    async (keys) => {
      const setting = await createWarmSetting(publishes(A))
      setting.server.answer = () => Response.json({ keys })
      pass(HOUR)
      await setting.refreshes.after(() => setting.outcome(A))
      expect(setting.status()).toMatchObject({ ready: true, lastError: { code: 'no_usable_key' } })
      expect(await setting.outcome(A)).toBe('accepted')
    },
  )

  it('replaces known keys if one of its keys is usable', async () => {
    const setting = await createWarmSetting(publishes(A))
    setting.server.answer = publishes(broken, B)
    pass(HOUR)
    await setting.refreshes.after(() => setting.outcome(A))
    expect(await setting.outcome(B)).toBe('accepted')
    expect(setting.status()).toMatchObject({ keys: 2, lastError: undefined })
  })

  it('does not cause keys that are published unchanged to be imported again', async () => {
    const setting = await createWarmSetting(publishes(A))
    expect(await setting.outcome(A)).toBe('accepted')
    setting.server.answer = publishes(B, A)
    pass(HOUR)
    await setting.refreshes.after(() => setting.outcome(A))
    const importKey = vi.spyOn(webcrypto.subtle, 'importKey')
    expect(await setting.outcome(A)).toBe('accepted')
    expect(importKey).not.toHaveBeenCalled()
  })
})

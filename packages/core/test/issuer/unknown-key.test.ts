import { keySet, type SigningKey, signingKey } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { createWarmSetting, down, publishes, WITHOUT_KID } from '../support/issuer.ts'
import { without } from '../support/published.ts'
import { HOUR, pass, stopTime } from '../support/time.ts'

const A = signingKey('ES256', 'a')
const B = signingKey('ES256', 'b')
const C = signingKey('ES256', 'c')
const rsa = signingKey('RS256')
const COOLDOWN = 30_000

beforeEach(() => stopTime())

/** A key that is never published under this kid. */
const unpublished = (kid: string): SigningKey => ({ ...A, kid })
const response = async (...keys: readonly SigningKey[]): Promise<Response> => Response.json(keySet(...keys))

describe('an unknown kid', () => {
  it('causes one fetch for all concurrent requests, which finds the key', async () => {
    const { server, outcome, requests, refreshes } = await createWarmSetting(publishes(A))
    server.answer = publishes(A, B)
    expect(await Promise.all([outcome(B), outcome(B)])).toEqual(['accepted', 'accepted'])
    expect(requests).toHaveLength(2)
    expect(refreshes.reasons).toEqual(['unknown_key'])
  })

  it('is refused without another fetch for the cooldown if the fetch did not find it', async () => {
    const { server, outcome, requests } = await createWarmSetting(publishes(A))
    expect(await outcome(B)).toBe('key_unknown')
    server.answer = publishes(A, B)
    pass(COOLDOWN - 1)
    expect(await outcome(B)).toBe('key_unknown')
    expect(requests).toHaveLength(2)
    pass(1)
    expect(await outcome(B)).toBe('accepted')
    expect(requests).toHaveLength(3)
  })

  it('is found by the first fetch after an outage, because a failed fetch says nothing about it', async () => {
    const { server, outcome } = await createWarmSetting(publishes(A))
    server.answer = down
    expect(await outcome(B)).toBe('keys_unavailable')
    server.answer = publishes(A, B)
    pass(1_000)
    expect(await outcome(B)).toBe('accepted')
  })

  it('causes no fetch during the cooldown after two fetches that found nothing', async () => {
    const { outcome, requests } = await createWarmSetting(publishes(A))
    for (const kid of ['one', 'two', 'three', 'four']) {
      expect(await outcome(unpublished(kid))).toBe('key_unknown')
    }
    expect(requests).toHaveLength(3)
    pass(COOLDOWN)
    expect(await outcome(unpublished('three'))).toBe('key_unknown')
    expect(requests).toHaveLength(4)
  })

  it('can be found by several fetches in a row, so that repeated rotations cause no refusal', async () => {
    const { server, outcome, requests } = await createWarmSetting(publishes(A))
    for (const key of [B, C, A, B]) {
      server.answer = publishes(key)
      expect(await outcome(key)).toBe('accepted')
    }
    expect(requests).toHaveLength(5)
  })

  it('can still cause two fetches after fetches that were due anyway', async () => {
    const { refreshes, outcome, requests } = await createWarmSetting(publishes(A))
    for (let hours = 0; hours < 3; hours++) {
      pass(HOUR)
      await refreshes.after(() => outcome(A))
    }
    for (const kid of ['one', 'two', 'three']) await outcome(unpublished(kid))
    expect(requests).toHaveLength(6)
  })

  it('causes no fetch if the fetch in flight finds it', async () => {
    const { server, outcome, requests } = await createWarmSetting(publishes(A))
    const answer = deferred<Response>()
    server.answer = () => answer.promise
    pass(HOUR)
    expect(await outcome(A)).toBe('accepted')
    const pending = outcome(B)
    answer.resolve(response(A, B))
    expect(await pending).toBe('accepted')
    expect(requests).toHaveLength(2)
  })

  it('causes another fetch if the fetch in flight began before the rotation', async () => {
    const { server, outcome, requests, refreshes } = await createWarmSetting(publishes(A))
    const answer = deferred<Response>()
    server.answer = () => answer.promise
    pass(HOUR)
    expect(await outcome(A)).toBe('accepted')
    const pending = outcome(B)
    server.answer = publishes(A, B)
    answer.resolve(response(A))
    expect(await pending).toBe('accepted')
    expect(requests).toHaveLength(3)
    expect(refreshes.reasons).toEqual(['due', 'unknown_key'])
  })

  it('is looked for as soon as a retry is allowed, even during the cooldown', async () => {
    const setting = await createWarmSetting(publishes(A), { cooldownDuration: 10 * HOUR })
    const { server, refreshes, outcome, requests } = setting
    for (const kid of ['one', 'two', 'three']) {
      expect(await outcome(unpublished(kid))).toBe('key_unknown')
    }
    server.answer = down
    pass(HOUR)
    await refreshes.after(() => outcome(A))
    expect(await outcome(unpublished('one'))).toBe('keys_unavailable')
    expect(await outcome(unpublished('three'))).toBe('keys_unavailable')
    server.answer = publishes(A, B)
    const before = requests.length
    pass(999)
    expect(await outcome(B)).toBe('keys_unavailable')
    expect(requests).toHaveLength(before)
    pass(1)
    expect(await outcome(B)).toBe('accepted')
    expect(requests).toHaveLength(before + 1)
  })
})

describe('a token without kid that no known key verifies', () => {
  it('causes a fetch, and is verified with the keys that it brings', async () => {
    const { server, outcome, requests } = await createWarmSetting(publishes(A))
    const verify = vi.spyOn(globalThis.crypto.subtle, 'verify')
    server.answer = publishes(A, B)
    expect(await outcome(B, WITHOUT_KID)).toBe('accepted')
    expect(requests).toHaveLength(2)
    expect(verify).toHaveBeenCalledTimes(2)
  })

  it('is refused if the fetch brings no key that fits, and not looked for again during the cooldown', async () => {
    const { outcome, requests } = await createWarmSetting(publishes(A))
    expect(await outcome(B, WITHOUT_KID)).toBe('signature_invalid')
    expect(await outcome(C, WITHOUT_KID)).toBe('signature_invalid')
    expect(requests).toHaveLength(2)
    pass(COOLDOWN)
    expect(await outcome(B, WITHOUT_KID)).toBe('signature_invalid')
    expect(requests).toHaveLength(3)
  })

  it('is refused if all keys of its algorithm are withdrawn meanwhile', async () => {
    const { server, outcome } = await createWarmSetting(publishes(A))
    server.answer = publishes(rsa)
    expect(await outcome(B, WITHOUT_KID)).toBe('signature_invalid')
  })

  it('is verified with every new key, with and without kid', async () => {
    const { server, outcome } = await createWarmSetting(publishes(A))
    server.answer = () => Response.json(keySet(A, without(B.jwk, 'kid'), C))
    expect(await outcome(C, WITHOUT_KID)).toBe('accepted')
    expect(await outcome(B, WITHOUT_KID)).toBe('accepted')
  })

  it('is a 503 if the keys cannot be fetched', async () => {
    const { server, outcome } = await createWarmSetting(publishes(A))
    server.answer = down
    expect(await outcome(B, WITHOUT_KID)).toBe('keys_unavailable')
  })
})

describe('a token without kid whose algorithm no key has', () => {
  it('is refused as signed with an unknown key, after one fetch', async () => {
    const { outcome, requests } = await createWarmSetting(publishes(A))
    expect(await outcome(rsa, WITHOUT_KID)).toBe('key_unknown')
    expect(await outcome(rsa, WITHOUT_KID)).toBe('key_unknown')
    expect(requests).toHaveLength(2)
  })

  it('is not reported as signed with an unsuitable key if a key has no kid either', async () => {
    const { outcome } = await createWarmSetting(() => Response.json(keySet(without(A.jwk, 'kid'))))
    expect(await outcome(rsa, WITHOUT_KID)).toBe('key_unknown')
  })

  it('is not confused with a token whose kid is "undefined"', async () => {
    const { outcome, requests } = await createWarmSetting(publishes(A))
    expect(await outcome(unpublished('undefined'))).toBe('key_unknown')
    expect(await outcome(rsa, WITHOUT_KID)).toBe('key_unknown')
    expect(requests).toHaveLength(3)
  })

  it('is remembered together with those whose kid is empty', async () => {
    const { outcome, requests } = await createWarmSetting(publishes(A))
    expect(await outcome(rsa, { ...WITHOUT_KID, kid: '' })).toBe('key_unknown')
    expect(await outcome(rsa, WITHOUT_KID)).toBe('key_unknown')
    expect(requests).toHaveLength(2)
  })
})

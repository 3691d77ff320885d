import { ISSUER, NOW, outcomeOf, type SigningKey, signingKey, signToken } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { type Answer, createWarmSetting, down, JWKS_URI, publishes, type Setting } from '../support/issuer.ts'
import { HOUR, pass, START, stopTime } from '../support/time.ts'

const A = signingKey('ES256', 'a')
const B = signingKey('ES256', 'b')
const C = signingKey('ES256', 'c')

beforeEach(() => stopTime())

/** Sends a request that starts a refresh, and waits for the end of both. */
const refreshWithRequest = (setting: Setting, key: SigningKey = A): Promise<string> =>
  setting.refreshes.after(() => setting.outcome(key))

describe('keys that are due', () => {
  it('are used while they are fetched in the background', async () => {
    const setting = await createWarmSetting(publishes(A))
    const response = deferred<Response>()
    setting.server.answer = () => response.promise
    pass(HOUR)
    expect(await setting.outcome(A)).toBe('accepted')
    expect(setting.requests).toHaveLength(2)
    await setting.refreshes.after(async () => response.resolve((await publishes(A)('')) as Response))
    expect(setting.refreshes.messages).toEqual([
      ['refresh.started', { issuer: ISSUER, reason: 'due' }],
      ['refresh.succeeded', { issuer: ISSUER, reason: 'due', keys: 1, added: 0, withdrawn: 0 }],
    ])
    expect(setting.status()).toMatchObject({ age: 0, nextRefresh: START + 2 * HOUR })
  })

  it('are fetched once, however many requests there are', async () => {
    const setting = await createWarmSetting(publishes(A))
    pass(HOUR)
    await setting.refreshes.after(() => Promise.all([A, A, A].map((key) => setting.outcome(key))))
    expect(setting.requests).toHaveLength(2)
  })

  it('are kept if the fetch fails, and the failure is reported', async () => {
    const setting = await createWarmSetting(publishes(A))
    setting.server.answer = down
    pass(HOUR)
    expect(await refreshWithRequest(setting)).toBe('accepted')
    const status = setting.status()
    expect(status).toMatchObject({ ready: true, keys: 1, age: HOUR, nextRefresh: START + HOUR + 1_000 })
    expect(status.lastError).toMatchObject({ code: 'network', url: JWKS_URI })
    expect(setting.refreshes.messages).toEqual([
      ['refresh.started', { issuer: ISSUER, reason: 'due' }],
      ['refresh.failed', { issuer: ISSUER, reason: 'due', error: status.lastError }],
    ])
  })

  it('are not fetched again before the retry', async () => {
    const setting = await createWarmSetting(publishes(A))
    setting.server.answer = down
    pass(HOUR)
    await refreshWithRequest(setting)
    pass(999)
    expect(await setting.outcome(A)).toBe('accepted')
    expect(setting.requests).toHaveLength(2)
    setting.server.answer = publishes(A)
    pass(1)
    await refreshWithRequest(setting)
    expect(setting.requests).toHaveLength(3)
    expect(setting.status()).toMatchObject({ lastError: undefined, nextRefresh: START + 2 * HOUR + 1_000 })
  })

  it('are used for staleIfError after their freshness, and not for a millisecond more', async () => {
    const setting = await createWarmSetting(publishes(A), { staleIfError: 10_000 })
    setting.server.answer = down
    pass(HOUR)
    await refreshWithRequest(setting)
    pass(9_999)
    expect(await refreshWithRequest(setting)).toBe('accepted')
    pass(1)
    expect(await setting.outcome(A)).toBe('keys_unavailable')
    expect(setting.status()).toMatchObject({ ready: false, keys: 1 })
  })

  it.each([
    ['more often once they cannot be used any more', 0, 8_000],
    ['less often while they can be used', 10 * HOUR, 16_000],
    ['more often from the millisecond on when they cannot be used any more', 15_000, 8_000],
    ['less often until that millisecond', 15_001, 16_000],
  ])('are retried %s', async (_title, staleIfError, longest) => {
    const setting = await createWarmSetting(publishes(A), { staleIfError })
    setting.server.answer = down
    pass(HOUR)
    const delays: number[] = []
    for (let failures = 1; failures <= 5; failures++) {
      await refreshWithRequest(setting)
      delays.push((setting.status().nextRefresh as number) - Date.now())
      pass(delays.at(-1) as number)
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, longest])
  })
})

describe('a key that is no longer published', () => {
  it('verifies nothing after the next refresh, cached tokens included', async () => {
    const setting = await createWarmSetting(publishes(A, B))
    const [ofA, ofB] = [A, B].map((key) => signToken({ key, claims: { exp: NOW + 7_200 } })) as [
      string,
      string,
    ]
    const outcome = (token: string): Promise<string> => outcomeOf(setting.verifier.verify(token))
    for (const token of [ofA, ofB, ofA, ofB]) expect(await outcome(token)).toBe('accepted')
    setting.server.answer = publishes(B, C)
    pass(HOUR)
    await refreshWithRequest(setting, B)
    expect(await outcome(ofA)).toBe('key_unknown')
    expect(await outcome(ofB)).toBe('accepted')
    expect(await setting.outcome(C)).toBe('accepted')
    expect(setting.refreshes.messages.slice(1, 3)).toEqual([
      ['refresh.succeeded', { issuer: ISSUER, reason: 'due', keys: 2, added: 1, withdrawn: 1 }],
      ['keys.rotated', { issuer: ISSUER, added: 1, withdrawn: 1 }],
    ])
  })

  it.each<[string, Answer, object]>([
    ['withdrawn', publishes(A), { added: 0, withdrawn: 1 }],
    ['added', publishes(A, B, C), { added: 1, withdrawn: 0 }],
  ])('is reported as a rotation, and so is one that was %s', async (_title, answer, counts) => {
    const setting = await createWarmSetting(publishes(A, B))
    setting.server.answer = answer
    pass(HOUR)
    await refreshWithRequest(setting)
    expect(setting.refreshes.messages.at(-1)).toEqual(['keys.rotated', { issuer: ISSUER, ...counts }])
  })
})

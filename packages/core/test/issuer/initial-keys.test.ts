import { ISSUER, keySet, type SigningKey, signingKey } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import type { AccessTokenVerifierOptions, FetchedJwkSet } from '../../src/index.ts'
import { deferred } from '../support/deferred.ts'
import {
  createSetting,
  createWarmSetting,
  down,
  JWKS_URI,
  publishes,
  WITHOUT_KID,
} from '../support/issuer.ts'
import { HOUR, pass, START, stepWallClock, stopTime } from '../support/time.ts'

const A = signingKey('ES256', 'a')
const B = signingKey('ES256', 'b')
const DAY = 24 * HOUR
const hangs = (): Promise<never> => new Promise(() => {})

beforeEach(() => stopTime())

/** These keys, as they were fetched some milliseconds ago. */
const fetched = (age: number, ...keys: readonly SigningKey[]): FetchedJwkSet => ({
  keys: keySet(...keys).keys,
  fetchedAt: START - age,
})
const createWith = (
  initialJwks: FetchedJwkSet,
  answer = publishes(A),
  options: Partial<AccessTokenVerifierOptions> = {},
) => createSetting(answer, { initialJwks, tokenCache: false, ...options })

describe('initial keys younger than cacheMaxAge', () => {
  it('are used at once, and refreshed in the background', async () => {
    const { outcome, urls, refreshes } = createWith(fetched(HOUR - 1, A), hangs)
    expect(await outcome(A)).toBe('accepted')
    expect(await outcome(A)).toBe('accepted')
    expect(urls()).toEqual([JWKS_URI])
    expect(refreshes.messages).toEqual([['refresh.started', { issuer: ISSUER, reason: 'due' }]])
  })

  it('make the verifier ready, with the age of the keys, before anything is fetched', () => {
    const { status, requests } = createWith(fetched(1_000, A, B))
    const ready = { issuer: ISSUER, ready: true, keys: 2, age: 1_000, nextRefresh: undefined }
    expect(status()).toEqual({ ...ready, lastError: undefined })
    expect(requests).toEqual([])
  })

  it('are refreshed by ready(), which does not wait', async () => {
    const { verifier, requests } = createWith(fetched(0, A), hangs)
    await verifier.ready()
    expect(requests).toHaveLength(1)
  })

  it('verify nothing once a refresh no longer has them', async () => {
    const recovery = deferred<void>()
    const { outcome, status } = createWith(fetched(0, A), async () => {
      await recovery.promise
      return Response.json(keySet(B))
    })
    expect(await outcome(A)).toBe('accepted')
    recovery.resolve()
    expect(await outcome(B)).toBe('accepted')
    expect(await outcome(A)).toBe('key_unknown')
    expect(status()).toMatchObject({ keys: 1, age: 0 })
  })

  it('share one refresh with a token of a newer key', async () => {
    const { outcome, requests } = createWith(fetched(0, A), publishes(A, B))
    expect(await Promise.all([outcome(B), outcome(B), outcome(A)])).toEqual(Array(3).fill('accepted'))
    expect(requests).toHaveLength(1)
  })

  it('are used until staleIfError has passed, counted from their age, if they cannot be refreshed', async () => {
    const { outcome, status } = createWith(fetched(HOUR / 2, A), down, { staleIfError: HOUR })
    expect(await outcome(A)).toBe('accepted')
    pass(1.5 * HOUR - 1)
    expect(await outcome(A)).toBe('accepted')
    pass(1)
    expect(await outcome(A)).toBe('keys_unavailable')
    expect(status()).toMatchObject({ ready: false, age: 2 * HOUR })
  })
})

describe('initial keys older than cacheMaxAge', () => {
  it('are not used if keys can be fetched: a withdrawn key does not come back', async () => {
    const { outcome, status } = createWith(fetched(HOUR, A), publishes(B))
    expect(status()).toMatchObject({ ready: false, keys: 0, age: undefined })
    expect(await outcome(A)).toBe('key_unknown')
    expect(await outcome(B)).toBe('accepted')
  })

  it('wait for the first fetch', async () => {
    const { outcome, refreshes } = createWith(fetched(HOUR, A))
    expect(await outcome(A)).toBe('accepted')
    expect(refreshes.reasons).toEqual(['first_use'])
  })

  it('are used once a fetch has failed, if staleIfError permits it', async () => {
    const { server, outcome, status } = createWith(fetched(25 * HOUR - 1, A), down)
    expect(await outcome(A)).toBe('accepted')
    expect(status()).toMatchObject({ ready: true, keys: 1, age: 25 * HOUR - 1 })
    expect(status().lastError?.code).toBe('network')
    expect(await outcome(B)).toBe('keys_unavailable')
    server.answer = publishes(B)
    pass(1_000)
    expect(await outcome(B)).toBe('accepted')
    expect(await outcome(A)).toBe('key_unknown')
  })

  it('make ready() resolve only after the fetch has failed', async () => {
    const { verifier, requests } = createWith(fetched(HOUR, A), down)
    await verifier.ready()
    expect(requests).toHaveLength(1)
  })

  it('are not used if staleIfError has passed, or is 0', async () => {
    const cases: [number, number][] = [
      [25 * HOUR, DAY],
      [400 * DAY, DAY],
      [HOUR, 0],
    ]
    for (const [age, staleIfError] of cases) {
      const { outcome, verifier } = createWith(fetched(age, A), down, { staleIfError })
      expect(await outcome(A)).toBe('keys_unavailable')
      await expect(verifier.ready()).rejects.toThrow('keys are unavailable')
    }
  })

  it('become too old while the verifier waits for its first request', async () => {
    const { outcome, status } = createWith(fetched(0, A), publishes(B))
    expect(status().ready).toBe(true)
    pass(HOUR)
    expect(status().ready).toBe(false)
    expect(await outcome(A)).toBe('key_unknown')
  })
})

describe('the clock', () => {
  it('may be behind by clockTolerance: the keys are then new', async () => {
    const { outcome, status } = createWith(fetched(-5_000, A), hangs)
    expect(status()).toMatchObject({ ready: true, age: 0 })
    expect(await outcome(A)).toBe('accepted')
  })

  it('makes keys from the future unusable, because their age is not known', async () => {
    for (const answer of [down, publishes(B)]) {
      const { outcome, status } = createWith(fetched(-5_001, A), answer)
      expect(status()).toMatchObject({ ready: false, keys: 0 })
      expect(await outcome(A)).toBe(answer === down ? 'keys_unavailable' : 'key_unknown')
    }
  })

  it('makes keys unusable if it throws', async () => {
    const clock = (): number => {
      throw new Error('broken')
    }
    const { verifier } = createWith(fetched(0, A), down, { clock })
    await expect(verifier.ready()).rejects.toThrow('keys are unavailable')
  })

  it('does not make the keys younger when it is set back', async () => {
    const { outcome, status } = createWith(fetched(HOUR, A), publishes(B))
    expect(status().ready).toBe(false)
    stepWallClock(-HOUR)
    expect(status().ready).toBe(false)
    expect(await outcome(A)).toBe('key_unknown')
  })
})

describe('exportJwks', () => {
  it('returns keys that a later run can start with', async () => {
    const x5t = 'dGh1bWJwcmludA'
    const rsa = signingKey('RS256', 'rsa')
    const { alg: _, ...withoutAlg } = rsa.jwk
    const published = [{ ...A.jwk, x5t, x5c: ['MII'], use: 'sig' }, withoutAlg, { kty: 'unknown' }]
    const { verifier } = await createWarmSetting(() => Response.json({ keys: published }))
    pass(1_000)
    const { kty, crv, x, y, kid, alg } = A.jwk
    const exported = JSON.parse(JSON.stringify(verifier.exportJwks(ISSUER)))
    const others = { kty: rsa.jwk.kty, n: rsa.jwk.n, e: rsa.jwk.e, kid: rsa.kid }
    expect(exported).toEqual({ keys: [{ kty, crv, x, y, kid, alg, x5t }, others], fetchedAt: START })
    const { outcome } = createWith(exported, hangs)
    expect(await outcome(A)).toBe('accepted')
    expect(await outcome(rsa)).toBe('accepted')
    expect(await outcome(A, { ...WITHOUT_KID, x5t })).toBe('accepted')
  })

  it('does not make keys younger that were not refreshed', async () => {
    const { verifier, outcome } = createWith(fetched(HOUR, A), down)
    expect(await outcome(A)).toBe('accepted')
    expect(verifier.exportJwks(ISSUER)?.fetchedAt).toBe(START - HOUR)
  })

  it('returns a copy', async () => {
    const { verifier, outcome } = await createWarmSetting(publishes(A))
    for (const key of verifier.exportJwks(ISSUER)?.keys ?? []) Object.assign(key, B.jwk)
    expect(await outcome(A)).toBe('accepted')
    expect(verifier.exportJwks(ISSUER)?.keys).toMatchObject([{ kid: A.kid }])
  })

  it('returns nothing before a fetch, for another issuer, and for keys of the option jwks', async () => {
    expect(createSetting(publishes(A)).verifier.exportJwks(ISSUER)).toBeUndefined()
    const { verifier } = await createWarmSetting(publishes(A))
    expect(verifier.exportJwks(`${ISSUER}/`)).toBeUndefined()
    const fixed = createSetting(down, { jwks: keySet(A), jwksUri: undefined })
    expect(fixed.verifier.exportJwks(ISSUER)).toBeUndefined()
  })
})

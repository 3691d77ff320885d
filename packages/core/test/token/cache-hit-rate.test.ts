import { createHash } from 'node:crypto'
import { signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { createClock } from '../../src/clock.ts'
import { configure } from '../../src/options/options.ts'
import { TokenCache } from '../../src/token/cache.ts'
import type { VerifiedToken } from '../../src/token/verification.ts'
import { countVerifications, makeVerifier, untyped } from '../support/verifiers.ts'

/** Texts of the length of tokens, with a signature of 64 bytes. */
function texts(count: number, name: string): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const signature = createHash('sha512').update(`${name} ${index}`).digest('base64url')
    return `${'a'.repeat(800)}.${signature}`
  })
}

/** Pseudo-random integers below `count`, the same in each run. */
function* randomIndices(count: number, length: number): Generator<number> {
  let state = 1
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield Math.floor((state / 2 ** 32) * count)
  }
}

function* inTurn(count: number, rounds: number): Generator<number> {
  for (let round = 0; round < rounds; round++) for (let index = 0; index < count; index++) yield index
}

/** A cache for this many tokens, as the option `tokenCache` creates it. */
function cacheOf(max: number): TokenCache {
  const limits = configure(untyped({ issuer: 'https://a.example', audience: 'a', tokenCache: { max } }))
  return new TokenCache(limits.tokenCache as { max: number; maxSize: number }, createClock(Date.now))
}

/** Uses tokens in this order, and returns the share that was found in the cache. */
function hitRate(cache: TokenCache, tokens: readonly string[], order: Iterable<number>): number {
  let [hits, total] = [0, 0]
  for (const index of order) {
    const token = tokens[index] as string
    total++
    if (cache.find(token) !== undefined) hits++
    else cache.offer(token, {} as VerifiedToken)
  }
  return hits / total
}

describe.each([100, 10_000])('a cache for %i tokens with that many in use', (count) => {
  it('has a hit rate of at least 0.9 if they are used in turn', () => {
    const [cache, tokens] = [cacheOf(count), texts(count, 'used')]
    hitRate(cache, tokens, inTurn(count, 2))
    expect(hitRate(cache, tokens, inTurn(count, 3))).toBeGreaterThanOrEqual(0.9)
    cache.clear()
  })

  it('has a hit rate of at least 0.9 if they are used at random', () => {
    const [cache, tokens] = [cacheOf(count), texts(count, 'used')]
    hitRate(cache, tokens, randomIndices(count, 6 * count))
    expect(hitRate(cache, tokens, randomIndices(count, 3 * count))).toBeGreaterThanOrEqual(0.9)
    cache.clear()
  })

  it('has a hit rate of at least 0.9 between as many tokens that are used once', () => {
    const [cache, tokens] = [cacheOf(count), texts(count, 'used')]
    hitRate(cache, tokens, inTurn(count, 2))
    let rate = 0
    for (let round = 0; round < 3; round++) {
      expect(hitRate(cache, texts(count, `once ${round}`), inTurn(count, 1))).toBe(0)
      rate = hitRate(cache, tokens, inTurn(count, 1))
    }
    expect(rate).toBeGreaterThanOrEqual(0.9)
    cache.clear()
  })
})

describe('a verifier that caches 100 tokens, with 100 in use', () => {
  it('verifies at most one signature in ten requests', async () => {
    const verifier = makeVerifier({ tokenCache: { max: 100 } })
    const tokens = Array.from({ length: 100 }, (_, index) => signToken({ claims: { jti: `AT.${index}` } }))
    for (let round = 0; round < 2; round++) for (const token of tokens) await verifier.verify(token)
    const verifications = countVerifications()
    for (let round = 0; round < 3; round++) for (const token of tokens) await verifier.verify(token)
    expect(verifications.count).toBeLessThanOrEqual(30)
  })
})

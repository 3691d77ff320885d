import { describe, expect, it } from 'vitest'
import { createClock } from '../../src/clock.ts'
import { cachedSize } from '../../src/options/token-cache.ts'
import { TokenCache } from '../../src/token/cache.ts'
import type { VerifiedToken } from '../../src/token/verification.ts'

describe('a full cache', () => {
  const texts = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `token.${String(index).padStart(6, 'A')}A`)
  const admit = (tokens: TokenCache, ...all: readonly string[]): void => {
    for (const token of all) for (let time = 0; time < 2; time++) tokens.offer(token, {} as VerifiedToken)
  }
  const kept = (tokens: TokenCache, all: readonly string[]): readonly string[] => {
    const found = all.filter((token) => tokens.find(token) !== undefined)
    tokens.clear()
    return found
  }
  const cacheFor = (max: number, maxSize = 1_000_000): TokenCache =>
    new TokenCache({ max, maxSize }, createClock(Date.now))

  it('evicts the oldest token that was not used', () => {
    const tokens = cacheFor(3)
    const [a, b, c, d, e] = texts(5) as [string, string, string, string, string]
    admit(tokens, a, b, c)
    tokens.find(a)
    tokens.find(c)
    admit(tokens, d)
    // Each of the others was spared once, and has not been used since.
    admit(tokens, e)
    expect(kept(tokens, [a, b, c, d, e])).toEqual([c, d, e])
  })

  it('spares a token once for each time that it was used', () => {
    const tokens = cacheFor(2)
    const [a, b, c, d] = texts(4) as [string, string, string, string]
    admit(tokens, a, b)
    for (let time = 0; time < 5; time++) tokens.find(a)
    admit(tokens, c)
    admit(tokens, d)
    expect(kept(tokens, [a, b, c, d])).toEqual([c, d])
  })

  it('counts a token that was found by its header as used', () => {
    const tokens = cacheFor(2)
    const [a, b, c] = texts(3) as [string, string, string]
    admit(tokens, a, b)
    for (const entry of [tokens.find(a), tokens.find(b)]) {
      Object.assign(entry as object, { text: `Bearer ${entry?.text}`, start: 7, isUsed: false })
    }
    tokens.findByHeader(`Bearer ${a}`)
    admit(tokens, c)
    expect(kept(tokens, [a, b, c])).toEqual([a, c])
  })

  it('spares 16 tokens at most, so that an admission takes a bounded time', () => {
    const tokens = cacheFor(20)
    const all = texts(21)
    admit(tokens, ...all.slice(0, 20))
    for (const token of all.slice(0, 20)) tokens.find(token)
    admit(tokens, all[20] as string)
    expect(kept(tokens, all)).toEqual(all.toSpliced(16, 1))
  })

  it('is bounded in bytes, whatever was deleted, replaced or removed before', () => {
    const all = texts(40)
    const size = cachedSize(all[0]?.length ?? 0)
    const tokens = cacheFor(100, 10 * size + size / 2)
    for (let round = 0; round < 3; round++) {
      admit(tokens, ...all)
      for (const token of all.slice(0, 35)) {
        const entry = tokens.find(token)
        if (entry !== undefined) tokens.delete(entry)
      }
      for (const token of all.slice(35)) tokens.offer(`other.${token}`, {} as VerifiedToken)
    }
    tokens.clear()
    admit(tokens, ...all)
    expect(kept(tokens, all)).toEqual(all.slice(-10))
  })

  it('does not admit a token that is larger than all of it, and evicts nothing for it', () => {
    const [small = ''] = texts(1)
    const tokens = cacheFor(2, cachedSize(small.length) + 100)
    const large = `${'a'.repeat(200)}.BBBBBBB`
    admit(tokens, small, large)
    expect(kept(tokens, [small, large])).toEqual([small])
  })

  it('admits a token that takes all of it', () => {
    const [small = ''] = texts(1)
    const tokens = cacheFor(2, cachedSize(small.length))
    admit(tokens, small)
    expect(kept(tokens, [small])).toEqual([small])
  })
})

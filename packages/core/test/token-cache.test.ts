import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { LONGEST_TOKEN } from '../src/decode.ts'
import { type CachedToken, digest, TokenCache } from '../src/token-cache.ts'

const entry = (): CachedToken => ({}) as CachedToken

describe('the digest', () => {
  it('is SHA-256, so that the cache holds no credential', () => {
    expect(digest('a.b.c')).toBe(createHash('sha256').update('a.b.c').digest('base64'))
    expect(digest('a.b.c')).not.toBe(digest('a.b.C'))
  })
})

describe('the token cache', () => {
  it('gives back what it was given, until it is told to forget', () => {
    const cache = new TokenCache(10)
    const [one, two] = [entry(), entry()]
    cache.set('one', one, 900)
    cache.set('two', two, 900)
    expect(cache.get('one')).toBe(one)
    expect(cache.size).toBe(2)
    cache.delete('one')
    expect(cache.get('one')).toBeUndefined()
    cache.clear()
    expect(cache.get('two')).toBeUndefined()
    expect(cache.size).toBe(0)
  })

  it('is bounded in entries, and the least recently used goes first', () => {
    const cache = new TokenCache(2)
    for (const key of ['a', 'b']) cache.set(key, entry(), 100)
    cache.get('a')
    cache.set('c', entry(), 100)
    expect(cache.size).toBe(2)
    expect(cache.get('b')).toBeUndefined()
    expect(cache.get('a')).toBeDefined()
  })

  it('is bounded in bytes: long tokens are fewer', () => {
    const cache = new TokenCache(100)
    for (let index = 0; index < 100; index++) cache.set(String(index), entry(), LONGEST_TOKEN)
    expect(cache.size).toBe(9)
    const usual = new TokenCache(100)
    for (let index = 0; index < 100; index++) usual.set(String(index), entry(), 1_000)
    expect(usual.size).toBe(100)
  })

  it('has room for the longest token even where it holds only one', () => {
    const cache = new TokenCache(1)
    cache.set('a', entry(), LONGEST_TOKEN)
    expect(cache.size).toBe(1)
  })
})

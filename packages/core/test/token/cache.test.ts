import { NOW, outcomeOf, signToken } from '@okta-resource-server/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { decide } from '../../src/adapter.ts'
import { createClock } from '../../src/clock.ts'
import { cachedSize } from '../../src/options/token-cache.ts'
import { TokenCache } from '../../src/token/cache.ts'
import type { VerifiedToken } from '../../src/token/verification.ts'
import {
  cache,
  countVerifications,
  decideNow,
  isCached,
  makeVerifier,
  requestWith,
} from '../support/verifiers.ts'

afterEach(() => void vi.useRealTimers())

const numbered = (jti: number, length = 0): string =>
  signToken({ claims: { jti: `AT.${String(jti).padStart(4, '0')}`, padding: 'a'.repeat(length) } })

describe('the token cache', () => {
  it('admits a token when it is verified for the second time', async () => {
    const verifications = countVerifications()
    const [verifier, token] = [makeVerifier(), signToken()]
    for (const count of [1, 2, 2, 2]) {
      await verifier.verify(token)
      expect(verifications.count).toBe(count)
    }
    for (let time = 0; time < 3; time++) decideNow(verifier, token)
    expect(verifications.count).toBe(2)
  })

  it('keeps the tokens in use while many tokens are used once', async () => {
    const verifier = makeVerifier({ tokenCache: { max: 2 } })
    const used = [numbered(1), numbered(2)]
    await cache(verifier, ...used)
    for (let other = 100; other < 150; other++) await verifier.verify(numbered(other))
    for (const token of used) expect(decideNow(verifier, token)).toBeDefined()
  })

  it('can be switched off', async () => {
    const verifications = countVerifications()
    const [verifier, token] = [makeVerifier({ tokenCache: false }), signToken()]
    const results = [await verifier.verify(token), await verifier.verify(token), await verifier.verify(token)]
    expect(new Set(results).size).toBe(3)
    expect(results[0]).toEqual(results[2])
    expect(verifications.count).toBe(3)
    expect(await isCached(verifier, token)).toBe(false)
  })

  it('is bounded by max: a token that is not in use is evicted', async () => {
    const verifier = makeVerifier({ tokenCache: { max: 2 } })
    const [a, b, c] = [numbered(1), numbered(2), numbered(3)]
    await cache(verifier, a, b)
    decideNow(verifier, a)
    await cache(verifier, c)
    decideNow(verifier, a)
    decideNow(verifier, c)
    expect(await isCached(verifier, b)).toBe(false)
  })

  it('is bounded by maxSize in bytes', async () => {
    const tokens = [1, 2, 3, 4].map((jti) => numbered(jti, 3_000))
    const maxSize = 3 * cachedSize(tokens[0]?.length ?? 0)
    const verifier = makeVerifier({ tokenCache: { max: 100, maxSize } })
    await cache(verifier, ...tokens)
    const cached = await Promise.all(tokens.map((token) => isCached(verifier, token)))
    expect(cached).toEqual([false, true, true, true])
  })

  it('accepts one token of maxTokenSize, even if max is 1', async () => {
    const token = numbered(1, 17_000)
    expect(token.length).toBeGreaterThan(22_500)
    expect(token.length).toBeLessThan(24_576)
    const verifier = makeVerifier({ tokenCache: { max: 1 }, maxTokenSize: 24_576 })
    await cache(verifier, token)
    expect(decideNow(verifier, token)).toBeDefined()
  })

  it('accepts the header in another case and with other spacing, and the token alone', async () => {
    const verifications = countVerifications()
    const [verifier, token] = [makeVerifier(), signToken()]
    await cache(verifier, token)
    const auth = decideNow(verifier, token)
    for (const scheme of ['bearer ', 'BEARER  ', 'Bearer ', 'Bearer   ', 'Bearer ']) {
      const [authorization, count] = [scheme + token, verifications.count]
      expect(decide(verifier, { headers: { authorization } })).toBe(auth)
      expect(await verifier.verify(token)).toBe(auth)
      expect(verifications.count).toBe(count)
      expect(await outcomeOf(verifier.verify(authorization))).toBe('token_malformed')
      const withoutScheme = async (): Promise<unknown> =>
        decide(verifier, { headers: { authorization: token } })
      expect(await outcomeOf(withoutScheme)).toBe('unsupported_scheme')
    }
  })

  it('never confuses tokens with the same ending', async () => {
    const verifier = makeVerifier()
    const [mine, other] = [signToken(), signToken({ claims: { sub: 'other' } })]
    const forged = `${other.slice(0, other.lastIndexOf('.'))}${mine.slice(mine.lastIndexOf('.'))}`
    await cache(verifier, mine)
    for (let time = 0; time < 3; time++) {
      expect(await outcomeOf(verifier.verify(forged))).toBe('signature_invalid')
      expect(await outcomeOf(async () => decide(verifier, requestWith(forged)))).toBe('signature_invalid')
      expect(decideNow(verifier, mine).subject).toBe('someone@example.com')
    }
    expect(await outcomeOf(verifier.verify(`${'a'.repeat(1_000_000)}${mine}`))).toBe('token_too_large')
  })
})

describe('a token that has expired', () => {
  const time = { now: NOW * 1_000 }
  const verifierWithClock = (): ReturnType<typeof makeVerifier> => {
    time.now = NOW * 1_000
    return makeVerifier({ clock: () => time.now, clockTolerance: 0 })
  }
  const token = signToken({ claims: { iat: NOW - 60, exp: NOW + 60 } })

  it('is not accepted from the cache again, even after the clock was set back', async () => {
    const verifier = verifierWithClock()
    await cache(verifier, token)
    decideNow(verifier, token)
    time.now += 60_000
    expect(() => decide(verifier, requestWith(token))).toThrow(
      expect.objectContaining({ code: 'token_expired' }),
    )
    time.now -= 1_000
    expect(await isCached(verifier, token)).toBe(false)
  })

  it('is removed within a minute if there are no requests', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const verifier = verifierWithClock()
    const other = signToken({ claims: { jti: 'AT.2' } })
    await cache(verifier, token, other)
    vi.advanceTimersByTime(60_000)
    decideNow(verifier, token)
    time.now += 60_000
    vi.advanceTimersByTime(60_000)
    // Set back, the clock shows that the entry is gone, and not just refused.
    time.now -= 60_000
    expect(await isCached(verifier, token)).toBe(false)
    expect(decideNow(verifier, other)).toBeDefined()
  })

  it('is removed in the same way if it has become too old', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    time.now = NOW * 1_000
    const verifier = makeVerifier({ clock: () => time.now, clockTolerance: 0, maxTokenAge: 90 })
    const older = signToken({ claims: { iat: NOW - 60 } })
    await cache(verifier, older)
    time.now += 31_000
    vi.advanceTimersByTime(60_000)
    time.now -= 31_000
    expect(await isCached(verifier, older)).toBe(false)
  })

  it('is removed by the next new token where timers are lost, as in Cloudflare Workers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const verifier = verifierWithClock()
    await cache(verifier, token)
    time.now += 60_000
    await verifier.verify(signToken({ claims: { jti: 'AT.2' } }))
    time.now -= 60_000
    expect(await isCached(verifier, token)).toBe(false)
  })

  it('is looked for at most every 30 seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const verifier = verifierWithClock()
    const brief = signToken({ claims: { iat: NOW - 60, exp: NOW + 20 } })
    await cache(verifier, brief)
    // A timer may be late by a second.
    time.now += 30_500
    await verifier.verify(signToken({ claims: { jti: 'AT.2' } }))
    time.now -= 30_500
    expect(await isCached(verifier, brief)).toBe(true)
  })

  it('is looked for only while there are tokens in the cache', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const verifier = verifierWithClock()
    expect(vi.getTimerCount()).toBe(0)
    await cache(verifier, token, signToken({ claims: { iat: NOW - 60, exp: NOW + 60, jti: 'AT.2' } }))
    expect(vi.getTimerCount()).toBe(1)
    time.now += 60_000
    vi.advanceTimersByTime(60_000)
    expect(vi.getTimerCount()).toBe(0)
    time.now -= 60_000
    await cache(verifier, token)
    expect(vi.getTimerCount()).toBe(1)
    verifier.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})

it('a cache for one token remembers eight tokens that were verified once', () => {
  const tokens = new TokenCache({ max: 1, maxSize: 1_000_000 }, createClock(Date.now))
  // It has two buckets. These are four tokens of one, and four of the other.
  const endings = [...'ABCGDEFJ'].map((letter) => `A${letter}AAAAA`)
  for (const ending of endings) tokens.offer(ending, {} as VerifiedToken)
  for (const ending of endings) {
    expect(tokens.find(ending)).toBeUndefined()
    tokens.offer(ending, {} as VerifiedToken)
    expect(tokens.find(ending)).toBeDefined()
  }
  tokens.clear()
})

describe('tokens with the same suffix', () => {
  const limits = { max: 10, maxSize: 1_000_000 }
  const verified = (name: string): VerifiedToken => ({ auth: { subject: name } }) as unknown as VerifiedToken
  const [one, two] = ['header.one.AAAAAAAA', 'header.two.AAAAAAAA']
  const offer = (tokens: TokenCache, token: string, value: VerifiedToken): void => {
    for (let time = 0; time < 2; time++) tokens.offer(token, value)
  }

  const rememberHeader = (tokens: TokenCache, token: string): void => {
    Object.assign(tokens.find(token) as object, { text: `Bearer ${token}`, start: 7 })
  }

  it('are not confused: the newer one replaces the older one', () => {
    const tokens = new TokenCache(limits, createClock(Date.now))
    offer(tokens, one, verified('one'))
    expect(tokens.find(one)?.auth.subject).toBe('one')
    expect(tokens.find(two)).toBeUndefined()
    offer(tokens, two, verified('two'))
    expect(tokens.find(one)).toBeUndefined()
    expect(tokens.find(two)?.auth.subject).toBe('two')
    tokens.clear()
  })

  it('are not confused by their headers', () => {
    const tokens = new TokenCache(limits, createClock(Date.now))
    offer(tokens, one, verified('one'))
    expect(tokens.findByHeader(`Bearer ${two}`)).toBeUndefined()
    expect(tokens.findByHeader(`Bearer ${one}`)).toBeUndefined()
    rememberHeader(tokens, one)
    expect(tokens.findByHeader(`Bearer ${one}`)?.auth.subject).toBe('one')
    for (const other of [`Bearer ${two}`, `bearer ${one}`, one, '']) {
      expect(tokens.findByHeader(other)).toBeUndefined()
    }
    tokens.clear()
  })

  it('are found without their header, too, but a header is no token, and a token is no header', () => {
    const tokens = new TokenCache(limits, createClock(Date.now))
    offer(tokens, one, verified('one'))
    expect(tokens.findByHeader(one)).toBeUndefined()
    rememberHeader(tokens, one)
    expect(tokens.find(one)?.auth.subject).toBe('one')
    for (const other of [two, `Bearer ${one}`, ` ${one}`, one.slice(1), 'AAAAAAAA']) {
      expect(tokens.find(other)).toBeUndefined()
    }
    tokens.clear()
  })

  it('are all tokens of less than six characters, which are deleted as others are', () => {
    const tokens = new TokenCache(limits, createClock(Date.now))
    offer(tokens, 'abc', verified('abc'))
    expect(tokens.find('abcd')).toBeUndefined()
    rememberHeader(tokens, 'abc')
    tokens.delete(tokens.find('abc') as VerifiedToken)
    expect(tokens.find('abc')).toBeUndefined()
    tokens.clear()
  })

  it('are only those whose last six characters are equal, without the very last', () => {
    const tokens = new TokenCache(limits, createClock(Date.now))
    const endings = ['AAAAAAA', 'ABAAAAA', 'AABAAAA', 'AAABAAA', 'AAAABAA', 'AAAAABA']
    for (const ending of endings) offer(tokens, ending, verified(ending))
    for (const ending of endings) expect(tokens.find(ending)?.auth.subject).toBe(ending)
    tokens.clear()
    for (const ending of endings) expect(tokens.find(ending)).toBeUndefined()
  })

  it('are deleted separately', () => {
    const tokens = new TokenCache(limits, createClock(Date.now))
    offer(tokens, one, verified('one'))
    rememberHeader(tokens, one)
    const entry = tokens.find(one) as VerifiedToken
    for (const text of [one, two, `Bearer ${two}`, 'BBBBBBBB', '']) tokens.delete({ ...entry, text })
    expect(tokens.find(one)).toBe(entry)
    tokens.delete(entry)
    expect(tokens.find(one)).toBeUndefined()
    expect(tokens.findByHeader(`Bearer ${one}`)).toBeUndefined()
    tokens.clear()
  })
})

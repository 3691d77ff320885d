import crypto, { createHash } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LONGEST_TOKEN } from '../src/decode.ts'
import { ConfigurationError } from '../src/errors.ts'
import { type CachedToken, digest, TokenCache } from '../src/token-cache.ts'
import { keySet, signingKey } from './support/keys.ts'
import { ISSUER, makeToken, makeVerifier, NOW, outcome } from './support/tokens.ts'
import { bearing, countVerifications, liveVerifier } from './support/verifiers.ts'

afterEach(() => void vi.restoreAllMocks())

/** How often a token has come before: the second time it is found by its digest, the third by its text. */
const USES = [
  ['digest', 1],
  ['text', 2],
] as const

const entry = (): CachedToken => ({}) as CachedToken

describe('the digest', () => {
  it('is SHA-256, so that what is kept for long is no credential', () => {
    expect(digest('a.b.c')).toBe(createHash('sha256').update('a.b.c').digest('base64'))
    expect(digest('a.b.c')).not.toBe(digest('a.b.C'))
  })

  it('is not even taken of what is too large', async () => {
    const verifier = await makeVerifier()
    const taken = vi.spyOn(crypto, 'hash')
    syncBuiltinESMExports()
    try {
      expect(await outcome(() => verifier.verify('a'.repeat(LONGEST_TOKEN)))).toBe('token_malformed')
      expect(taken).toHaveBeenCalledTimes(1)
      expect(await outcome(() => verifier.verify('a'.repeat(1_000_000)))).toBe('token_too_large')
      expect(taken).toHaveBeenCalledTimes(1)
    } finally {
      taken.mockRestore()
      syncBuiltinESMExports()
    }
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

describe('the texts of tokens in frequent use', () => {
  const token = (name: string, length = 900): string => name.padEnd(length, '.')

  it('find what was verified, by the whole text', () => {
    const cache = new TokenCache(10)
    const one = entry()
    cache.remember(token('one'), one)
    expect(cache.recent(token('one'))).toBe(one)
    expect(cache.recent(token('One'))).toBeUndefined()
    expect(cache.recent(`${token('one')}.`)).toBeUndefined()
    expect(cache.recent(token('one').slice(1))).toBeUndefined()
  })

  it('are forgotten with the rest', () => {
    const cache = new TokenCache(10)
    cache.remember(token('one'), entry())
    cache.clear()
    expect(cache.recent(token('one'))).toBeUndefined()
  })

  it.each([
    ['1,000', 20_000, 1_000],
    ['no more than tokens are kept', 3, 3],
  ])('are %s at most', (_title, max, most) => {
    const cache = new TokenCache(max)
    const tokens = Array.from({ length: most + 1 }, (_, index) => `${index}`.padStart(40, '.'))
    for (const each of tokens.slice(0, most)) cache.remember(each, entry())
    expect(tokens.filter((each) => cache.recent(each) !== undefined)).toHaveLength(most)
    cache.remember(tokens[most] as string, entry())
    expect(tokens.filter((each) => cache.recent(each) !== undefined)).toEqual([tokens[most]])
  })

  it('are two million characters at most', () => {
    const cache = new TokenCache(20_000)
    const tokens = Array.from({ length: 129 }, (_, index) => `${index}`.padStart(LONGEST_TOKEN, '.'))
    for (const each of tokens.slice(0, 128)) cache.remember(each, entry())
    expect(tokens.filter((each) => cache.recent(each) !== undefined)).toHaveLength(128)
    cache.remember(tokens[128] as string, entry())
    expect(tokens.filter((each) => cache.recent(each) !== undefined)).toEqual([tokens[128]])
    for (const each of tokens.slice(0, 127)) cache.remember(each, entry())
    expect(tokens.filter((each) => cache.recent(each) !== undefined)).toHaveLength(128)
  })

  it('spare the digest from the third time on', async () => {
    const verifier = await makeVerifier()
    const [again, once] = [await makeToken(), await makeToken({ claims: { jti: 'AT.once' } })]
    await verifier.verify(once)
    const taken = vi.spyOn(crypto, 'hash')
    syncBuiltinESMExports()
    try {
      const verified = []
      for (let time = 0; time < 5; time++) verified.push(await verifier.verify(again))
      expect(taken).toHaveBeenCalledTimes(2)
      expect(new Set(verified).size).toBe(1)
      await verifier.verify(once)
      expect(taken).toHaveBeenCalledTimes(3)
    } finally {
      taken.mockRestore()
      syncBuiltinESMExports()
    }
  })

  it('let no other token in that ends alike', async () => {
    const verifier = await makeVerifier()
    const [mine, theirs] = [await makeToken(), await makeToken({ claims: { sub: 'somebody-else' } })]
    for (let time = 0; time < 3; time++) await verifier.verify(mine)
    const forged = `${theirs.slice(0, theirs.lastIndexOf('.'))}${mine.slice(mine.lastIndexOf('.'))}`
    for (let time = 0; time < 2; time++) {
      expect(await outcome(() => verifier.verify(forged))).toBe('signature_invalid')
      expect(await outcome(async () => verifier.decide(bearing(forged)))).toBe('signature_invalid')
    }
    expect((await verifier.verify(mine)).subject).not.toBe('somebody-else')
  })

  it('are not shown by an inspection of the verifier', async () => {
    const verifier = await makeVerifier()
    const token = await makeToken()
    for (let time = 0; time < 3; time++) await verifier.verify(token)
    const shown = inspect(verifier, { showHidden: true, depth: Number.POSITIVE_INFINITY, getters: true })
    expect(shown).not.toContain(token.slice(-20))
    expect(JSON.stringify(verifier)).toBe('{}')
  })
})

describe('the cache of verified tokens', () => {
  it('saves the second verification', async () => {
    const verifications = countVerifications()
    const verifier = await makeVerifier()
    const token = await makeToken()
    for (let time = 0; time < 5; time++) await verifier.verify(token)
    expect(verifications.count).toBe(1)
  })

  it('can be switched off', async () => {
    const verifications = countVerifications()
    const verifier = await makeVerifier({ tokenCache: false })
    const token = await makeToken()
    const [one, two] = [await verifier.verify(token), await verifier.verify(token)]
    expect(one).toEqual(two)
    expect(one).not.toBe(two)
    expect(verifications.count).toBe(2)
    const decision = verifier.decide(bearing(token))
    expect(decision).toBeInstanceOf(Promise)
    await decision
  })

  it('is bounded by tokenCache.max', async () => {
    const verifications = countVerifications()
    const verifier = await makeVerifier({ tokenCache: { max: 1 } })
    const [one, two] = [await makeToken(), await makeToken({ claims: { jti: 'AT.2' } })]
    for (const token of [one, two, two, one]) await verifier.verify(token)
    expect(verifications.count).toBe(3)
  })

  it('lets concurrent requests with one token share one verification', async () => {
    const verifications = countVerifications()
    for (const tokenCache of [undefined, false] as const) {
      const verifier = await makeVerifier(tokenCache === undefined ? {} : { tokenCache })
      const token = await makeToken({ claims: { jti: `AT.${tokenCache}` } })
      const before = verifications.count
      const all = await Promise.all(Array.from({ length: 50 }, () => verifier.authenticate(bearing(token))))
      expect(new Set(all).size).toBe(1)
      expect(verifications.count - before).toBe(1)
    }
  })

  it('does not make different tokens share', async () => {
    const verifications = countVerifications()
    const verifier = await makeVerifier()
    const tokens = await Promise.all(['a', 'b'].map((sub) => makeToken({ claims: { sub } })))
    const [a, b] = await Promise.all(tokens.map((token) => verifier.verify(token)))
    expect([a?.subject, b?.subject]).toEqual(['a', 'b'])
    expect(verifications.count).toBe(2)
  })

  it('never keeps a refusal', async () => {
    const verifications = countVerifications()
    const verifier = await makeVerifier()
    const attacker = await signingKey('ES256', 'attacker')
    const forged = await makeToken({ key: { ...attacker, kid: 'ES256-main' } })
    const judged = await Promise.all(Array.from({ length: 3 }, () => outcome(() => verifier.verify(forged))))
    expect(judged).toEqual(Array(3).fill('signature_invalid'))
    expect(verifications.count).toBe(1)
    expect(await outcome(() => verifier.verify(forged))).toBe('signature_invalid')
    expect(verifications.count).toBe(2)
  })

  it.each(USES)('asks for the times on every hit of a token known by its %s', async (_by, uses) => {
    const time = { now: NOW * 1_000 }
    const verifier = await makeVerifier({ clock: () => time.now, clockTolerance: 5, maxTokenAge: 600 })
    const token = await makeToken({ claims: { iat: NOW, exp: NOW + 100 } })
    for (let before = 0; before < uses; before++) await verifier.verify(token)
    time.now = (NOW + 104) * 1_000 + 999
    expect(await outcome(() => verifier.verify(token))).toBe('accepted')
    time.now = (NOW + 105) * 1_000
    expect(() => verifier.decide(bearing(token))).toThrow(expect.objectContaining({ code: 'token_expired' }))
    time.now = (NOW - 6) * 1_000
    expect(await outcome(() => verifier.verify(token))).toBe('token_issued_in_future')
  })

  it.each(USES)('asks for the age on every hit of a token known by its %s', async (_by, uses) => {
    const time = { now: NOW * 1_000 }
    const verifier = await makeVerifier({ clock: () => time.now, clockTolerance: 0, maxTokenAge: 60 })
    const token = await makeToken({ claims: { iat: NOW } })
    for (let before = 0; before < uses; before++) await verifier.verify(token)
    time.now += 60_001
    expect(await outcome(() => verifier.verify(token))).toBe('token_too_old')
  })

  it('judges requirements for each request anew', async () => {
    const verifier = await makeVerifier()
    const token = await makeToken()
    const judged = (requirements?: object): Promise<string> =>
      outcome(() => verifier.authenticate(bearing(token), requirements))
    for (let round = 0; round < 2; round++) {
      expect(await judged({ scopes: ['messages:write'] })).toBe('insufficient_scope')
      expect(await judged({ scopes: ['messages:read'], claims: { ver: 1 } })).toBe('accepted')
      expect(await judged({ claims: { ver: 2 } })).toBe('insufficient_claims')
      expect(await judged()).toBe('accepted')
    }
    await expect(verifier.verify(token, { scope: ['a'] } as object)).rejects.toThrow(ConfigurationError)
  })

  it('judges the requirements of concurrent requests each on their own', async () => {
    const verifier = await makeVerifier()
    const token = await makeToken()
    const scopes = ['messages:read', 'messages:write', 'profile']
    const codes = await Promise.all(
      scopes.map((scope) => outcome(() => verifier.verify(token, { scopes: [scope] }))),
    )
    expect(codes).toEqual(['accepted', 'insufficient_scope', 'accepted'])
  })

  it.each(USES)('refuses a token known by its %s once its key is withdrawn', async (_by, uses) => {
    const [old, fresh] = [await signingKey('ES256', 'old'), await signingKey('ES256', 'fresh')]
    const { verifier, published, time, fetched } = await liveVerifier([old, fresh], { cacheMaxAge: 60_000 })
    const [bad, good] = [await makeToken({ key: old }), await makeToken({ key: fresh })]
    for (let before = 0; before < uses; before++) await verifier.verify(bad)
    const auth = await verifier.verify(good)
    published.keys = [fresh]
    expect(await outcome(() => verifier.verify(bad))).toBe('accepted')
    time.now += 60_000
    // The hit that finds the keys due starts the refresh and does not wait for it.
    expect(verifier.decide(bearing(good))).toBe(auth)
    await vi.waitFor(() => expect(verifier.status().issuers[0]).toMatchObject({ keys: 1 }))
    expect(fetched()).toBe(2)
    expect(await outcome(() => verifier.verify(bad))).toBe('key_unknown')
    expect(verifier.decide(bearing(good))).toBe(auth)
    verifier.close()
  })

  it('uses the clock of each issuer', async () => {
    const [ours, theirs] = [await signingKey('ES256'), await signingKey('ES256', 'theirs')]
    const other = 'https://example.okta.com/oauth2/aus2'
    const verifier = await makeVerifier({
      issuer: [
        { issuer: ISSUER, jwks: keySet(ours) },
        { issuer: other, jwks: keySet(theirs), clock: () => (NOW + 10_000) * 1_000 },
      ],
    })
    expect(await outcome(async () => verifier.verify(await makeToken({ key: ours })))).toBe('accepted')
    expect(
      await outcome(async () => verifier.verify(await makeToken({ key: theirs, claims: { iss: other } }))),
    ).toBe('token_expired')
  })
})

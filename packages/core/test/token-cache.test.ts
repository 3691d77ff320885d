import crypto, { createHash } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LONGEST_TOKEN } from '../src/decode.ts'
import { ConfigurationError } from '../src/errors.ts'
import { type CachedToken, digest, TokenCache } from '../src/token-cache.ts'
import type { AccessTokenVerifier } from '../src/verifier.ts'
import { keySet, type SigningKey, signingKey } from './support/keys.ts'
import { ISSUER, makeToken, makeVerifier, NOW, outcome } from './support/tokens.ts'
import { bearing, countVerifications, liveVerifier } from './support/verifiers.ts'

afterEach(() => void vi.restoreAllMocks())

/** What a token that was verified may be known by, and what makes it so. */
const KNOWN_BY = [
  ['text', async () => {}],
  [
    'header',
    async (verifier: AccessTokenVerifier<object>, token: string) => {
      for (let time = 0; time < 2; time++) await verifier.authenticate(bearing(token))
    },
  ],
  [
    'digest',
    async (verifier: AccessTokenVerifier<object>, _token: string, key?: SigningKey) => {
      for (const jti of ['AT.other.1', 'AT.other.2']) {
        await verifier.verify(await makeToken({ claims: { jti }, ...(key === undefined ? {} : { key }) }))
      }
    },
  ],
] as const
/** A cache that keeps the text of two tokens, so that a third has them known by their digests. */
const tokenCache = { max: 4 }

const entry = (): CachedToken => ({}) as CachedToken

/** Text of which the last characters, which a token is found by, say the name. */
const text = (name: string, length = 900): string => `.${name}=`.padStart(length, '_')

/** The token, if it is known by its text: then its header can be noted. */
function byText(cache: TokenCache, token: string): CachedToken | undefined {
  cache.rememberHeader(`Bearer ${token}`, token)
  return cache.getByHeader(`Bearer ${token}`)
}

/** Counts digests while it lasts. */
async function countDigests(during: (taken: () => number) => Promise<void>): Promise<void> {
  const taken = vi.spyOn(crypto, 'hash')
  syncBuiltinESMExports()
  try {
    await during(() => taken.mock.calls.length)
  } finally {
    taken.mockRestore()
    syncBuiltinESMExports()
  }
}

describe('the digest', () => {
  it('is SHA-256, so that what is kept for long is no credential', () => {
    expect(digest('a.b.c')).toBe(createHash('sha256').update('a.b.c').digest('base64'))
    expect(digest('a.b.c')).not.toBe(digest('a.b.C'))
  })

  it('is taken of nothing that is refused', async () => {
    const verifier = await makeVerifier()
    await verifier.verify(await makeToken())
    await countDigests(async (taken) => {
      expect(await outcome(() => verifier.verify('a'.repeat(LONGEST_TOKEN)))).toBe('token_malformed')
      expect(await outcome(() => verifier.verify('a'.repeat(1_000_000)))).toBe('token_too_large')
      const expired = await makeToken({ claims: { exp: NOW - 100 } })
      expect(await outcome(() => verifier.verify(expired))).toBe('token_expired')
      const attacker = await signingKey('ES256', 'attacker')
      const forged = await makeToken({ key: { ...attacker, kid: 'ES256-main' } })
      expect(await outcome(() => verifier.verify(forged))).toBe('signature_invalid')
      expect(taken()).toBe(0)
    })
  })

  it('is taken once of each token, however often it comes, and of none that came just now', async () => {
    const verifier = await makeVerifier({ tokenCache })
    const tokens = await Promise.all([1, 2, 3].map((jti) => makeToken({ claims: { jti: `AT.${jti}` } })))
    const [one, two, three] = tokens as [string, string, string]
    await countDigests(async (taken) => {
      for (const token of [one, one, two, two, one]) await verifier.verify(token)
      expect(taken()).toBe(0)
      await verifier.verify(three)
      expect(taken()).toBe(2)
      await verifier.verify(one)
      expect(taken()).toBe(3)
      for (let time = 0; time < 3; time++) await verifier.verify(one)
      expect(taken()).toBe(3)
    })
  })
})

describe('the token cache', () => {
  it('gives back what it was given, until it is told to forget', () => {
    const cache = new TokenCache(10)
    cache.set(text('one'), { ...entry(), expiresAt: 1 })
    cache.set(text('two'), { ...entry(), expiresAt: 2 })
    expect(cache.get(text('one'))).toMatchObject({ expiresAt: 1 })
    expect(cache.size).toBe(2)
    cache.delete(text('one'))
    expect(cache.get(text('one'))).toBeUndefined()
    expect(byText(cache, text('one'))).toBeUndefined()
    cache.clear()
    expect(cache.get(text('two'))).toBeUndefined()
    expect(byText(cache, text('two'))).toBeUndefined()
    expect(cache.size).toBe(0)
  })

  it('takes the newer of two that end alike', () => {
    const cache = new TokenCache(10)
    const [older, newer] = [text('same', 900), text('same', 901)]
    cache.set(older, { ...entry(), expiresAt: 1 })
    cache.set(newer, { ...entry(), expiresAt: 2 })
    expect(cache.size).toBe(1)
    expect(cache.get(older)).toBeUndefined()
    expect(cache.get(newer)).toMatchObject({ expiresAt: 2 })
    cache.set(older, { ...entry(), expiresAt: 1 })
    expect(cache.get(older)).toMatchObject({ expiresAt: 1 })
    expect(cache.get(newer)).toBeUndefined()
  })

  it('tells signatures apart by any of four characters', () => {
    const characters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
    for (let place = 0; place < 3; place++) {
      const cache = new TokenCache(5_000)
      const ends = characters.flatMap((one) => characters.map((two) => `${one}${two}`.padEnd(place + 2, 'A')))
      for (const end of ends) cache.set(text(`AAAA${end}`), entry())
      expect(cache.size).toBe(4_096)
    }
    // Of the fifth character four bits count.
    const cache = new TokenCache(100)
    for (const fifth of characters) cache.set(text(`${fifth}AAAA`), entry())
    expect(cache.size).toBe(16)
  })

  it('is bounded in entries, and the least recently used goes first', () => {
    const cache = new TokenCache(2)
    for (const name of ['a', 'b']) cache.set(text(name), entry())
    expect(cache.get(text('a'))).toBeDefined()
    cache.set(text('c'), entry())
    expect(cache.size).toBe(2)
    expect(cache.get(text('b'))).toBeUndefined()
    expect(cache.get(text('a'))).toBeDefined()
  })

  it('keeps what is in use, however many others come once', () => {
    const cache = new TokenCache(100)
    cache.set(text('hot'), entry())
    for (let other = 0; other < 1_000; other++) {
      cache.set(text(`${other}`), entry())
      if (other % 10 === 0) expect(cache.get(text('hot'))).toBeDefined()
    }
    expect(cache.size).toBe(100)
  })

  it('is bounded in bytes: long tokens are fewer', () => {
    const cache = new TokenCache(100)
    for (let index = 0; index < 100; index++) cache.set(text(`${index}`, LONGEST_TOKEN), entry())
    expect(cache.size).toBe(9)
    const found = Array.from({ length: 100 }, (_, index) => byText(cache, text(`${index}`, LONGEST_TOKEN)))
    expect(found.filter((each) => each !== undefined)).toHaveLength(9)
    const usual = new TokenCache(100)
    for (let index = 0; index < 100; index++) usual.set(text(`${index}`, 1_000), entry())
    expect(usual.size).toBe(100)
  })

  it('has room for the longest token even where it holds only one', () => {
    const cache = new TokenCache(1)
    cache.set(text('a', LONGEST_TOKEN), entry())
    expect(cache.size).toBe(1)
    expect(cache.get(text('a', LONGEST_TOKEN))).toBeDefined()
  })
})

describe('the texts of the newest tokens, and of those in frequent use', () => {
  it('find what was verified, by the whole text', () => {
    const cache = new TokenCache(10)
    cache.set(text('one'), { ...entry(), expiresAt: 1 })
    expect(byText(cache, text('one'))).toMatchObject({ expiresAt: 1 })
    for (const other of [text('One'), text('one', 901), text('one').slice(1), `${text('one')}.`, '', '='])
      for (const found of [byText(cache, other), cache.get(other)]) expect(found).toBeUndefined()
  })

  it('find it by the whole header too, once that is known, and never by a header without scheme', () => {
    const cache = new TokenCache(10)
    const [header, other] = [`Bearer ${text('one')}`, `bearer ${text('one')}`]
    cache.set(text('one'), entry())
    for (const unknown of [header, other, text('one')]) expect(cache.getByHeader(unknown)).toBeUndefined()
    cache.rememberHeader(header, text('one', 901))
    cache.rememberHeader(header, text('two'))
    expect(cache.getByHeader(header)).toBeUndefined()
    cache.rememberHeader(header, text('one'))
    expect(cache.getByHeader(header)).toBe(cache.get(text('one')))
    expect(cache.getByHeader(header)).toBeDefined()
    for (const unknown of [other, text('one')]) expect(cache.getByHeader(unknown)).toBeUndefined()
    expect(cache.get(header)).toBeUndefined()
    cache.delete(text('one'))
    expect(cache.getByHeader(header)).toBeUndefined()
  })

  it.each([
    ['1,000', 20_000, 1_000, 32],
    ['half of what is kept', 40, 20, 20],
    ['half of what is kept', 3, 2, 2],
    ['one', 1, 1, 1],
  ])('are %s at most, and those known longest make way', (_title, max, most, together) => {
    const cache = new TokenCache(max)
    const texts = Array.from({ length: most + 1 }, (_, index) => text(`${index}`, 40))
    for (const each of texts.slice(0, most)) cache.set(each, entry())
    expect(texts.filter((each) => byText(cache, each) !== undefined)).toEqual(texts.slice(0, most))
    cache.set(texts[most] as string, entry())
    expect(texts.filter((each) => byText(cache, each) !== undefined)).toEqual(texts.slice(together))
    expect(texts.filter((each) => cache.get(each) !== undefined)).toHaveLength(Math.min(max, most + 1))
  })

  it('are two million characters at most', () => {
    const cache = new TokenCache(20_000)
    const texts = Array.from({ length: 161 }, (_, index) => text(`${index}`, LONGEST_TOKEN))
    const known = (): readonly string[] => texts.filter((each) => byText(cache, each) !== undefined)
    for (const each of texts.slice(0, 128)) cache.set(each, entry())
    expect(known()).toHaveLength(128)
    for (const each of texts.slice(128, 160)) cache.set(each, entry())
    expect(known()).toEqual(texts.slice(32, 160))
    for (const each of texts.slice(32, 64)) cache.delete(each)
    cache.set(texts[160] as string, entry())
    expect(known()).toEqual(texts.slice(64, 161))
  })

  it('spare taking the header apart from the third time on', async () => {
    const verifier = await makeVerifier()
    const request = bearing(await makeToken())
    const read = vi.spyOn(RegExp.prototype, 'exec')
    for (const times of [1, 2, 2]) {
      await verifier.authenticate(request)
      expect(read.mock.contexts.filter((each) => String(each).includes('Bearer'))).toHaveLength(times)
    }
  })

  it('spare a request none of the checks of its other parts', async () => {
    const verifier = await makeVerifier()
    const token = await makeToken()
    const request = bearing(token)
    for (let time = 0; time < 3; time++) await verifier.authenticate(request)
    expect(verifier.decide(request)).not.toBeInstanceOf(Promise)
    const { headers } = request
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const other = ['Authorization', `Bearer ${token}`]
    for (const [parts, code] of [
      [{ url: '/?access_token=a' }, 'multiple_tokens'],
      [{ headers: { ...headers, ...form }, body: { access_token: 'a' } }, 'multiple_tokens'],
      [{ rawHeaders: [...other, ...other] }, 'multiple_authorization_headers'],
      [{ headers: {} }, 'missing_token'],
      [{ headers: { authorization: token } }, 'unsupported_scheme'],
      [{ headers: { authorization: `Basic ${token}` } }, 'unsupported_scheme'],
      [{ headers: { authorization: `Bearer${token}` } }, 'unsupported_scheme'],
    ] as const) {
      expect(await outcome(async () => verifier.decide({ ...request, ...parts }))).toBe(code)
    }
    expect(await outcome(async () => verifier.decide(request, { scopes: ['a'] }))).toBe('insufficient_scope')
  })

  it('let no other token in that ends alike', async () => {
    const verifier = await makeVerifier()
    const [mine, theirs] = [await makeToken(), await makeToken({ claims: { sub: 'somebody-else' } })]
    for (let time = 0; time < 3; time++) await verifier.authenticate(bearing(mine))
    const forged = `${theirs.slice(0, theirs.lastIndexOf('.'))}${mine.slice(mine.lastIndexOf('.'))}`
    await countDigests(async (taken) => {
      for (let time = 0; time < 2; time++) {
        expect(await outcome(() => verifier.verify(forged))).toBe('signature_invalid')
        expect(await outcome(async () => verifier.decide(bearing(forged)))).toBe('signature_invalid')
      }
      expect(taken()).toBe(0)
    })
    expect((await verifier.verify(mine)).subject).not.toBe('somebody-else')
  })

  it('let no other token in that ends like one known by its digest', async () => {
    const verifier = await makeVerifier({ tokenCache })
    const [mine, theirs] = [await makeToken(), await makeToken({ claims: { sub: 'somebody-else' } })]
    await verifier.verify(mine)
    await KNOWN_BY[2][1](verifier, mine)
    const forged = `${theirs.slice(0, theirs.lastIndexOf('.'))}${mine.slice(mine.lastIndexOf('.'))}`
    await countDigests(async (taken) => {
      expect(await outcome(() => verifier.verify(`${'a'.repeat(1_000_000)}${mine}`))).toBe('token_too_large')
      expect(taken()).toBe(0)
      expect(await outcome(() => verifier.verify(forged))).toBe('signature_invalid')
      expect(taken()).toBe(1)
    })
    expect((await verifier.verify(mine)).subject).not.toBe('somebody-else')
  })

  it('are not shown by an inspection of the verifier', async () => {
    const verifier = await makeVerifier()
    const token = await makeToken()
    for (let time = 0; time < 3; time++) await verifier.authenticate(bearing(token))
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

  it.each(KNOWN_BY)('asks for the times on every hit of a token known by its %s', async (_by, know) => {
    const time = { now: NOW * 1_000 }
    const verifier = await makeVerifier({
      clock: () => time.now,
      clockTolerance: 5,
      maxTokenAge: 600,
      tokenCache,
    })
    const token = await makeToken({ claims: { iat: NOW, exp: NOW + 100 } })
    await verifier.verify(token)
    await know(verifier, token)
    time.now = (NOW + 104) * 1_000 + 999
    expect(await outcome(() => verifier.authenticate(bearing(token)))).toBe('accepted')
    time.now = (NOW + 105) * 1_000
    expect(() => verifier.decide(bearing(token))).toThrow(expect.objectContaining({ code: 'token_expired' }))
    time.now = (NOW - 6) * 1_000
    expect(await outcome(() => verifier.authenticate(bearing(token)))).toBe('token_issued_in_future')
  })

  it.each(KNOWN_BY)('asks for the age on every hit of a token known by its %s', async (_by, know) => {
    const time = { now: NOW * 1_000 }
    const verifier = await makeVerifier({
      clock: () => time.now,
      clockTolerance: 0,
      maxTokenAge: 60,
      tokenCache,
    })
    const token = await makeToken({ claims: { iat: NOW } })
    await verifier.verify(token)
    await know(verifier, token)
    time.now += 60_001
    expect(await outcome(() => verifier.authenticate(bearing(token)))).toBe('token_too_old')
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

  it.each(KNOWN_BY)('refuses a token known by its %s once its key is withdrawn', async (_by, know) => {
    const [old, fresh] = [await signingKey('ES256', 'old'), await signingKey('ES256', 'fresh')]
    const { verifier, published, time, fetched } = await liveVerifier([old, fresh], {
      cacheMaxAge: 60_000,
      tokenCache,
    })
    const [bad, good] = [await makeToken({ key: old }), await makeToken({ key: fresh })]
    await verifier.verify(bad)
    const auth = await verifier.verify(good)
    published.keys = [fresh]
    expect(await outcome(() => verifier.verify(bad))).toBe('accepted')
    await know(verifier, bad, fresh)
    time.now += 60_000
    // The hit that finds the keys due starts the refresh and does not wait for it.
    expect(verifier.decide(bearing(good))).toBe(auth)
    await vi.waitFor(() => expect(verifier.status().issuers[0]).toMatchObject({ keys: 1 }))
    expect(fetched()).toBe(2)
    expect(await outcome(() => verifier.authenticate(bearing(bad)))).toBe('key_unknown')
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

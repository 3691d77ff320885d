import fc from 'fast-check'
import { type CryptoKey, importJWK, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { bearerToken, type RequestLike } from '../src/authorization-header.ts'
import { errorResponse } from '../src/challenge.ts'
import { keySet, type SigningKey, signingKey } from './support/keys.ts'
import {
  AUDIENCE,
  base64url,
  CLIENT,
  ISSUER,
  makeToken,
  makeVerifier,
  NOW,
  oktaClaims,
  outcome,
  signSegments,
} from './support/tokens.ts'
import { bearing } from './support/verifiers.ts'

/** How often each property is tried, and with which seed; raised for nightly runs. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 1_000)
const seed = Number(process.env.PROPERTY_SEED ?? 20_261_124)
const settings = { numRuns, seed }
/** No test here measures time; this only keeps long runs from being cut off. */
const timeout = 30_000 + numRuns * 10

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const keys: readonly SigningKey[] = await Promise.all(
  ['ES256', 'RS256', 'EdDSA'].map((algorithm) => signingKey(algorithm)),
)
const attacker = await signingKey('ES256', 'attacker')
const shapes = [
  {},
  { claims: { sub: 'admin', scp: ['admin'] } },
  { header: { typ: 'at+jwt', kid: undefined } },
  { header: { typ: 'JWT' }, claims: { aud: ['api://other', AUDIENCE], nested: { groups: ['a', 'b'] } } },
]
const tokens = (
  await Promise.all(keys.map((key) => Promise.all(shapes.map((shape) => makeToken({ ...shape, key })))))
).flat()
const verifier = await makeVerifier({ jwks: keySet(...keys) })
// All are in the cache, so that a mutation that took one for another would show.
for (const token of tokens) await verifier.verify(token)

const character = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...BASE64URL) },
  { weight: 1, arbitrary: fc.constantFrom('.', '=', ' ', '+', '/', '\n', '\u0000', 'é', '%') },
)

/** A change of a token, in its text or in what its segments encode. */
const mutation: fc.Arbitrary<(token: string) => string> = fc.oneof(
  fc.tuple(fc.nat(), character).map(([at, replacement]) => (token: string) => {
    const index = at % token.length
    return token.slice(0, index) + replacement + token.slice(index + 1)
  }),
  fc.tuple(fc.nat(), character).map(([at, added]) => (token: string) => {
    const index = at % (token.length + 1)
    return token.slice(0, index) + added + token.slice(index)
  }),
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 40 })).map(([at, count]) => (token: string) => {
    const index = at % token.length
    return token.slice(0, index) + token.slice(index + count)
  }),
  fc.tuple(fc.nat(), fc.nat()).map(([one, two]) => (token: string) => {
    const text = [...token]
    const [a, b] = [one % text.length, two % text.length]
    ;[text[a], text[b]] = [text[b] as string, text[a] as string]
    return text.join('')
  }),
  // One bit of a segment, re-encoded so that only the signature can tell.
  fc.tuple(fc.nat(2), fc.nat(), fc.nat(7)).map(([segment, at, bit]) => (token: string) => {
    const segments = token.split('.')
    const bytes = Buffer.from(segments[segment] as string, 'base64url')
    const index = at % bytes.length
    bytes[index] = (bytes[index] as number) ^ (1 << bit)
    segments[segment] = base64url(bytes)
    return segments.join('.')
  }),
  // A segment of another valid token.
  fc.tuple(fc.nat(2), fc.constantFrom(...tokens)).map(([segment, other]) => (token: string) => {
    const segments = token.split('.')
    segments[segment] = other.split('.')[segment] as string
    return segments.join('.')
  }),
  // Other content in a header or a payload.
  fc
    .tuple(fc.nat(1), fc.string({ maxLength: 20 }), fc.jsonValue({ maxDepth: 2 }))
    .map(([segment, name, value]) => (token: string) => {
      const segments = token.split('.')
      const content = JSON.parse(Buffer.from(segments[segment] as string, 'base64url').toString())
      segments[segment] = base64url(JSON.stringify({ ...content, [name]: value, sub: 'admin' }))
      return segments.join('.')
    }),
  fc.constantFrom<(token: string) => string>(
    (token) => token.toUpperCase(),
    (token) => token.toLowerCase(),
    (token) => [...token].reverse().join(''),
    (token) => token.split('.').reverse().join('.'),
    (token) => `${token}${token}`,
    (token) => encodeURIComponent(`${token}=`),
    (token) => token.slice(0, token.lastIndexOf('.') + 1),
    (token) => `Bearer ${token}`,
  ),
)

/** A second change may find nothing of the form it looks for. */
function further(change: (token: string) => string, broken: string): string {
  try {
    return change(broken)
  } catch {
    return `${broken}~`
  }
}

describe('a mutated token', () => {
  it('is refused, however it was changed [RFC6750-5.2-integrity]', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...tokens),
        mutation,
        fc.option(mutation),
        async (token, first, second) => {
          const mutated = second === null ? first(token) : further(second, first(token))
          fc.pre(!tokens.includes(mutated))
          expect(await outcome(() => verifier.verify(mutated))).not.toBe('accepted')
        },
      ),
      settings,
    )
  })
})

/** Small steps around now, so that boundaries are met. */
const time = fc.integer({ min: NOW - 40, max: NOW + 40 })
const policy = { issuer: ISSUER, audience: [AUDIENCE, 'api://second'], clockTolerance: 5, maxTokenAge: 30 }
const publicKeys = new Map(
  await Promise.all(
    keys.map(async (key) => [key.algorithm, await importJWK(key.jwk, key.algorithm)] as const),
  ),
)

/** What jose's own jwtVerify says with the same policy. */
async function joseAccepts(token: string, algorithm: string): Promise<boolean> {
  return jwtVerify(token, publicKeys.get(algorithm) as CryptoKey, {
    ...policy,
    algorithms: [algorithm],
    currentDate: new Date(NOW * 1_000),
    requiredClaims: ['iss', 'aud', 'exp'],
  }).then(
    () => true,
    () => false,
  )
}

const audiences = fc.constantFrom(AUDIENCE, 'api://second', 'api://other', `${AUDIENCE}/`, '')

describe('jose with the same policy', () => {
  it('agrees about every well-formed token of one profile, either way', { timeout }, async () => {
    const own = await makeVerifier({ ...policy, profile: 'okta', jwks: keySet(...keys), tokenCache: false })
    const claims = fc.record(
      {
        iss: fc.constantFrom(ISSUER, ISSUER, ISSUER, `${ISSUER}/`, 'https://other.example.com'),
        aud: fc.oneof(audiences, fc.array(audiences, { maxLength: 3 })),
        exp: time,
        nbf: time,
        iat: time,
        extra: fc.jsonValue({ maxDepth: 3 }),
      },
      { requiredKeys: [] },
    )
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(
        claims,
        fc.constantFrom(...keys),
        fc.integer({ min: 0, max: 9 }),
        async (differing, key, dice) => {
          // JSON.parse would make a member of __proto__, which is refused whatever the signature.
          fc.pre(!JSON.stringify(differing).includes('__proto__'))
          const signer = dice === 0 && key.algorithm === 'ES256' ? { ...attacker, kid: key.kid } : key
          const token = await makeToken({ claims: { iat: NOW, ...differing }, key: signer })
          const judged = await outcome(() => own.verify(token))
          if (judged === 'accepted') accepted++
          expect(judged === 'accepted', judged).toBe(await joseAccepts(token, key.algorithm))
        },
      ),
      settings,
    )
    expect(accepted).toBeGreaterThan(numRuns / 50)
  })

  it('accepts whatever is accepted here, of tokens of any form', { timeout }, async () => {
    const all = ['okta', 'rfc9068', 'generic'] as const
    const own = await makeVerifier({ ...policy, profile: all, jwks: keySet(...keys), tokenCache: false })
    const number = fc.oneof(
      { arbitrary: time, weight: 4 },
      fc.double(),
      fc.maxSafeInteger(),
      fc.jsonValue({ maxDepth: 1 }),
    )
    const member = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(ISSUER, AUDIENCE, CLIENT, 'JWT', 'at+jwt', NOW),
    )
    const claims = fc.dictionary(
      fc.constantFrom('iss', 'aud', 'sub', 'cid', 'scp', 'scope', 'cnf', 'nonce', 'events', 'jti', 'act'),
      member,
      { maxKeys: 2 },
    )
    const times = fc.record({ exp: number, nbf: number, iat: number }, { requiredKeys: [] })
    // Often as it should be, so that other members come to be judged.
    const header = fc.oneof(
      fc.constant({}),
      fc.dictionary(fc.constantFrom('typ', 'kid', 'alg', 'crit', 'b64', 'jwk', 'x5c', 'cty'), member, {
        maxKeys: 1,
      }),
    )
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(
        claims,
        times,
        header,
        fc.constantFrom(...keys),
        async (differing, when, parameters, key) => {
          const token = await makeToken({
            claims: { iat: NOW, ...differing, ...when },
            header: parameters,
            key,
          })
          if ((await outcome(() => own.verify(token))) !== 'accepted') return
          accepted++
          expect(await joseAccepts(token, key.algorithm)).toBe(true)
        },
      ),
      settings,
    )
    expect(accepted).toBeGreaterThan(numRuns / 50)
  })
})

describe('whatever comes in', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...BASE64URL, '.', '='), maxLength: 300 }),
    fc
      .tuple(fc.json(), fc.json(), fc.uint8Array())
      .map(([a, b, c]) => `${base64url(a)}.${base64url(b)}.${base64url(c)}`),
    fc
      .array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 })
      .map((parts) => parts.map(base64url).join('.')),
    fc.tuple(fc.constantFrom(...tokens), mutation).map(([token, change]) => change(token)),
  )

  it('as a token, ends in an acceptance or a refusal that can be answered', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, fc.anything()), async (token) => {
        // `outcome` rethrows what is no ResourceServerError.
        const judged = await outcome(() => verifier.verify(token as string))
        if (judged === 'accepted') expect(tokens).toContain(token)
      }),
      settings,
    )
  })

  it('signed by a key of ours, ends in an acceptance or a refusal', { timeout }, async () => {
    const [key] = keys as [SigningKey]
    const header = `{"alg":"ES256","kid":"${key.kid}"}`
    const some = { ...oktaClaims() }
    const payload = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uint8Array(),
      fc.json(),
      fc
        .dictionary(fc.oneof(fc.constantFrom(...Object.keys(some)), fc.string()), fc.jsonValue())
        .map((differing) => JSON.stringify({ ...some, ...differing })),
    )
    const requirements = {
      anyScope: ['messages:read'],
      claims: { sub: ['someone@example.com'], ver: (value: unknown) => value === 1 },
    }
    await fc.assert(
      fc.asyncProperty(payload, fc.boolean(), async (content, asHeader) => {
        const token = asHeader
          ? signSegments(content, JSON.stringify(some), key)
          : signSegments(header, content, key)
        await outcome(() => verifier.verify(token, requirements))
      }),
      settings,
    )
  })

  it('as a request, gives a token or a refusal that can be answered', { timeout }, async () => {
    const known = await makeToken({ key: keys[0] as SigningKey })
    for (let time = 0; time < 3; time++) await verifier.authenticate(bearing(known))
    const name = fc.constantFrom(
      'authorization',
      'Authorization',
      'AUTHORIZATION',
      'content-type',
      'cookie',
      'get',
    )
    const value = fc.oneof(
      text,
      fc.constantFrom(
        'Bearer abc',
        known,
        `Bearer ${known}`,
        `bearer  ${known}`,
        `Basic ${known}`,
        `Bearer ${known} `,
      ),
      text.map((token) => `Bearer ${token}`),
      fc.array(text, { maxLength: 3 }),
      fc.anything(),
    )
    const url = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      text,
      fc.constant('/?access_token=a'),
      fc.anything(),
    )
    const request = fc.oneof(
      fc.anything(),
      fc.record(
        {
          headers: fc.oneof(fc.dictionary(fc.oneof(name, fc.string()), value), fc.anything()),
          rawHeaders: fc.oneof(fc.array(fc.oneof(name, text, fc.anything())), fc.anything()),
          url,
          body: fc.oneof(fc.constant({ access_token: 'a' }), fc.anything()),
        },
        { requiredKeys: ['headers'] },
      ),
    )
    await fc.assert(
      fc.asyncProperty(request, async (candidate) => {
        let token: string | undefined
        try {
          token = bearerToken(candidate as RequestLike)
          expect(token).toMatch(/^[A-Za-z0-9\-._~+/]+=*$/)
        } catch (error) {
          expect(errorResponse(error).status).not.toBe(500)
        }
        const judged = await outcome(() => verifier.decide(candidate as RequestLike))
        expect(judged).toBe(
          token === undefined
            ? await outcome(() => bearerToken(candidate as RequestLike))
            : await outcome(() => verifier.verify(token)),
        )
      }),
      settings,
    )
  })
})

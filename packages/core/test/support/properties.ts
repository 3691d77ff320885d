import { base64url, type SigningKey, signingKey, signToken } from '@okta-resource-server/testing'
import fc from 'fast-check'

/** How often each property is tried, and with which seed. */
export const numRuns = Number(process.env.PROPERTY_RUNS ?? 1_000)
export const settings = { numRuns, seed: Number(process.env.PROPERTY_SEED ?? 20_261_124) }
/** Long enough for long runs. No property measures time. */
export const timeout = 30_000 + numRuns * 10

export const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export const keys: readonly SigningKey[] = ['ES256', 'RS256', 'EdDSA'].map((name) => signingKey(name))

const shapes = [
  {},
  { claims: { sub: 'admin', scp: ['admin'] } },
  { header: { typ: 'at+jwt', kid: undefined } },
  {
    header: { typ: 'JWT' },
    claims: { aud: ['api://other', 'api://default'], nested: { groups: ['a', 'b'] } },
  },
]
/** Valid tokens of several forms and algorithms. */
export const tokens: readonly string[] = keys.flatMap((key) =>
  shapes.map((shape) => signToken({ ...shape, key })),
)

const character = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...BASE64URL) },
  { weight: 1, arbitrary: fc.constantFrom('.', '=', ' ', '+', '/', '\n', '\u0000', 'é', '%') },
)

/** A change of a token, in its text or in the content of its segments. */
export const mutation: fc.Arbitrary<(token: string) => string> = fc.oneof(
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
  // One bit of a segment, encoded again, so that only the signature shows it.
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
  // Other content in the header or the payload.
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

/** Text that may or may not look like a token. */
export const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: fc.constantFrom(...BASE64URL, '.', '='), maxLength: 300 }),
  fc
    .tuple(fc.json(), fc.json(), fc.uint8Array())
    .map(([a, b, c]) => `${base64url(a)}.${base64url(b)}.${base64url(c)}`),
  fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }).map((parts) => parts.map(base64url).join('.')),
  fc.tuple(fc.constantFrom(...tokens), mutation).map(([token, change]) => change(token)),
)

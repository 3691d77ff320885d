import { badRequest, type Case, refusedToken, spoiled } from './case.ts'
import {
  ALGORITHM,
  BOUND,
  CLAIM,
  ENCRYPTED,
  EXPIRED,
  FUTURE,
  HEADER,
  MALFORMED,
  NO_AUDIENCE,
  NO_EXPIRY,
  NO_ISSUER,
  NO_KEY_ID,
  NOT_ACCESS,
  NOT_YET,
  OTHER_AUDIENCE,
  OTHER_ISSUER,
  PARAMETER,
  SIGNATURE,
  TOO_LARGE,
  UNKNOWN_KEY,
  UNSUITABLE_KEY,
} from './refusals.ts'

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const withHeader = (token: string, header: object): string =>
  [encoded(header), ...token.split('.').slice(1)].join('.')

/** The text of a segment. */
function textOf(token: string, segment: 0 | 1): string {
  return Buffer.from(token.split('.')[segment] as string, 'base64url').toString()
}

/** Other texts under the old signature. */
function withTexts(token: string, header = textOf(token, 0), payload = textOf(token, 1)): string {
  const encode = (text: string): string => Buffer.from(text).toString('base64url')
  return [encode(header), encode(payload), token.split('.')[2]].join('.')
}

export const ISSUED_TOKEN_CASES: readonly Case[] = [
  spoiled('two segments', MALFORMED, (valid) => valid.split('.').slice(0, 2).join('.')),
  spoiled('four segments', MALFORMED, (valid) => `${valid}.a`),
  spoiled('five segments', ENCRYPTED, (valid) => `${valid}.a.a`),
  spoiled('an empty signature', MALFORMED, (valid) => valid.replace(/[^.]+$/, '')),
  spoiled('padding', MALFORMED, (valid) => `${valid}==`),
  spoiled('a header that is no JSON', MALFORMED, (valid) => ['bm8', ...valid.split('.').slice(1)].join('.')),
  spoiled('a payload that is an array', MALFORMED, (valid) =>
    [valid.split('.')[0], encoded([1]), valid.split('.')[2]].join('.'),
  ),
  spoiled('more than 16 KB', TOO_LARGE, () => `a.${'b'.repeat(16_500)}.c`),
  ...['none', 'None', 'NONE', 'HS256', 'HS512', 'RS1', ''].map((alg) =>
    spoiled(`alg ${alg || 'empty'}`, ALGORITHM, (valid) => withHeader(valid, { alg, kid: 'a' })),
  ),
  spoiled('crit', PARAMETER, (valid) => withHeader(valid, { alg: 'RS256', kid: 'a', crit: ['exp'] })),
  spoiled('b64: false', PARAMETER, (valid) => withHeader(valid, { alg: 'RS256', kid: 'a', b64: false })),
  spoiled('zip', PARAMETER, (valid) => withHeader(valid, { alg: 'RS256', kid: 'a', zip: 'DEF' })),
  spoiled('a kid that is a number', MALFORMED, (valid) => withHeader(valid, { alg: 'RS256', kid: 1 })),
  spoiled('no kid', NO_KEY_ID, (valid) => withHeader(valid, { alg: 'RS256' })),
  spoiled('a tampered payload', SIGNATURE, (valid) => {
    const [header, payload, signature] = valid.split('.') as [string, string, string]
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return [header, encoded({ ...claims, scp: ['messages:admin'] }), signature].join('.')
  }),
  spoiled('a truncated signature', SIGNATURE, (valid) => valid.slice(0, -2)),
  spoiled("another algorithm than the key's", UNSUITABLE_KEY, (valid) =>
    withHeader(valid, {
      ...JSON.parse(Buffer.from(valid.split('.')[0] as string, 'base64url').toString()),
      alg: 'PS256',
    }),
  ),

  ...[
    ['a member twice in the header', '{"alg":"RS256","kid":"a","alg":"RS256"}'],
    ['a kid that is an object', '{"alg":"RS256","kid":{}}'],
    ['a header that is an array', '[]'],
    ['a header that changes prototypes', '{"alg":"RS256","kid":"a","__proto__":{"x":1}}'],
  ].map(([name, header]) =>
    spoiled(name as string, MALFORMED, (valid) => withTexts(valid, header as string)),
  ),
  ...[
    ['a member twice in the payload', (claims: string) => claims.replace('{', '{"exp":9999999999,')],
    [
      'a payload that changes prototypes',
      (claims: string) => claims.replace('{', '{"__proto__":{"admin":true},'),
    ],
    ['a payload nested without end', () => `{"a":${'['.repeat(2_000)}${']'.repeat(2_000)}}`],
    ['a payload that is text', () => '"token"'],
    ['a payload that is null', () => 'null'],
    ['a payload with a byte order mark', (claims: string) => `\ufeff${claims}`],
  ].map(([name, change]) =>
    spoiled(name as string, MALFORMED, (valid) =>
      withTexts(valid, undefined, (change as (claims: string) => string)(textOf(valid, 1))),
    ),
  ),
  spoiled('a payload that is not UTF-8', MALFORMED, (valid) => {
    const [header, , signature] = valid.split('.')
    return [
      header,
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url'),
      signature,
    ].join('.')
  }),
  spoiled(
    'base64url that is not canonical',
    MALFORMED,
    (valid) => `${valid.slice(0, -1)}${valid.endsWith('A') ? 'B' : '_'}`,
  ),
  spoiled('the alphabet of base64', MALFORMED, (valid) => {
    const [header, payload, signature] = valid.split('.') as [string, string, string]
    return [header, payload, `+/${signature.slice(2)}`].join('.')
  }),
  spoiled('a cty that announces a nested token', PARAMETER, (valid) =>
    withTexts(valid, '{"alg":"RS256","kid":"a","cty":"JWT"}'),
  ),
  badRequest('JSON serialisation', HEADER, (valid) => {
    const [header, payload, signature] = valid.split('.')
    return ['Authorization', `Bearer ${JSON.stringify({ protected: header, payload, signature })}`]
  }),
  badRequest('white space within the token', HEADER, (valid) => [
    'Authorization',
    `Bearer ${valid.replace('.', '. ')}`,
  ]),

  refusedToken('HS256 with the public key as secret', ALGORITHM, { header: { alg: 'HS256' } }),
  refusedToken('an unsigned token', MALFORMED, { header: { alg: 'none' } }),
  refusedToken("a stranger's key that comes with the token", UNKNOWN_KEY, {
    key: 'stranger',
    header: {
      jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
      jku: 'http://127.0.0.1:9/keys',
      x5u: 'http://127.0.0.1:9/x',
      x5c: ['AQAB'],
    },
  }),
  refusedToken('a negative expiry', CLAIM, { claims: { exp: -1 } }),
  refusedToken('an expiry that is null', CLAIM, { claims: { exp: null } }),
  refusedToken('an audience that is an object', CLAIM, { claims: { aud: { 'api://default': true } } }),
  refusedToken('an audience in capitals', OTHER_AUDIENCE, {
    audience: 'API://DEFAULT',
  }),
  refusedToken('an issuer in a list', OTHER_ISSUER, {
    claims: { iss: ['https://other.example'] },
  }),
  refusedToken('a typ that is a number', NOT_ACCESS, { header: { typ: 1 } }),
  refusedToken('a refresh-like token without scp', NOT_ACCESS, { claims: { scp: undefined } }),

  refusedToken("a stranger's key", UNKNOWN_KEY, { key: 'stranger' }),
  refusedToken('expired', EXPIRED, { expiresIn: -60 }),
  refusedToken('no expiry', NO_EXPIRY, { claims: { exp: undefined } }),
  refusedToken('an expiry in a string', CLAIM, { claims: { exp: '9999999999' } }),
  refusedToken('not yet valid', NOT_YET, { claims: { nbf: 9_999_999_999 } }),
  refusedToken('issued in the future', FUTURE, {
    claims: { iat: 9_999_999_999 },
  }),
  refusedToken('another audience', OTHER_AUDIENCE, {
    audience: 'api://another',
  }),
  refusedToken('an audience that begins the same', OTHER_AUDIENCE, {
    audience: 'api://default/',
  }),
  refusedToken('no audience', NO_AUDIENCE, { claims: { aud: undefined } }),
  refusedToken('another issuer', OTHER_ISSUER, {
    claims: { iss: 'https://other.example/oauth2/default' },
  }),
  refusedToken('no issuer', NO_ISSUER, { claims: { iss: undefined } }),
  refusedToken('a proof-bound token sent as Bearer', BOUND, { kind: 'dpop' }),
  refusedToken('an ID token', NOT_ACCESS, { kind: 'id' }),
  refusedToken('a token marked as a DPoP proof', NOT_ACCESS, { header: { typ: 'dpop+jwt' } }),
  refusedToken('a token marked as a logout token', NOT_ACCESS, { header: { typ: 'logout+jwt' } }),
  refusedToken("a token of Okta's org authorization server", OTHER_ISSUER, { kind: 'org' }),
  refusedToken("the org authorization server's mark under our issuer", NOT_ACCESS, {
    header: { typ: 'application/okta-internal-at+jwt' },
  }),
]

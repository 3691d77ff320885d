import type { AuthorizationServer, IssueTokenOptions } from '@okta-resource-server/authorization-server'
import { CONTRACT_PROOFS } from '../requirements/contract-proofs.ts'

/** A request and the answer that every API must give. */
export interface Case {
  readonly name: string
  readonly path?: string
  /** Header lines, made with a valid token at hand. */
  readonly lines: (valid: string, server: AuthorizationServer) => string[] | Promise<string[]>
  readonly status: number
  /** The exact challenge; `undefined`: none at all. */
  readonly challenge: string | undefined
  /** What of `test/requirements.ts` it proves. */
  readonly requirements?: readonly string[]
}

const invalidToken = (description: string): string =>
  `Bearer realm="api", error="invalid_token", error_description="${description}"`
const invalidRequest = (description: string): string =>
  `Bearer realm="api", error="invalid_request", error_description="${description}"`
const insufficientScope = (scope: string): string =>
  `Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a scope that is required", scope="${scope}"`
const bearer = (token: string): string[] => ['Authorization', `Bearer ${token}`]

function accepted(name: string, path: string, token: IssueTokenOptions = {}): Case {
  return {
    name,
    path,
    lines: async (_, server) => bearer(await server.issueToken(token)),
    status: 200,
    challenge: undefined,
  }
}

function refusedToken(name: string, description: string, token: IssueTokenOptions): Case {
  return {
    name,
    lines: async (_, server) => bearer(await server.issueToken(token)),
    status: 401,
    challenge: invalidToken(description),
  }
}

/** Takes the valid token and spoils it. */
function spoiled(name: string, description: string, spoil: (token: string) => string): Case {
  return { name, lines: (valid) => bearer(spoil(valid)), status: 401, challenge: invalidToken(description) }
}

function badRequest(
  name: string,
  description: string,
  lines: (valid: string) => string[],
  path = '/any',
): Case {
  return { name, path, lines, status: 400, challenge: invalidRequest(description) }
}

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

const MALFORMED = 'The access token is malformed'
const NOT_ACCESS = 'The token is not an access token'
const SIGNATURE = 'The signature of the access token is invalid'
const HEADER = 'The Authorization header is malformed'
const ALGORITHM = 'The access token is signed with an algorithm that is not allowed'
const CLAIM = 'A claim of the access token has the wrong form'

const LIST: readonly Case[] = [
  accepted('a valid token', '/any'),
  accepted('a valid token with the scope', '/messages'),
  accepted('one scope of several that will do', '/either'),
  accepted('a claim that must be and is', '/version'),
  accepted('a claim that is one of those accepted', '/tenant', { claims: { tenant: 'b' } }),
  accepted('scopes in a string', '/messages', { claims: { scp: 'openid messages:read' } }),
  accepted('an audience among several', '/any', { audience: ['https://self.example', 'api://default'] }),
  accepted('a token of a service', '/messages', { kind: 'client-credentials' }),
  accepted('a valid token where credentials are optional', '/optional'),
  {
    name: 'the scheme in lower case and two spaces',
    lines: (valid) => ['authorization', `bearer  ${valid}`],
    status: 200,
    challenge: undefined,
  },

  { name: 'no credentials', lines: () => [], status: 401, challenge: 'Bearer realm="api"' },
  {
    name: 'no credentials where they are optional',
    path: '/optional',
    lines: () => [],
    status: 200,
    challenge: undefined,
  },
  {
    name: 'another scheme',
    lines: () => ['Authorization', 'Basic YTpi'],
    status: 401,
    challenge: 'Bearer realm="api"',
  },
  {
    name: 'a bad token where credentials are optional',
    path: '/optional',
    lines: () => bearer('a.b'),
    status: 401,
    challenge: invalidToken(MALFORMED),
  },

  badRequest('the scheme alone', HEADER, () => ['Authorization', 'Bearer']),
  badRequest('two tokens in one header', HEADER, (valid) => ['Authorization', `Bearer ${valid} ${valid}`]),
  badRequest('characters outside of the token alphabet', HEADER, () => ['Authorization', 'Bearer a,b.c']),
  badRequest('a quoted token', HEADER, (valid) => ['Authorization', `Bearer "${valid}"`]),
  badRequest('a tab after the scheme', HEADER, (valid) => ['Authorization', `Bearer\t${valid}`]),
  badRequest(
    'two Authorization headers',
    'The request carries more than one Authorization header',
    (valid) => [...bearer(valid), ...bearer(valid)],
  ),
  badRequest(
    'a token in the query',
    'Access tokens are not accepted in the query string',
    () => [],
    '/any?access_token=a',
  ),
  badRequest(
    'a token in query and header',
    'The request carries an access token in more than one place',
    bearer,
    '/any?x=1&access_token=a',
  ),

  spoiled('two segments', MALFORMED, (valid) => valid.split('.').slice(0, 2).join('.')),
  spoiled('four segments', MALFORMED, (valid) => `${valid}.a`),
  spoiled('five segments', 'Encrypted access tokens are not supported', (valid) => `${valid}.a.a`),
  spoiled('an empty signature', MALFORMED, (valid) => valid.replace(/[^.]+$/, '')),
  spoiled('padding', MALFORMED, (valid) => `${valid}==`),
  spoiled('a header that is no JSON', MALFORMED, (valid) => ['bm8', ...valid.split('.').slice(1)].join('.')),
  spoiled('a payload that is an array', MALFORMED, (valid) =>
    [valid.split('.')[0], encoded([1]), valid.split('.')[2]].join('.'),
  ),
  spoiled('more than 16 KB', 'The access token is too large', () => `a.${'b'.repeat(16_500)}.c`),
  ...['none', 'None', 'NONE', 'HS256', 'HS512', 'RS1', ''].map((alg) =>
    spoiled(`alg ${alg || 'empty'}`, ALGORITHM, (valid) => withHeader(valid, { alg, kid: 'a' })),
  ),
  spoiled('crit', 'The access token has a header parameter that is not supported', (valid) =>
    withHeader(valid, { alg: 'RS256', kid: 'a', crit: ['exp'] }),
  ),
  spoiled('b64: false', 'The access token has a header parameter that is not supported', (valid) =>
    withHeader(valid, { alg: 'RS256', kid: 'a', b64: false }),
  ),
  spoiled('zip', 'The access token has a header parameter that is not supported', (valid) =>
    withHeader(valid, { alg: 'RS256', kid: 'a', zip: 'DEF' }),
  ),
  spoiled('a kid that is a number', MALFORMED, (valid) => withHeader(valid, { alg: 'RS256', kid: 1 })),
  spoiled('no kid', 'The access token does not say which key signed it', (valid) =>
    withHeader(valid, { alg: 'RS256' }),
  ),
  spoiled('a tampered payload', SIGNATURE, (valid) => {
    const [header, payload, signature] = valid.split('.') as [string, string, string]
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return [header, encoded({ ...claims, scp: ['messages:admin'] }), signature].join('.')
  }),
  spoiled('a truncated signature', SIGNATURE, (valid) => valid.slice(0, -2)),
  spoiled(
    "another algorithm than the key's",
    'The access token is signed with a key that is not suitable',
    (valid) =>
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
  spoiled(
    'a cty that announces a nested token',
    'The access token has a header parameter that is not supported',
    (valid) => withTexts(valid, '{"alg":"RS256","kid":"a","cty":"JWT"}'),
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
  refusedToken(
    "a stranger's key that comes with the token",
    'The access token is signed with an unknown key',
    {
      key: 'stranger',
      header: {
        jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
        jku: 'http://127.0.0.1:9/keys',
        x5u: 'http://127.0.0.1:9/x',
        x5c: ['AQAB'],
      },
    },
  ),
  refusedToken('a negative expiry', CLAIM, { claims: { exp: -1 } }),
  refusedToken('an expiry that is null', CLAIM, { claims: { exp: null } }),
  refusedToken('an audience that is an object', CLAIM, { claims: { aud: { 'api://default': true } } }),
  refusedToken('an audience in capitals', 'The access token was issued for another audience', {
    audience: 'API://DEFAULT',
  }),
  refusedToken('an issuer in a list', 'The access token was issued by another authorization server', {
    claims: { iss: ['https://other.example'] },
  }),
  refusedToken('a typ that is a number', NOT_ACCESS, { header: { typ: 1 } }),
  refusedToken('a refresh-like token without scp', NOT_ACCESS, { claims: { scp: undefined } }),

  refusedToken("a stranger's key", 'The access token is signed with an unknown key', { key: 'stranger' }),
  refusedToken('expired', 'The access token has expired', { expiresIn: -60 }),
  refusedToken('no expiry', 'The access token has no expiry', { claims: { exp: undefined } }),
  refusedToken('an expiry in a string', CLAIM, { claims: { exp: '9999999999' } }),
  refusedToken('not yet valid', 'The access token is not yet valid', { claims: { nbf: 9_999_999_999 } }),
  refusedToken('issued in the future', 'The access token was issued in the future', {
    claims: { iat: 9_999_999_999 },
  }),
  refusedToken('another audience', 'The access token was issued for another audience', {
    audience: 'api://another',
  }),
  refusedToken('an audience that begins the same', 'The access token was issued for another audience', {
    audience: 'api://default/',
  }),
  refusedToken('no audience', 'The access token does not name its audience', { claims: { aud: undefined } }),
  refusedToken('another issuer', 'The access token was issued by another authorization server', {
    claims: { iss: 'https://other.example/oauth2/default' },
  }),
  refusedToken('no issuer', 'The access token does not name its issuer', { claims: { iss: undefined } }),
  refusedToken(
    'a proof-bound token sent as Bearer',
    'The access token is bound to a key and may not be used as a bearer token',
    { kind: 'dpop' },
  ),
  refusedToken('an ID token', NOT_ACCESS, { kind: 'id' }),
  refusedToken('a token marked as a DPoP proof', NOT_ACCESS, { header: { typ: 'dpop+jwt' } }),
  refusedToken('a token marked as a logout token', NOT_ACCESS, { header: { typ: 'logout+jwt' } }),
  refusedToken(
    "a token of Okta's org authorization server",
    'The access token was issued by another authorization server',
    { kind: 'org' },
  ),
  refusedToken("the org authorization server's mark under our issuer", NOT_ACCESS, {
    header: { typ: 'application/okta-internal-at+jwt' },
  }),

  { ...accepted('a scope lacking', '/admin'), status: 403, challenge: insufficientScope('messages:admin') },
  {
    ...accepted('one of two scopes lacking', '/both'),
    status: 403,
    challenge: insufficientScope('messages:read messages:write'),
  },
  {
    ...accepted('none of several scopes', '/either', { scopes: ['openid'] }),
    status: 403,
    challenge: insufficientScope('messages:write messages:read'),
  },
  {
    ...accepted('a scope that only begins the same', '/messages', { scopes: ['messages:readall'] }),
    status: 403,
    challenge: insufficientScope('messages:read'),
  },
  {
    ...accepted('a claim lacking', '/tenant'),
    status: 403,
    challenge:
      'Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a claim that is required"',
  },
]

export const CASES: readonly Case[] = LIST.map((each) => {
  const requirements = CONTRACT_PROOFS[each.name]
  return requirements === undefined ? each : { ...each, requirements }
})

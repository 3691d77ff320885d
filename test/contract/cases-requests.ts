import type { Route } from './adapter.ts'
import { acceptsRequest, bearer, type IssuedCase, type IssuedTokens, rejectsRequest } from './case.ts'

type Header = (valid: string) => string

const withHeader =
  (value: Header) =>
  ({ valid }: IssuedTokens): string[] => ['Authorization', value(valid)]
const withBearer = ({ valid }: IssuedTokens): readonly string[] => bearer(valid)
const withNothing = (): readonly string[] => []

const FORM_TYPE = ['Content-Type', 'application/x-www-form-urlencoded']

/** How the Authorization header is written. */
const HEADER_FORMS: readonly IssuedCase[] = [
  acceptsRequest('a valid token in the Authorization header', withBearer, {
    requirements: ['RFC6750-2.1-header', 'OKTA-guide-keys', 'RFC9068-2.1-rs256'],
  }),
  acceptsRequest(
    'the scheme in lower case, followed by two spaces',
    ({ valid }) => ['authorization', `bearer  ${valid}`],
    { requirements: ['RFC6750-2.1-grammar'] },
  ),
  acceptsRequest('the header name in capitals and the scheme in mixed case', ({ valid }) => [
    'AUTHORIZATION',
    `bEaReR ${valid}`,
  ]),
  acceptsRequest(
    'spaces and a tab around the header value',
    withHeader((valid) => `  Bearer ${valid} \t`),
  ),
  rejectsRequest(
    'the Bearer scheme without a token',
    'malformed_authorization_header',
    withHeader(() => 'Bearer'),
    {
      requirements: ['RFC6750-2.1-grammar', 'RFC6750-3.1-invalid-request'],
    },
  ),
  ...(
    [
      ['two tokens in one Authorization header', (valid) => `Bearer ${valid} ${valid}`],
      ['characters outside the b64token alphabet', () => 'Bearer a,b.c'],
      ['a token in quotes', (valid) => `Bearer "${valid}"`],
      ['a tab between the scheme and the token', (valid) => `Bearer\t${valid}`],
      ['a space inside the token', (valid) => `Bearer ${valid.replace('.', '. ')}`],
      [
        'a token in the JSON serialization',
        (valid) => {
          const [header, payload, signature] = valid.split('.')
          return `Bearer ${JSON.stringify({ protected: header, payload, signature })}`
        },
      ],
    ] satisfies [string, Header][]
  ).map(([name, value]) =>
    rejectsRequest(name, 'malformed_authorization_header', withHeader(value), {
      requirements: ['RFC6750-2.1-grammar'],
    }),
  ),
]

/** Requests whose Authorization header has no credentials of the Bearer scheme. */
const NO_BEARER: readonly IssuedCase[] = [
  rejectsRequest('a request without credentials', 'missing_token', withNothing, {
    requirements: ['RFC6750-3.1-bare-challenge'],
  }),
  rejectsRequest(
    'an empty Authorization header',
    'missing_token',
    withHeader(() => ''),
  ),
  rejectsRequest(
    'a token in other headers only',
    'missing_token',
    ({ valid }) => [
      ...['Cookie', `access_token=${valid}`, 'X-Access-Token', valid],
      ...['Proxy-Authorization', `Bearer ${valid}`, 'X-Forwarded-Authorization', `Bearer ${valid}`],
    ],
    { requirements: ['RFC6750-5.3-cookies'] },
  ),
  ...(
    [
      ['the Basic scheme', () => 'Basic YTpi'],
      ['a token without a scheme', (valid) => valid],
      ['a scheme that only begins with Bearer', (valid) => `Bearer${valid}`],
    ] satisfies [string, Header][]
  ).map(([name, value]) => rejectsRequest(name, 'unsupported_scheme', withHeader(value))),
  rejectsRequest(
    'a bearer token with the scheme DPoP',
    'token_not_bound',
    withHeader((valid) => `DPoP ${valid}`),
    { scheme: 'DPoP' },
  ),
]

/** More than one access token, or one in another place than the header. */
const PLACES: readonly IssuedCase[] = [
  rejectsRequest(
    'two Authorization headers',
    'multiple_authorization_headers',
    ({ valid }) => [...bearer(valid), ...bearer(valid)],
    { requirements: ['RFC6750-3.1-one-method'] },
  ),
  rejectsRequest(
    'a second Authorization header in another case',
    'multiple_authorization_headers',
    ({ valid }) => ['authorization', 'Basic YTpi', 'AUTHORIZATION', `Bearer ${valid}`],
  ),
  rejectsRequest(
    'an empty Authorization header before the one with the token',
    'multiple_authorization_headers',
    ({ valid }) => ['Authorization', '', ...bearer(valid)],
  ),
  rejectsRequest(
    'Bearer credentials appended to another scheme',
    'multiple_authorization_headers',
    withHeader((valid) => `Basic YTpi, Bearer ${valid}`),
  ),
  ...(
    [
      ['a token in the query', '?access_token=a'],
      ['two tokens in the query', '?access_token=a&access_token=b'],
      ['a token in the query under a percent-encoded name', '?x=1&%61ccess%5Ftoken=a'],
      ['an empty token in the query', '?access_token='],
    ] as const
  ).map(([name, query]) =>
    rejectsRequest(name, 'token_in_query', withNothing, {
      query,
      requirements: ['RFC6750-2.3-query', 'RFC6750-5.3-url', 'OKTA-guide-header-only'],
    }),
  ),
  rejectsRequest('a token in the query beside one in the header', 'multiple_tokens', withBearer, {
    query: '?x=1&access_token=a',
    requirements: ['RFC6750-3.1-one-method'],
  }),
  acceptsRequest('query parameters whose names only resemble access_token', withBearer, {
    query: '?access_tokens=a&Access_Token=b&x[access_token]=c&x=access_token',
  }),
  rejectsRequest(
    'a token in a parsed form body beside one in the header',
    'multiple_tokens',
    ({ valid }) => [...FORM_TYPE, ...bearer(valid)],
    {
      route: '/form',
      form: 'access_token=a',
      requirements: ['RFC6750-2.2-form', 'RFC6750-3.1-one-method'],
    },
  ),
  ...['/form', '/optional'].map((route) =>
    rejectsRequest(
      route === '/form'
        ? 'a token in a parsed form body without an Authorization header'
        : 'a token in a parsed form body where credentials are optional',
      'token_in_body',
      () => FORM_TYPE,
      {
        route: route as Route,
        form: 'access_token=a',
        requirements: ['RFC6750-2.2-form', 'OKTA-guide-header-only'],
      },
    ),
  ),
  acceptsRequest('a parsed form body without a token', ({ valid }) => [...FORM_TYPE, ...bearer(valid)], {
    route: '/form',
    form: 'a=1&access=token',
  }),
  acceptsRequest('a form body that nothing has parsed yet', ({ valid }) => [...FORM_TYPE, ...bearer(valid)], {
    form: 'access_token=a',
  }),
]

const HTTP: readonly IssuedCase[] = [
  acceptsRequest('a HEAD request', withBearer, { method: 'HEAD' }),
  rejectsRequest('a HEAD request without credentials', 'missing_token', withNothing, { method: 'HEAD' }),
  acceptsRequest(
    'headers named like members of Object.prototype',
    ({ valid }) => [...['__proto__', 'x', 'constructor', 'y', 'toString', 'z'], ...bearer(valid)],
    { query: '?__proto__=1&constructor=2', advisory: 'CVE-2026-21710' },
  ),
  rejectsRequest(
    'headers named like members of Object.prototype, without credentials',
    'missing_token',
    () => ['__proto__', 'x', 'constructor', 'y', 'toString', 'z'],
    { advisory: 'CVE-2026-21710' },
  ),
]

const OPTIONAL: readonly IssuedCase[] = [
  {
    ...acceptsRequest('a request without credentials where they are optional', withNothing, {
      route: '/optional',
    }),
    outcome: 'anonymous',
  },
  {
    ...acceptsRequest('a form without a token where credentials are optional', () => FORM_TYPE, {
      route: '/optional',
      form: 'a=1',
    }),
    outcome: 'anonymous',
  },
  acceptsRequest('a valid token where credentials are optional', withBearer, { route: '/optional' }),
  rejectsRequest(
    'a token without a scheme where credentials are optional',
    'unsupported_scheme',
    withHeader((valid) => valid),
    { route: '/optional' },
  ),
  rejectsRequest('a malformed token where credentials are optional', 'token_malformed', () => bearer('a.b'), {
    route: '/optional',
  }),
  rejectsRequest('a token in the query where credentials are optional', 'token_in_query', withNothing, {
    route: '/optional',
    query: '?access_token=a',
  }),
]

export const REQUEST_CASES: readonly IssuedCase[] = [
  ...HEADER_FORMS,
  ...NO_BEARER,
  ...PLACES,
  ...HTTP,
  ...OPTIONAL,
]

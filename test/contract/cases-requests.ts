import { accepted, badRequest, bearer, type Case } from './case.ts'
import {
  BARE,
  HEADER,
  IN_QUERY,
  INSUFFICIENT_CLAIM,
  insufficientScope,
  invalidToken,
  MALFORMED,
  TWO_HEADERS,
  TWO_TOKENS,
} from './refusals.ts'

export const REQUEST_CASES: readonly Case[] = [
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

  { name: 'no credentials', lines: () => [], status: 401, challenge: BARE },
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
    challenge: BARE,
  },
  ...(
    [
      ['the scheme DPoP', (valid) => `DPoP ${valid}`],
      ['the token without a scheme', (valid) => valid],
      ['the token without a scheme, where credentials are optional', (valid) => valid, '/optional'],
      ['no space after the scheme', (valid) => `Bearer${valid}`],
      ['an Authorization header that is empty', () => ''],
    ] satisfies [string, (valid: string) => string, string?][]
  ).map(([name, value, path = '/any']) => ({
    name,
    path,
    lines: (valid: string) => ['Authorization', value(valid)],
    status: 401,
    challenge: BARE,
  })),
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
  badRequest('two Authorization headers', TWO_HEADERS, (valid) => [...bearer(valid), ...bearer(valid)]),
  badRequest('a token in the query', IN_QUERY, () => [], '/any?access_token=a'),
  ...[
    ['a token in the query twice', '/any?access_token=a&access_token=b'],
    ['a token in the query by a percent-encoded name', '/any?x=1&%61ccess%5Ftoken=a'],
    ['a token in the query that is empty', '/any?access_token='],
    ['a token in the query where credentials are optional', '/optional?access_token=a'],
  ].map(([name = '', path]) => badRequest(name, IN_QUERY, () => [], path)),
  badRequest('a Bearer behind another scheme', TWO_HEADERS, (valid) => [
    'Authorization',
    `Basic YTpi, Bearer ${valid}`,
  ]),
  badRequest('a token in query and header', TWO_TOKENS, bearer, '/any?x=1&access_token=a'),

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
    challenge: INSUFFICIENT_CLAIM,
  },
]

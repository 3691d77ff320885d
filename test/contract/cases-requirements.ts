import type { ErrorCode } from '@okta-resource-server/core'
import type { Route } from './adapter.ts'
import { type CaseDetails, type IssuedCase, issued, written } from './case.ts'

type Claims = Readonly<Record<string, unknown>>

/** The rules about the claims that authorize a request. */
export const GUIDE = ['RFC9068-4-authorization-claims']
const SCOPES = { requirements: [...GUIDE, 'OKTA-form-marks'] }
/** The same, and that scopes and values are compared as a whole. */
export const PARTS = { ...SCOPES, advisory: 'PEER-value-within-a-longer-one' }

/** A token that meets the requirements of a route, whatever the adapter. */
export const meets = (name: string, route: Route, options: object, details: CaseDetails = {}): IssuedCase =>
  issued(name, 'accepted', options, { route, requestHandling: true, ...details })

/** A token that does not meet them, and is refused with this code. */
export const lacks = (
  name: string,
  outcome: ErrorCode,
  route: Route,
  claims: Claims,
  details: CaseDetails = {},
): IssuedCase => issued(name, outcome, { claims: { ...claims } }, { route, ...details })

const READ = 'messages:read'
const WRITE = 'messages:write'

const REQUIRED_SCOPES: readonly IssuedCase[] = [
  meets('a token with the required scope', '/messages', {}, { advisory: 'PEER-scp-is-not-read' }),
  meets(
    'scopes in one string',
    '/messages',
    { claims: { scp: `openid ${READ}` } },
    {
      advisory: 'PEER-scp-is-not-read',
    },
  ),
  meets('a token issued to a service', '/messages', { kind: 'client-credentials' }),
  meets(
    'a token with both of two required scopes',
    '/both',
    { claims: { scp: [WRITE, READ] } },
    {
      advisory: 'PEER-second-scope',
    },
  ),
  meets('a token with one of two alternative scopes', '/either', {}),
  lacks(
    'a token without the required scope',
    'insufficient_scope',
    '/admin',
    {},
    {
      ...SCOPES,
      requestHandling: true,
      scope: 'messages:admin',
    },
  ),
  ...[READ, WRITE].map((scope) =>
    lacks(
      `a token with ${scope} alone of two required scopes`,
      'insufficient_scope',
      '/both',
      { scp: [scope] },
      {
        ...SCOPES,
        advisory: 'PEER-second-scope',
        requestHandling: true,
        scope: `${READ} ${WRITE}`,
      },
    ),
  ),
  lacks(
    'a token with none of two alternative scopes',
    'insufficient_scope',
    '/either',
    { scp: ['openid'] },
    {
      ...SCOPES,
      requestHandling: true,
      scope: WRITE,
    },
  ),
  ...[
    ['messages:readall'],
    ['messages:rea'],
    'xmessages:read',
    'messages:read,x',
    ['messages:read x'],
    'MESSAGES:READ',
    [],
  ].map((scp) =>
    lacks(
      `the scopes ${written(scp)} where messages:read is required`,
      'insufficient_scope',
      '/messages',
      { scp },
      {
        ...PARTS,
        scope: READ,
      },
    ),
  ),
  lacks(
    'scopes that only contain an alternative scope',
    'insufficient_scope',
    '/either',
    { scp: 'xmessages:write messages:reads' },
    {
      ...PARTS,
      scope: WRITE,
    },
  ),
]

const INCLUDED_SCOPES: readonly IssuedCase[] = [
  meets('a scope that includes the required one', '/either', { claims: { scp: ['messages:manage'] } }),
  meets('a scope that includes the required one through another', '/either', {
    claims: { scp: ['messages:write+'] },
  }),
  lacks(
    'a scope that includes another than the required one',
    'insufficient_scope',
    '/messages',
    { scp: ['messages:manage'] },
    { ...SCOPES, requestHandling: true, scope: READ },
  ),
  lacks(
    'a scope that begins like one that includes the required one',
    'insufficient_scope',
    '/either',
    { scp: ['messages:managed'] },
    { ...PARTS, scope: WRITE },
  ),
]

const ALTERNATIVES: readonly IssuedCase[] = [
  meets('a token that meets the first alternative', '/alternatives', { claims: { scp: ['messages:admin'] } }),
  meets('a token that meets the second alternative', '/alternatives', { claims: { groups: ['admin'] } }),
  lacks(
    'a token that meets no alternative',
    'insufficient_scope',
    '/alternatives',
    {},
    { ...SCOPES, requestHandling: true, scope: 'messages:admin' },
  ),
  lacks(
    'a token that meets half of the second alternative',
    'insufficient_scope',
    '/alternatives',
    { scp: ['openid'], groups: ['admin'] },
    { ...SCOPES, scope: 'messages:admin' },
  ),
]

export const REQUIREMENT_CASES: readonly IssuedCase[] = [
  ...REQUIRED_SCOPES,
  ...INCLUDED_SCOPES,
  ...ALTERNATIVES,
]

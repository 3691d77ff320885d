import type { ErrorCode } from '@okta-resource-server/core'
import type { Route } from './adapter.ts'
import { type CaseDetails, type IssuedCase, issued, written } from './case.ts'

type Claims = Readonly<Record<string, unknown>>

const GUIDE = ['RFC9068-4-authorization-claims']
const SCOPES = { requirements: [...GUIDE, 'OKTA-form-marks'] }
const CLAIMS = { requirements: [...GUIDE, 'OKTA-guide-claims'] }
const PARTS = { ...SCOPES, advisory: 'PEER-value-within-a-longer-one' }

/** What each adapter makes of the requirements of a route. */
const meets = (name: string, route: Route, options: object, details: CaseDetails = {}): IssuedCase =>
  issued(name, 'accepted', options, { route, requestHandling: true, ...details })
const lacks = (
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

const REQUIRED_CLAIMS: readonly IssuedCase[] = [
  meets('a token with the required claim', '/version', {}, CLAIMS),
  meets('a claim that has one of the allowed values', '/tenant', { claims: { tenant: 'b' } }, CLAIMS),
  meets('a list claim that contains the required value', '/group', {
    claims: { groups: ['users', 'admin'] },
  }),
  meets(
    'the required assurance level',
    '/assured',
    { claims: { acr: 'phr' } },
    {
      requirements: ['OKTA-assurance-acr', ...CLAIMS.requirements],
    },
  ),
  lacks(
    'a token without the required claim',
    'insufficient_claims',
    '/tenant',
    {},
    {
      ...CLAIMS,
      requestHandling: true,
    },
  ),
  ...['administrators', ['admins'], 'xadmin', 'admin users', ['Admin'], { admin: true }, ''].map((groups) =>
    lacks(
      `the groups ${written(groups)} where admin is required`,
      'insufficient_claims',
      '/group',
      { groups },
      {
        ...CLAIMS,
        advisory: PARTS.advisory,
      },
    ),
  ),
  lacks(
    'a token without acr where phr or phrh is required',
    'insufficient_claims',
    '/assured',
    {},
    {
      requirements: ['OKTA-assurance-acr', ...CLAIMS.requirements],
    },
  ),
  ...[null, '', 'ph', 'phr phrh', 'urn:okta:loa:2fa:any', { phr: true }].map((acr) =>
    lacks(
      `the acr ${written(acr)} where phr or phrh is required`,
      'insufficient_claims',
      '/assured',
      { acr },
      {
        requirements: ['OKTA-assurance-acr', ...CLAIMS.requirements],
      },
    ),
  ),
]

export const REQUIREMENT_CASES: readonly IssuedCase[] = [...REQUIRED_SCOPES, ...REQUIRED_CLAIMS]

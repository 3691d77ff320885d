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

const NESTED_CLAIMS: readonly IssuedCase[] = [
  meets('a nested claim that contains the required value', '/nested', {
    claims: { realm_access: { roles: ['user', 'admin'] } },
  }),
  meets('a list claim with all of the required values', '/all-groups', {
    claims: { groups: ['finance', 'users', 'staff'] },
  }),
  meets(
    'a list claim of objects with a value',
    '/group',
    { claims: { groups: [{ value: 'users' }, { value: 'admin', display: 'Administrators' }] } },
    CLAIMS,
  ),
  ...[{ roles: ['administrator'] }, { role: 'admin' }, [{ roles: 'admin' }], 'admin', null].map(
    (value, index) =>
      lacks(
        `the claim realm_access ${written(value)} where its roles must contain admin`,
        'insufficient_claims',
        '/nested',
        { realm_access: value },
        { ...CLAIMS, ...(index === 0 ? { requestHandling: true } : {}) },
      ),
  ),
  ...[['staff'], ['finance'], 'staff', 'staff finance', ['staff finance'], []].map((groups, index) =>
    lacks(
      `the groups ${written(groups)} where staff and finance are required`,
      'insufficient_claims',
      '/all-groups',
      { groups },
      { ...CLAIMS, ...(index === 0 ? { requestHandling: true } : {}) },
    ),
  ),
  ...[[{ display: 'admin' }], [{ value: 'admins' }], [{ value: ['admin'] }], { value: 'admin' }].map(
    (groups) =>
      lacks(
        `the groups ${written(groups)}, of which none has the value admin`,
        'insufficient_claims',
        '/group',
        { groups },
        CLAIMS,
      ),
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

const CALLERS: readonly IssuedCase[] = [
  meets("a user's token where a user is required", '/users', {}),
  meets('a token issued to a service where a service is required', '/services', {
    kind: 'client-credentials',
  }),
  lacks(
    "a user's token where a service is required",
    'caller_not_allowed',
    '/services',
    {},
    {
      requestHandling: true,
    },
  ),
  issued(
    'a token issued to a service where a user is required',
    'caller_not_allowed',
    { kind: 'client-credentials' },
    { route: '/users', requestHandling: true },
  ),
  ...[null, '', 1].map((uid) =>
    lacks(`the uid ${written(uid)} where a user is required`, 'caller_not_allowed', '/users', { uid }),
  ),
]

const AGENT = { sub: '0oa1agent', sub_profile: 'ai_agent' }

const DELEGATION: readonly IssuedCase[] = [
  meets('a token without an actor where delegation is refused', '/undelegated', {}),
  lacks(
    'a token with an actor where delegation is refused',
    'delegation_not_allowed',
    '/undelegated',
    { act: AGENT },
    { requestHandling: true, requirements: ['DEL-02'] },
  ),
  meets('a token of an actor that is allowed', '/delegated', { claims: { act: AGENT } }),
  lacks(
    'a token of another actor, who has acted for the one that is allowed',
    'actor_not_allowed',
    '/delegated',
    { act: { sub: '0oa2agent', act: AGENT } },
    { requestHandling: true, requirements: ['DEL-01'] },
  ),
  lacks('a token without an actor where one is required', 'actor_not_allowed', '/delegated', {}),
  ...[null, 1, [AGENT], {}, { sub: 1 }, { act: AGENT }].map((act) =>
    lacks(`a token whose act is ${written(act)}`, 'claim_malformed', '/any', { act }),
  ),
]

const details = (...authorization_details: unknown[]) => ({ authorization_details })
const DETAILS = { requirements: ['DEL-03'] }

const AUTHORIZATION_DETAILS: readonly IssuedCase[] = [
  meets('a token with the required authorization details', '/payments', {
    claims: details({ type: 'account' }, { type: 'payment', actions: ['initiate', 'cancel'] }),
  }),
  lacks(
    'a token without authorization details where some are required',
    'insufficient_authorization_details',
    '/payments',
    {},
    { requestHandling: true },
  ),
  ...[
    { type: 'payments', actions: ['initiate'] },
    { type: 'payment', actions: ['initiated'] },
    { type: 'payment', actions: 'initiate' },
    { type: 'payment', actions: ['initiate'], limit: 10 },
    { actions: ['initiate'] },
  ].map((detail) =>
    lacks(
      `the authorization details ${written(detail)}, which do not grant what is required`,
      'insufficient_authorization_details',
      '/payments',
      details(detail),
      DETAILS,
    ),
  ),
]

const LEVEL = { acrValues: 'phr phrh' }

const AUTHENTICATION: readonly IssuedCase[] = [
  meets('a token with the required authentication level', '/stepped-up', { claims: { acr: 'phrh' } }),
  meets('a token of a user who has just authenticated', '/recent', {}, { requirements: ['STEP-02'] }),
  lacks(
    'a token without the required authentication level',
    'insufficient_user_authentication',
    '/stepped-up',
    { acr: 'urn:okta:loa:2fa:any' },
    { ...LEVEL, requirements: ['STEP-02', 'STEP-06'], requestHandling: true },
  ),
  lacks(
    'a token without acr',
    'insufficient_user_authentication',
    '/stepped-up',
    {},
    {
      ...LEVEL,
      requirements: ['STEP-05'],
    },
  ),
  lacks(
    'a token of a user who authenticated long ago',
    'authentication_too_old',
    '/recent',
    { auth_time: 1 },
    {
      maxAge: 300,
      requirements: ['STEP-02'],
      requestHandling: true,
    },
  ),
  ...[null, undefined, '1', 9_999_999_999].map((authTime) =>
    lacks(
      `the auth_time ${written(authTime ?? null)} (${typeof authTime}) where a recent one is required`,
      'authentication_too_old',
      '/recent',
      { auth_time: authTime },
      { maxAge: 300, requirements: ['STEP-05', 'STEP-07'] },
    ),
  ),
  issued(
    'a token issued to a service where an authentication level is required',
    'user_required',
    { kind: 'client-credentials' },
    { route: '/stepped-up', requestHandling: true },
  ),
]

export const REQUIREMENT_CASES: readonly IssuedCase[] = [
  ...REQUIRED_SCOPES,
  ...INCLUDED_SCOPES,
  ...REQUIRED_CLAIMS,
  ...NESTED_CLAIMS,
  ...ALTERNATIVES,
  ...CALLERS,
  ...DELEGATION,
  ...AUTHORIZATION_DETAILS,
  ...AUTHENTICATION,
]

import { type IssuedCase, issued, written } from './case.ts'
import { lacks, meets } from './cases-requirements.ts'

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

export const CALLER_CASES: readonly IssuedCase[] = [
  ...CALLERS,
  ...DELEGATION,
  ...AUTHORIZATION_DETAILS,
  ...AUTHENTICATION,
]

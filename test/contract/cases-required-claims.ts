import { type IssuedCase, written } from './case.ts'
import { GUIDE, lacks, meets, PARTS } from './cases-requirements.ts'

const CLAIMS = { requirements: [...GUIDE, 'OKTA-guide-claims'] }

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

export const REQUIRED_CLAIM_CASES: readonly IssuedCase[] = [...REQUIRED_CLAIMS, ...NESTED_CLAIMS]

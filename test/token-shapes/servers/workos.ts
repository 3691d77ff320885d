import { AUDIENCE, type AuthorizationServer } from '../shape.ts'

const APP = 'client_01JP8BD0CZ401TDF9X54NT5ZEK'

export default {
  name: 'WorkOS Connect',
  options: { issuer: 'https://example.authkit.app', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'access token of a user',
      claims: {
        aud: AUDIENCE,
        sub: 'user_01HBEQKA6K4QJAS93VPE39W1JT',
        client_id: APP,
        org_id: 'org_01HRDMC6CM357W30QMHMQ96Q0S',
        sid: 'app_consent_01',
        scope: 'openid profile',
        jti: '01HQSXZXPPFPKMDD32RKTFY6PV',
      },
      scopes: ['openid', 'profile'],
      clientId: APP,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      claims: { sub: 'user_01HBEQKA6K4QJAS93VPE39W1JT', email: 'jane@example.com' },
      codes: { neither: 'accepted' },
    },
  ],
  others: [
    {
      name: 'session token of AuthKit, which has another issuer and neither an audience nor a client',
      claims: {
        iss: 'https://api.workos.com',
        sub: 'user_01HBEQKA6K4QJAS93VPE39W1JT',
        act: { sub: 'admin@example.com' },
        role: 'member',
        permissions: ['posts:read'],
        sid: 'session_01HQSXZGF8FHF7A9ZZFCW4387R',
      },
      code: 'issuer_not_allowed',
    },
    {
      name: 'access token of a machine, for the whole environment',
      claims: { aud: 'client_environment', sub: APP, client_id: APP, org_id: 'org_1', scope: '' },
      code: 'audience_mismatch',
    },
  ],
  indistinguishable: 'ID tokens without `nonce`',
  notes:
    'clients request the audience as `resource`; tokens of machines have the environment client id as audience: list it, too; for session tokens of AuthKit, let a JWT template add `aud`, and set `issuer` and `jwksUri` as in the dashboard',
  sources: [
    'https://workos.com/docs/authkit/connect/token-claims.md',
    'https://workos.com/docs/reference/authkit/session-tokens',
    'https://workos.com/docs/authkit/jwt-templates',
  ],
} satisfies AuthorizationServer

import { AUDIENCE, type AuthorizationServer } from '../shape.ts'

export default {
  name: 'Clerk, session tokens',
  options: { issuer: 'https://clerk.example.com', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'session token with a custom aud',
      header: { typ: 'JWT', cat: 'cl_B7d4PD111AAA', oiat: 1_899_999_000 },
      claims: {
        aud: AUDIENCE,
        azp: 'https://app.example.com',
        fva: [7, -1],
        jti: '1234567890',
        nbf: 1_899_999_940,
        sid: 'sess_123',
        sub: 'user_123',
        v: 2,
        sts: 'active',
      },
      scopes: [],
      clientId: 'https://app.example.com',
    },
  ],
  idTokens: [
    {
      name: 'ID token of an OAuth application',
      header: { typ: 'JWT' },
      claims: { sub: 'user_123', email: 'jane@example.com', name: 'Jane' },
      codes: { neither: 'accepted' },
    },
  ],
  others: [
    {
      name: 'session token without aud',
      header: { typ: 'JWT' },
      claims: { azp: 'https://app.example.com', sid: 'sess_123', sub: 'user_123', v: 2 },
      code: 'audience_missing',
    },
  ],
  indistinguishable: 'ID tokens without `nonce` and `at_hash`',
  notes:
    'add `aud` under *Sessions > Customize session token*; `clientId` is `azp`, the origin of the web application; for OAuth access tokens, see the next row',
  sources: [
    'clerk/clerk-docs: docs/guides/sessions/session-tokens.mdx',
    'clerk/clerk-docs: docs/guides/sessions/jwt-templates.mdx',
    'clerk/clerk-docs: docs/guides/configure/auth-strategies/oauth/how-clerk-implements-oauth.mdx',
  ],
} satisfies AuthorizationServer

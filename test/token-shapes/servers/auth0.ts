import { AUDIENCE, type AuthorizationServer, CLIENT, logoutToken } from '../shape.ts'

export default {
  name: 'Auth0',
  options: { issuer: 'https://example.us.auth0.com/', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'access token of a user',
      header: { typ: 'JWT' },
      claims: {
        sub: 'auth0|123456',
        aud: [AUDIENCE, 'https://example.us.auth0.com/userinfo'],
        azp: CLIENT,
        scope: 'openid profile read:messages',
        permissions: ['read:messages'],
      },
      scopes: ['openid', 'profile', 'read:messages'],
      clientId: CLIENT,
    },
    {
      name: 'access token of a machine',
      header: { typ: 'JWT' },
      claims: {
        sub: `${CLIENT}@clients`,
        aud: AUDIENCE,
        azp: CLIENT,
        scope: 'read:messages',
        gty: 'client-credentials',
      },
      scopes: ['read:messages'],
      clientId: CLIENT,
    },
    {
      name: 'access token without scopes',
      header: { typ: 'JWT' },
      claims: { sub: `${CLIENT}@clients`, aud: AUDIENCE, azp: CLIENT, gty: 'client-credentials' },
      scopes: [],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: {
        sub: 'auth0|123456',
        name: 'Jane Doe',
        nickname: 'jane',
        email: 'jane@example.com',
        sid: 's1',
      },
      codes: { neither: 'accepted' },
    },
  ],
  others: [logoutToken({ header: { typ: 'logout+jwt' } })],
  indistinguishable: 'ID tokens without `nonce`',
  notes: "the issuer ends with a slash; with RBAC, `scopeClaim: 'permissions'` reads the permissions",
  sources: [
    'https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles',
    'https://auth0.com/docs/secure/tokens/id-tokens/id-token-structure',
  ],
} satisfies AuthorizationServer

import { AUDIENCE, type AuthorizationServer, CLIENT, logoutToken } from '../shape.ts'

export default {
  name: 'Auth0, RFC 9068 profile with permissions',
  options: {
    issuer: 'https://example.us.auth0.com/',
    audience: AUDIENCE,
    profile: 'rfc9068',
    scopeClaim: 'permissions',
  },
  accessTokens: [
    {
      name: 'access token of a user',
      header: { typ: 'at+jwt' },
      claims: {
        sub: 'auth0|123456',
        aud: [AUDIENCE, 'https://example.us.auth0.com/userinfo'],
        client_id: CLIENT,
        jti: '73WakrfVbNJBaAmhQtEeDv',
        scope: 'openid profile',
        permissions: ['read:messages'],
      },
      scopes: ['read:messages'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: { sub: 'auth0|123456', name: 'Jane Doe', email: 'jane@example.com' },
      codes: { neither: 'not_an_access_token' },
    },
  ],
  others: [
    logoutToken({ header: { typ: 'logout+jwt' } }),
    {
      name: 'access token whose permissions are no strings',
      header: { typ: 'at+jwt' },
      claims: { sub: 'auth0|123456', aud: AUDIENCE, client_id: CLIENT, permissions: [{ name: 'read' }] },
      code: 'claim_malformed',
    },
  ],
  notes:
    'the issuer ends with a slash; select the profile under *Applications > APIs > Access Token Settings*',
  sources: [
    'https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles',
    'https://auth0.com/docs/get-started/apis/configure-access-token-profile',
  ],
} satisfies AuthorizationServer

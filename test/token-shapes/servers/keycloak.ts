import { AUDIENCE, type AuthorizationServer, CLIENT, logoutToken } from '../shape.ts'

const COMMON = {
  jti: 'onrtac:0f5d7b7e-3d55-4d1e-8f0e-1d6e0c8e5b8a',
  sub: '7f1b9a5e-6a63-4b7e-9d2e-0f2b4a8c1d3e',
  azp: CLIENT,
  sid: 'e1d6e0c8-5b8a-4d1e-8f0e-0f5d7b7e3d55',
}
const ACCESS = {
  ...COMMON,
  aud: [AUDIENCE, 'account'],
  typ: 'Bearer',
  acr: '1',
  'allowed-origins': ['https://app.example.com'],
  realm_access: { roles: ['offline_access', 'uma_authorization'] },
  resource_access: { account: { roles: ['view-profile'] } },
  scope: 'openid profile email',
}

export default {
  name: 'Keycloak',
  options: { issuer: 'https://sso.example.com/realms/example', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'access token of a user',
      header: { typ: 'JWT' },
      claims: ACCESS,
      scopes: ['openid', 'profile', 'email'],
      clientId: CLIENT,
    },
    {
      name: 'access token of a service account',
      header: { typ: 'JWT' },
      claims: {
        ...ACCESS,
        sid: undefined,
        client_id: CLIENT,
        clientHost: '10.0.0.1',
        scope: 'profile email',
      },
      scopes: ['profile', 'email'],
      clientId: CLIENT,
    },
    {
      name: 'access token with the header type of RFC 9068',
      header: { typ: 'at+jwt' },
      claims: ACCESS,
      scopes: ['openid', 'profile', 'email'],
      clientId: CLIENT,
    },
    {
      name: 'access token without scopes',
      header: { typ: 'JWT' },
      claims: { ...ACCESS, scope: '' },
      scopes: [],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    { name: 'ID token', header: { typ: 'JWT' }, claims: { ...COMMON, typ: 'ID', auth_time: 1_899_999_000 } },
  ],
  others: [
    {
      name: 'refresh token',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: AUDIENCE, typ: 'Refresh', scope: 'openid profile' },
      code: 'refresh_token',
    },
    {
      name: 'offline token',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: AUDIENCE, typ: 'Offline', scope: 'openid offline_access' },
      code: 'refresh_token',
    },
    {
      name: 'identity cookie',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: AUDIENCE, typ: 'Serialized-ID' },
      code: 'id_token',
    },
    {
      name: 'action token',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: AUDIENCE, typ: 'execute-actions' },
      code: 'not_an_access_token',
    },
    logoutToken({ header: { typ: 'logout+jwt' }, claims: { typ: 'Logout' } }),
    logoutToken({ name: 'logout token of a version without its header type', header: { typ: 'JWT' } }),
    {
      name: 'backchannel logout token without events',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: AUDIENCE, typ: 'Logout' },
      code: 'logout_token',
    },
    {
      name: 'signed UserInfo response',
      header: { typ: 'JWT' },
      claims: { sub: COMMON.sub, aud: AUDIENCE, exp: undefined, iat: undefined, email: 'jane@example.com' },
      code: 'expiry_missing',
    },
  ],
  notes:
    'add the audience with a client scope that has an *Audience* mapper; for realm roles, require `claims: { realm_access: … }` with a function',
  sources: [
    'keycloak/keycloak: core/src/main/java/org/keycloak/util/TokenUtil.java',
    'keycloak/keycloak: services/src/main/java/org/keycloak/protocol/oidc/TokenManager.java',
  ],
} satisfies AuthorizationServer

import { AUDIENCE, type AuthorizationServer, CLIENT } from '../shape.ts'

const COMMON = {
  jti: '0f5d7b7e-3d55-4d1e-8f0e-1d6e0c8e5b8a',
  nbf: 0,
  auth_time: 0,
  sub: '7f1b9a5e-6a63-4b7e-9d2e-0f2b4a8c1d3e',
  azp: CLIENT,
  nonce: 'a6a5d3c2',
  session_state: 'e1d6e0c8-5b8a-4d1e-8f0e-0f5d7b7e3d55',
}

export default {
  name: 'Keycloak up to 24',
  options: { issuer: 'https://sso.example.com/auth/realms/example', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'access token of a user, with a nonce',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: [AUDIENCE, 'account'], typ: 'Bearer', scope: 'openid profile' },
      scopes: ['openid', 'profile'],
      clientId: CLIENT,
    },
    {
      name: 'access token of a version that does not write scopes',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: AUDIENCE, typ: 'Bearer', client_session: 'c1' },
      scopes: [],
      clientId: CLIENT,
    },
  ],
  idTokens: [{ name: 'ID token', header: { typ: 'JWT' }, claims: { ...COMMON, typ: 'ID' } }],
  others: [
    {
      name: 'refresh token',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: AUDIENCE, typ: 'Refresh', scope: 'openid profile' },
      code: 'refresh_token',
    },
    {
      name: 'token with a nonce that does not name its kind',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: AUDIENCE },
      code: 'id_token',
    },
  ],
  notes: 'before 17, the path begins with `/auth`',
  sources: [
    'keycloak/keycloak: services/src/main/java/org/keycloak/protocol/oidc/TokenManager.java',
    'https://github.com/keycloak/keycloak/issues/26893',
  ],
} satisfies AuthorizationServer

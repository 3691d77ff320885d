import { AUDIENCE, type AuthorizationServer, CLIENT, logoutToken } from '../shape.ts'

export default {
  name: 'oidc-provider (panva)',
  options: { issuer: 'https://op.example.com', audience: AUDIENCE, profile: 'rfc9068' },
  algorithm: 'PS256',
  jwk: { alg: undefined },
  accessTokens: [
    {
      name: 'access token of a resource server with the format jwt',
      header: { typ: 'at+jwt' },
      claims: { jti: 'j1', sub: 'user-1', scope: 'api:read', client_id: CLIENT, aud: AUDIENCE },
      scopes: ['api:read'],
      clientId: CLIENT,
    },
    {
      name: 'access token without scopes',
      header: { typ: 'at+jwt' },
      claims: { jti: 'j1', sub: CLIENT, client_id: CLIENT, aud: AUDIENCE },
      scopes: [],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      claims: { sub: 'user-1', auth_time: 1_899_999_000 },
      codes: { neither: 'not_an_access_token' },
    },
  ],
  others: [
    logoutToken({ header: { typ: 'logout+jwt' } }),
    {
      name: 'introspection response',
      header: { typ: 'token-introspection+jwt' },
      claims: { aud: AUDIENCE, exp: undefined, token_introspection: { active: true } },
      code: 'introspection_response',
    },
  ],
  notes: "the feature `resourceIndicators` returns `accessTokenFormat: 'jwt'` for the API",
  sources: [
    'panva/node-oidc-provider: lib/models/formats/jwt.js',
    'panva/node-oidc-provider: lib/models/id_token.js',
  ],
} satisfies AuthorizationServer

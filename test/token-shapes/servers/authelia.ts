import { AUDIENCE, type AuthorizationServer, CLIENT, logoutToken } from '../shape.ts'

export default {
  name: 'Authelia',
  options: { issuer: 'https://auth.example.com', audience: AUDIENCE, profile: 'rfc9068' },
  accessTokens: [
    {
      name: 'access token of a client with the JWT profile',
      header: { typ: 'at+jwt' },
      claims: { aud: [AUDIENCE], client_id: CLIENT, jti: 'b1c2', scp: ['openid', 'profile'], sub: 'd4e5' },
      scopes: ['openid', 'profile'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: { azp: CLIENT, amr: ['pwd', 'kba'], auth_time: 1_899_999_000, jti: 'b1c3', sub: 'd4e5' },
      codes: { neither: 'not_an_access_token' },
    },
  ],
  others: [
    {
      name: 'access token without an audience',
      header: { typ: 'at+jwt' },
      claims: { aud: [], client_id: CLIENT, jti: 'b1c2', scp: ['openid'], sub: 'd4e5' },
      code: 'audience_mismatch',
    },
    logoutToken(),
  ],
  notes:
    'set `access_token_signed_response_alg` of the client, so that its tokens are JWTs, and list the audience of the API in its `audience`',
  sources: [
    'authelia/authelia: internal/oidc/session.go',
    'authelia/authelia: internal/oidc/config.go',
    'authelia/oauth2-provider: token/jwt/claims_jwt.go',
  ],
} satisfies AuthorizationServer

import { type AuthorizationServer, CLIENT } from '../shape.ts'

export default {
  name: 'Ory Hydra, without an audience',
  options: { issuer: 'https://hydra.example.com/', audience: null, clientIds: [CLIENT] },
  accessTokens: [
    {
      name: 'access token with an empty audience',
      header: { typ: 'JWT' },
      claims: { aud: [], client_id: CLIENT, ext: {}, jti: 'j', scp: ['messages:read'], sub: 'user-1' },
      scopes: ['messages:read'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: { aud: [CLIENT], auth_time: 1_899_999_000, rat: 1_899_999_000, sub: 'user-1' },
      codes: { neither: 'audience_mismatch' },
    },
  ],
  others: [],
  notes: 'list the clients of this API: an accepted client can use its tokens for every API of the server',
  sources: ['ory/hydra: oauth2/session.go', 'ory/fosite: token/jwt/claims_jwt.go'],
} satisfies AuthorizationServer

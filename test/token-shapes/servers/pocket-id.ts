import { AUDIENCE, type AuthorizationServer, CLIENT } from '../shape.ts'

const USER = 'c27a05a2-4ce1-4173-be51-9bbc3fe65a0a'

export default {
  name: 'Pocket ID',
  options: { issuer: 'https://id.example.com', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'access token for an API',
      header: { typ: 'JWT' },
      claims: {
        aud: [AUDIENCE, 'https://id.example.com'],
        client_id: CLIENT,
        jti: 'j1',
        nbf: 1_899_999_940,
        scope: 'openid read',
        scp: ['openid', 'read'],
        sub: USER,
      },
      scopes: ['openid', 'read'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: { sub: USER, type: 'id-token', amr: ['phr'], rat: 1_899_999_000, jti: 'j2', name: 'Jane' },
    },
  ],
  others: [
    {
      name: 'access token of Pocket ID itself',
      header: { typ: 'JWT' },
      claims: { sub: USER, aud: ['https://id.example.com'], type: 'access-token', isAdmin: true },
      code: 'audience_mismatch',
    },
  ],
  notes: 'create the API in Pocket ID, so that clients can request its audience as `resource`',
  sources: [
    'pocket-id/pocket-id: backend/internal/oidc/claims_service.go',
    'pocket-id/pocket-id: backend/internal/oidc/access_token_scope.go',
    'pocket-id/pocket-id: backend/internal/oidc/provider.go',
  ],
} satisfies AuthorizationServer

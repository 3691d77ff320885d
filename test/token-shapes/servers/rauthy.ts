import { AUDIENCE, type AuthorizationServer, CLIENT } from '../shape.ts'

const COMMON = { nbf: 1_899_999_940, sub: 'TzXFRRRJvRFyQ3dfqMeBr3Kl', azp: CLIENT }

export default {
  name: 'Rauthy',
  options: { issuer: 'https://iam.example.com/auth/v1', audience: AUDIENCE },
  algorithm: 'EdDSA',
  accessTokens: [
    {
      name: 'access token for a resource',
      header: { typ: 'JWT' },
      claims: {
        ...COMMON,
        aud: AUDIENCE,
        typ: 'Bearer',
        scope: 'openid profile',
        allowed_origins: ['https://app.example.com'],
        roles: ['reader'],
      },
      scopes: ['openid', 'profile'],
      clientId: CLIENT,
    },
  ],
  idTokens: [{ name: 'ID token', header: { typ: 'JWT' }, claims: { ...COMMON, typ: 'Id', amr: ['pwd'] } }],
  others: [
    {
      name: 'refresh token',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: AUDIENCE, typ: 'Refresh', uid: COMMON.sub },
      code: 'refresh_token',
    },
    {
      name: 'logout token that names its kind in the payload',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: AUDIENCE, typ: 'logout+jwt' },
      code: 'logout_token',
    },
  ],
  notes:
    'clients request the audience as `resource`, or it is their client id; the issuer ends with `/auth/v1`',
  sources: ['sebadob/rauthy: src/jwt/src/claims.rs'],
} satisfies AuthorizationServer

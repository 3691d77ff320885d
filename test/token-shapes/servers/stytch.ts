import type { AuthorizationServer } from '../shape.ts'

const PROJECT = 'project-test-6d902c62-fc8f-40ea-a4b1-c260966d4655'
const CLIENT = 'connected-app-test-d731954d-dab3-4a2b-bdee-07f3ad1be888'
const COMMON = { nbf: 1_899_999_940, sub: 'user-test-16d9ba61-97a1-4ba4-9720-b03761dc50c6' }

export default {
  name: 'Stytch',
  options: {
    issuer: `stytch.com/${PROJECT}`,
    audience: PROJECT,
    jwksUri: `https://api.stytch.com/v1/sessions/jwks/${PROJECT}`,
  },
  accessTokens: [
    {
      name: 'session JWT',
      header: { typ: 'JWT' },
      claims: {
        ...COMMON,
        aud: [PROJECT],
        'https://stytch.com/session': { id: 'session-test-1', authentication_factors: [{ type: 'otp' }] },
      },
      scopes: [],
      clientId: undefined,
    },
    {
      name: 'access token of a connected app',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: [PROJECT], client_id: CLIENT, jti: 'j1', scope: 'openid email' },
      scopes: ['openid', 'email'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token of a connected app',
      header: { typ: 'JWT' },
      claims: { ...COMMON, email: 'jane@example.com' },
      codes: { neither: 'accepted' },
    },
  ],
  others: [],
  indistinguishable: 'ID tokens without `nonce`, if the project id were their audience: it is the client id',
  notes:
    'the issuer is no URL, unless the project has a custom domain; the audience is the project id for every token, so require scopes or claims',
  sources: [
    'https://stytch.com/docs/b2b/api/connected-app-access-token',
    'https://stytch.com/docs/api-reference/consumer/api/sessions/get-jwks.md',
  ],
} satisfies AuthorizationServer

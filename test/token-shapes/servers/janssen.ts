import { AUDIENCE, type AuthorizationServer, CLIENT } from '../shape.ts'

const COMMON = { sub: 'IXE8Zx7KXyHYWkV3', auth_time: 1_899_999_000, jti: 'j1' }

export default {
  name: 'Janssen, Gluu',
  options: { issuer: 'https://jans.example.com', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'access token as a JWT',
      header: { typ: 'JWT' },
      claims: {
        ...COMMON,
        aud: AUDIENCE,
        scope: ['openid', 'read'],
        client_id: CLIENT,
        username: 'Jane Doe',
        token_type: 'Bearer',
        acr: 'basic',
        nbf: 1_899_999_940,
        'x5t#S256': '',
      },
      scopes: ['openid', 'read'],
      clientId: CLIENT,
    },
    {
      name: 'access token with a status list',
      header: { typ: 'JWT' },
      claims: {
        ...COMMON,
        aud: [AUDIENCE],
        scope: ['read'],
        client_id: CLIENT,
        token_type: 'bearer',
        status: { status_list: { idx: 7, uri: 'https://jans.example.com/jans-auth/restv1/status_list' } },
      },
      scopes: ['read'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: { ...COMMON, amr: ['10'], acr: 'basic', sid: 's1', grant: 'authorization_code' },
      codes: { neither: 'accepted' },
    },
  ],
  others: [
    {
      name: 'logout status JWT',
      header: { typ: 'logout-status+jwt' },
      claims: { ...COMMON, aud: AUDIENCE, client_id: CLIENT },
      code: 'not_an_access_token',
    },
  ],
  indistinguishable: 'ID tokens without `nonce` and `at_hash`',
  notes:
    'set *Access token as JWT* and an additional audience of the client; otherwise the audience is the client id',
  sources: [
    'JanssenProject/jans: jans-auth-server/server/src/main/java/io/jans/as/server/model/common/AuthorizationGrant.java',
  ],
} satisfies AuthorizationServer

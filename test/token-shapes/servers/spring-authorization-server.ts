import { type AuthorizationServer, CLIENT } from '../shape.ts'

export default {
  name: 'Spring Authorization Server',
  options: { issuer: 'https://auth.example.com', audience: CLIENT },
  accessTokens: [
    {
      name: 'self-contained access token',
      claims: { sub: 'user', aud: CLIENT, nbf: 1_899_999_940, scope: ['openid', 'messages.read'], jti: 'j1' },
      scopes: ['openid', 'messages.read'],
      clientId: undefined,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      claims: { sub: 'user', azp: CLIENT, sid: 's1', auth_time: 1_899_999_000, jti: 'j2' },
      codes: { neither: 'accepted' },
    },
  ],
  others: [],
  indistinguishable: 'ID tokens without `nonce`: their audience is the client id, too',
  notes:
    'the audience is the client id, unless an `OAuth2TokenCustomizer` sets it; let it set the header `typ` to `at+jwt` as well',
  sources: [
    'spring-projects/spring-authorization-server: oauth2-authorization-server/src/main/java/org/springframework/security/oauth2/server/authorization/token/JwtGenerator.java',
  ],
} satisfies AuthorizationServer

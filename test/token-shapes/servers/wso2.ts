import { AUDIENCE, type AuthorizationServer, CLIENT, logoutToken } from '../shape.ts'

const COMMON = {
  sub: 'ad0e',
  azp: CLIENT,
  client_id: CLIENT,
  aut: 'APPLICATION_USER',
  nbf: 1_899_999_940,
  jti: 'j',
}

export default {
  name: 'WSO2 Identity Server, Asgardeo',
  options: {
    issuer: 'https://api.asgardeo.io/t/example/oauth2/token',
    audience: AUDIENCE,
    profile: 'rfc9068',
  },
  accessTokens: [
    {
      name: 'access token',
      header: { typ: 'at+jwt', x5t: 'ZjRm' },
      claims: { ...COMMON, aud: [CLIENT, AUDIENCE], scope: 'openid messages:read' },
      scopes: ['openid', 'messages:read'],
      clientId: CLIENT,
    },
    {
      name: 'access token with the scopes as a list',
      header: { typ: 'at+jwt' },
      claims: { ...COMMON, aud: AUDIENCE, aut: 'APPLICATION', scope: ['messages:read'] },
      scopes: ['messages:read'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: { sub: 'ad0e', azp: CLIENT, amr: ['BasicAuthenticator'], isk: 'k' },
      codes: { neither: 'not_an_access_token' },
    },
  ],
  others: [
    {
      name: 'refresh token',
      header: { typ: 'rt+jwt' },
      claims: { ...COMMON, aud: AUDIENCE, rt_scope: 'openid' },
      code: 'refresh_token',
    },
    {
      name: 'subject token',
      header: { typ: 'jwt' },
      claims: {
        sub: 'ad0e',
        azp: CLIENT,
        client_id: CLIENT,
        aud: AUDIENCE,
        may_act: { sub: 'ad0f' },
        scope: 'openid',
      },
      code: 'not_an_access_token',
    },
    logoutToken(),
  ],
  notes: 'choose the access token type JWT, and add the audience to the application',
  sources: [
    'wso2-extensions/identity-inbound-auth-oauth: components/org.wso2.carbon.identity.oauth/src/main/java/org/wso2/carbon/identity/oauth2/token/JWTTokenIssuer.java',
    'wso2-extensions/identity-inbound-auth-oauth: components/org.wso2.carbon.identity.oauth/src/main/java/org/wso2/carbon/identity/openidconnect/DefaultIDTokenBuilder.java',
  ],
} satisfies AuthorizationServer

import { type AuthorizationServer, CLIENT } from '../shape.ts'

const COMMON = {
  sub: 'demo',
  realm: '/alpha',
  auditTrackingId: '918b5b82-3215-42f7-8a07-3bb4db155387',
  auth_time: 1_899_999_000,
}
const ACCESS = {
  ...COMMON,
  aud: CLIENT,
  auth_level: 0,
  tokenName: 'access_token',
  token_type: 'Bearer',
  authGrantId: '9181d5b8-d9ac-42ac-b423-c8ca976fec35',
  grant_type: 'authorization_code',
  scope: ['openid', 'profile'],
  nbf: 1_899_999_940,
  expires_in: 28_800,
  jti: '603ecfc5-a033-45c1-887b-bce76874d189',
}

export default {
  name: 'ForgeRock AM, PingAM, OpenAM',
  options: { issuer: 'https://am.example.com:8443/am/oauth2/realms/root/realms/alpha', audience: CLIENT },
  accessTokens: [
    {
      name: 'client-based access token',
      header: { typ: 'JWT', zip: 'NONE' },
      claims: ACCESS,
      scopes: ['openid', 'profile'],
      clientId: undefined,
    },
    {
      name: 'access token of OpenAM, with a nonce and the scopes as a string',
      header: { typ: 'JWT' },
      claims: { ...ACCESS, aud: [CLIENT], typ: 'Bearer', nonce: null, claims: null, scope: 'openid profile' },
      scopes: ['openid', 'profile'],
      clientId: undefined,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: {
        ...COMMON,
        azp: CLIENT,
        tokenName: 'id_token',
        tokenType: 'JWTToken',
        acr: '0',
        amr: ['pwd'],
      },
    },
  ],
  others: [
    {
      name: 'refresh token',
      header: { typ: 'JWT', zip: 'NONE' },
      claims: { ...ACCESS, tokenName: 'refresh_token', nonce: 'n' },
      code: 'refresh_token',
    },
    {
      name: 'compressed access token',
      header: { typ: 'JWT', zip: 'DEF' },
      claims: ACCESS,
      code: 'unsupported_header_parameter',
    },
  ],
  notes:
    'choose client-based tokens, signed with an asymmetric algorithm, not encrypted and not compressed; the audience is the client id',
  sources: [
    'OpenIdentityPlatform/OpenAM: openam-oauth2/src/main/java/org/forgerock/openam/oauth2/StatelessTokenStore.java',
    'OpenIdentityPlatform/OpenAM: openam-oauth2/src/main/java/org/forgerock/openidconnect/OpenIdConnectToken.java',
    'hmcts/civil-citizen-ui: src/main/app/client/civilServiceClient.ts',
  ],
} satisfies AuthorizationServer

import type { AuthorizationServer } from '../shape.ts'

const CLIENT = 'sb-orders!t123'
const COMMON = {
  sub: '0fe5eeef-60aa-4607-9bbe-2aa0cafe8934',
  cid: CLIENT,
  azp: CLIENT,
  client_id: CLIENT,
  grant_type: 'authorization_code',
  origin: 'sap.default',
  zid: 'example',
  rev_sig: '59c4f6d',
}

export default {
  name: 'Cloud Foundry UAA, SAP XSUAA',
  options: {
    issuer: 'https://example.authentication.eu10.hana.ondemand.com/oauth/token',
    audience: 'orders!t123',
    jwksUri: 'https://example.authentication.eu10.hana.ondemand.com/token_keys',
  },
  accessTokens: [
    {
      name: 'access token of a user',
      header: { typ: 'JWT', jku: 'https://example.authentication.eu10.hana.ondemand.com/token_keys' },
      claims: {
        ...COMMON,
        jti: 'e7858cafea9344f392f0dc8b64bdc014',
        ext_attr: { enhancer: 'XSUAA', zdn: 'example' },
        'xs.system.attributes': { 'xs.rolecollections': ['Orders'] },
        scope: ['openid', 'orders!t123.read'],
        aud: ['openid', 'orders!t123', CLIENT],
      },
      scopes: ['openid', 'orders!t123.read'],
      clientId: CLIENT,
    },
    {
      name: 'access token of a client',
      header: { typ: 'JWT' },
      claims: {
        ...COMMON,
        sub: CLIENT,
        grant_type: 'client_credentials',
        authorities: ['orders!t123.read'],
        scope: ['orders!t123.read'],
        aud: ['orders!t123', CLIENT],
      },
      scopes: ['orders!t123.read'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token, which has the scope openid',
      header: { typ: 'JWT' },
      claims: {
        ...COMMON,
        scope: ['openid'],
        amr: ['pwd'],
        acr: { values: ['urn:oasis:names:tc:SAML:2.0:ac:classes:Password'] },
        previous_logon_time: 1_899_000_000,
      },
      codes: { nonce: 'accepted', neither: 'accepted' },
    },
  ],
  others: [
    {
      name: 'refresh token as a JWT',
      header: { typ: 'JWT' },
      claims: {
        ...COMMON,
        jti: 'e7858caf-r',
        granted_scopes: ['openid', 'orders!t123.read'],
        aud: ['orders!t123'],
      },
      code: 'refresh_token',
    },
  ],
  indistinguishable:
    'ID tokens, if you configure a client id: they have a scope, too, but only that audience',
  notes:
    'the issuer ends with `/oauth/token`; the audience is what stands before the last dot of the scopes (for XSUAA the `xsappname`), not the client id',
  sources: [
    'cloudfoundry/uaa: server/src/main/java/org/cloudfoundry/identity/uaa/oauth/openid/IdToken.java',
    'cloudfoundry/uaa: server/src/main/java/org/cloudfoundry/identity/uaa/oauth/refresh/RefreshTokenCreator.java',
  ],
} satisfies AuthorizationServer

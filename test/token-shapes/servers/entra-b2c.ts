import type { AuthorizationServer } from '../shape.ts'

const API = 'f2a76e08-93f2-4350-833c-965c02483b11'
const CLIENT = '38307aee-303c-4fff-8087-d8d2d0e5e8a1'
const COMMON = {
  nbf: 1_899_999_940,
  oid: '1558f87f-452b-4757-bcd1-883f4d5e8a1b',
  sub: '1558f87f-452b-4757-bcd1-883f4d5e8a1b',
  name: 'David',
  tfp: 'B2C_1_signupsignin1',
  ver: '1.0',
}

export default {
  name: 'Azure AD B2C',
  options: {
    issuer: 'https://contoso.b2clogin.com/c64a4f7d-3091-4c73-a722-a3f0694a1b2c/v2.0/',
    audience: API,
    jwksUri: 'https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_signupsignin1/discovery/v2.0/keys',
  },
  jwk: { alg: undefined },
  accessTokens: [
    {
      name: 'access token',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: API, nonce: 'anyRandomValue', scp: 'read', azp: CLIENT },
      scopes: ['read'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: { ...COMMON, auth_time: 1_899_999_000 },
      codes: { neither: 'accepted' },
    },
    {
      name: 'ID token with c_hash',
      header: { typ: 'JWT' },
      claims: { ...COMMON, c_hash: 'SGCPtt01wxwfgnYZy2VJtQ' },
    },
  ],
  others: [
    {
      name: 'access token without scopes, but with a nonce',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: API, nonce: 'anyRandomValue', azp: CLIENT, scp: '' },
      code: 'id_token',
    },
  ],
  indistinguishable: 'ID tokens without `nonce`, if API and client are one app registration',
  notes:
    'the issuer ends with a slash; metadata and keys lie under the user flow, so the keys need their address',
  sources: [
    'MicrosoftDocs/azure-docs: articles/active-directory-b2c/access-tokens.md',
    'MicrosoftDocs/azure-docs: articles/active-directory-b2c/tokens-overview.md',
  ],
} satisfies AuthorizationServer

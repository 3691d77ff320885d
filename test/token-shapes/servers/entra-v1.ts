import type { AuthorizationServer } from '../shape.ts'

const TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47'
const API = 'api://6e74172b-be56-4843-9ff4-e66a39bb12e3'
const CLIENT = '2d4d11a2-f814-46a7-890a-274a72a7309e'
const COMMON = {
  tid: TENANT,
  oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
  ver: '1.0',
  uti: 'u1',
  nbf: 1_899_999_940,
}

export default {
  name: 'Microsoft Entra ID, v1.0 tokens',
  options: { issuer: `https://sts.windows.net/${TENANT}/`, audience: API },
  jwk: { alg: undefined, x5t: 'nOo3ZDrODXEK1jKWhXslHR_KXEg', issuer: 'https://sts.windows.net/{tenantid}/' },
  accessTokens: [
    {
      name: 'access token of a user',
      header: { typ: 'JWT', x5t: 'nOo3ZDrODXEK1jKWhXslHR_KXEg' },
      claims: {
        ...COMMON,
        aud: API,
        acr: '1',
        amr: ['pwd', 'mfa'],
        appid: CLIENT,
        appidacr: '0',
        scp: 'user_impersonation',
        sub: 'AAAA',
        unique_name: 'abe@example.com',
      },
      scopes: ['user_impersonation'],
      clientId: CLIENT,
    },
    {
      name: 'access token of an application',
      header: { typ: 'JWT', x5t: 'nOo3ZDrODXEK1jKWhXslHR_KXEg' },
      claims: {
        ...COMMON,
        aud: API,
        appid: CLIENT,
        appidacr: '1',
        idp: 'https://sts.windows.net/t/',
        roles: ['A'],
        sub: 'B',
      },
      scopes: [],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: { ...COMMON, sub: 'AAAA', amr: ['pwd'], name: 'Abe Lincoln', unique_name: 'abe@example.com' },
      codes: { neither: 'accepted' },
    },
  ],
  others: [],
  indistinguishable: 'ID tokens without `nonce`, if API and client are one app registration',
  notes: 'the issuer ends with a slash; the audience is the Application ID URI or the GUID of the API',
  sources: [
    'MicrosoftDocs/entra-docs: docs/identity-platform/access-token-claims-reference.md',
    'MicrosoftDocs/entra-docs: docs/identity-platform/id-token-claims-reference.md',
  ],
} satisfies AuthorizationServer

import type { AuthorizationServer } from '../shape.ts'

const TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47'
const API = '6e74172b-be56-4843-9ff4-e66a39bb12e3'
const CLIENT = '2d4d11a2-f814-46a7-890a-274a72a7309e'
const COMMON = {
  tid: TENANT,
  oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
  ver: '2.0',
  uti: 'u1',
  rh: '0.A',
  nbf: 1_899_999_940,
}

export default {
  name: 'Microsoft Entra ID, v2.0 tokens',
  options: { issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`, audience: API },
  jwk: {
    alg: undefined,
    x5t: 'nOo3ZDrODXEK1jKWhXslHR_KXEg',
    issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
  },
  accessTokens: [
    {
      name: 'access token of a user',
      header: { typ: 'JWT' },
      claims: {
        ...COMMON,
        aud: API,
        azp: CLIENT,
        azpacr: '0',
        scp: 'messages.read messages.write',
        sub: 'AAAA',
      },
      scopes: ['messages.read', 'messages.write'],
      clientId: CLIENT,
    },
    {
      name: 'access token of an application',
      header: { typ: 'JWT' },
      claims: {
        ...COMMON,
        aud: API,
        azp: CLIENT,
        azpacr: '1',
        roles: ['Messages.Read.All'],
        idtyp: 'app',
        sub: COMMON.oid,
      },
      scopes: [],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: {
        ...COMMON,
        sub: 'AAAA',
        name: 'Abe Lincoln',
        preferred_username: 'abe@example.com',
        roles: ['Reader'],
      },
      codes: { neither: 'accepted' },
    },
  ],
  others: [],
  indistinguishable: 'ID tokens without `nonce`, if API and client are one app registration',
  notes:
    'set `requestedAccessTokenVersion` (formerly `accessTokenAcceptedVersion`) to 2 in the manifest; the audience is the GUID of the API; permissions of applications are in `roles`: require `claims: { roles: … }`',
  sources: [
    'MicrosoftDocs/entra-docs: docs/identity-platform/access-token-claims-reference.md',
    'MicrosoftDocs/entra-docs: docs/identity-platform/id-token-claims-reference.md',
  ],
} satisfies AuthorizationServer

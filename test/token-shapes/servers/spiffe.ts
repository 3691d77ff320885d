import { AUDIENCE, type AuthorizationServer } from '../shape.ts'

const SVID = { aud: [AUDIENCE], sub: 'spiffe://example.org/shop/orders' }

export default {
  name: 'SPIFFE, with SPIRE',
  options: { issuer: 'https://spire.example.org', audience: AUDIENCE },
  algorithm: 'ES256',
  jwk: { use: undefined },
  accessTokens: [
    { name: 'JWT-SVID', header: { typ: 'JWT' }, claims: SVID, scopes: [], clientId: undefined },
    {
      name: 'JWT-SVID with typ JOSE',
      header: { typ: 'JOSE' },
      claims: SVID,
      scopes: [],
      clientId: undefined,
    },
  ],
  idTokens: [],
  others: [
    {
      name: 'JWT-SVID without an issuer',
      header: { typ: 'JWT' },
      claims: { ...SVID, iss: undefined },
      code: 'issuer_missing',
    },
    {
      name: 'WIT-SVID',
      header: { typ: 'wit+jwt' },
      claims: { ...SVID, cnf: { jwk: {} } },
      code: 'not_an_access_token',
    },
  ],
  notes:
    'set `jwt_issuer` of the server and run the OIDC discovery provider: a JWT-SVID without `iss` cannot be accepted; require `claims` for `sub`',
  sources: [
    'spiffe/spiffe: standards/JWT-SVID.md',
    'spiffe/spire: pkg/server/credtemplate/builder.go',
    'spiffe/spire: support/oidc-discovery-provider/README.md',
  ],
} satisfies AuthorizationServer

import { AUDIENCE, type AuthorizationServer, CLIENT } from '../shape.ts'

const COMMON = { sub: '1', jti: 'j1', azp: CLIENT, nbf: 1_899_999_940 }

export default {
  name: 'OpenIddict 1 and 2',
  options: { issuer: 'https://identity.example.com/', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'access token',
      header: { typ: 'JWT' },
      claims: {
        ...COMMON,
        aud: AUDIENCE,
        scope: ['openid', 'api1'],
        token_usage: 'access_token',
        cfd_lvl: 'private',
      },
      scopes: ['openid', 'api1'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'identity token',
      header: { typ: 'JWT' },
      claims: { ...COMMON, token_usage: 'id_token', cfd_lvl: 'private' },
    },
  ],
  others: [],
  notes: 'the issuer usually ends with a slash; call `UseJsonWebTokens()`; refresh tokens are no JWTs',
  sources: [
    'aspnet-contrib/AspNet.Security.OpenIdConnect.Server: src/AspNet.Security.OpenIdConnect.Server/OpenIdConnectServerHandler.Serialization.cs',
  ],
} satisfies AuthorizationServer

import { AUDIENCE, type AuthorizationServer, CLIENT } from '../shape.ts'

export default {
  name: 'OpenIddict',
  options: { issuer: 'https://identity.example.com/', audience: AUDIENCE, profile: 'rfc9068' },
  accessTokens: [
    {
      name: 'access token',
      header: { typ: 'at+jwt' },
      claims: {
        sub: '1',
        aud: AUDIENCE,
        scope: 'openid api1',
        client_id: CLIENT,
        oi_prst: CLIENT,
        jti: 'j1',
      },
      scopes: ['openid', 'api1'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'identity token',
      header: { typ: 'JWT' },
      claims: { sub: '1', azp: CLIENT },
      codes: { neither: 'not_an_access_token' },
    },
  ],
  others: [
    {
      name: 'refresh token',
      header: { typ: 'oi_reft+jwt' },
      claims: { sub: '1', aud: AUDIENCE, scope: 'openid' },
      code: 'refresh_token',
    },
    {
      name: 'authorization code',
      header: { typ: 'oi_auc+jwt' },
      claims: { sub: '1', aud: AUDIENCE, scope: 'openid' },
      code: 'not_an_access_token',
    },
  ],
  notes:
    'the issuer usually ends with a slash; call `DisableAccessTokenEncryption()`, since encrypted tokens are not supported',
  sources: [
    'openiddict/openiddict-core: src/OpenIddict.Abstractions/OpenIddictConstants.cs',
    'openiddict/openiddict-core: src/OpenIddict.Server/OpenIddictServerHandlers.Protection.cs',
  ],
} satisfies AuthorizationServer

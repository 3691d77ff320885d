import { AUDIENCE, type AuthorizationServer, CLIENT, logoutToken } from '../shape.ts'

export default {
  name: 'Duende IdentityServer',
  options: { issuer: 'https://identity.example.com', audience: AUDIENCE, profile: 'rfc9068' },
  accessTokens: [
    {
      name: 'access token of a user',
      header: { typ: 'at+jwt' },
      claims: {
        nbf: 1_899_999_940,
        aud: AUDIENCE,
        scope: ['openid', 'api1'],
        amr: ['pwd'],
        client_id: CLIENT,
        sub: '1',
        idp: 'local',
        auth_time: 1_899_999_000,
        sid: 'S1',
        jti: '1F8B',
      },
      scopes: ['openid', 'api1'],
      clientId: CLIENT,
    },
    {
      name: 'access token of a machine, without sub and jti',
      header: { typ: 'at+jwt' },
      claims: {
        nbf: 1_899_999_940,
        aud: [AUDIENCE, 'https://identity.example.com/resources'],
        scope: 'api1',
        client_id: CLIENT,
      },
      scopes: ['api1'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: { nbf: 1_899_999_940, amr: ['pwd'], sub: '1', idp: 'local', sid: 'S1' },
      codes: { neither: 'not_an_access_token' },
    },
    {
      name: 'ID token with s_hash',
      header: { typ: 'JWT' },
      claims: { sub: '1', s_hash: 'n1' },
    },
  ],
  others: [
    logoutToken({ header: { typ: 'logout+jwt' } }),
    {
      name: 'introspection response',
      header: { typ: 'token-introspection+jwt' },
      claims: { aud: AUDIENCE, exp: undefined, token_introspection: { active: true, scope: 'api1' } },
      code: 'introspection_response',
    },
  ],
  notes:
    'tokens have an `aud` only if the scope belongs to an `ApiResource`, or with `EmitStaticAudienceClaim`',
  sources: [
    'DuendeSoftware/products: identity-server/src/IdentityServer/Services/Default/DefaultTokenService.cs',
    'DuendeSoftware/products: identity-server/src/IdentityServer/Services/Default/DefaultTokenCreationService.cs',
    'DuendeSoftware/products: identity-server/src/IdentityServer/Extensions/TokenExtensions.cs',
  ],
} satisfies AuthorizationServer

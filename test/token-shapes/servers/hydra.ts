import { AUDIENCE, type AuthorizationServer, CLIENT, logoutToken } from '../shape.ts'

const ACCESS = {
  aud: [AUDIENCE],
  client_id: CLIENT,
  ext: { tenant: 'a' },
  jti: '5b2f6a3e-0f5d-4d1e-8f0e-1d6e0c8e5b8a',
  nbf: 1_899_999_940,
  scp: ['openid', 'messages:read'],
  sub: 'user-1',
}

export default {
  name: 'Ory Hydra',
  options: { issuer: 'https://hydra.example.com/', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'access token with the JWT strategy',
      header: { typ: 'JWT' },
      claims: ACCESS,
      scopes: ['openid', 'messages:read'],
      clientId: CLIENT,
    },
    {
      name: 'access token with the scopes in both forms',
      header: { typ: 'JWT' },
      claims: { ...ACCESS, scope: 'openid messages:read' },
      scopes: ['openid', 'messages:read'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: {
        auth_time: 1_899_999_000,
        jti: 'j',
        rat: 1_899_999_000,
        sid: 's',
        sub: 'user-1',
        amr: ['pwd'],
      },
      codes: { neither: 'accepted' },
    },
  ],
  others: [
    logoutToken({ header: { typ: 'JWT' } }),
    {
      name: 'access token without an audience',
      header: { typ: 'JWT' },
      claims: { ...ACCESS, aud: [] },
      code: 'audience_mismatch',
    },
    {
      name: 'access token whose two forms of scopes differ',
      header: { typ: 'JWT' },
      claims: { ...ACCESS, scope: 'openid messages:delete' },
      code: 'claim_malformed',
    },
  ],
  indistinguishable: 'ID tokens without `nonce` and `at_hash`',
  notes:
    'set `strategies.access_token` to `jwt`; the issuer usually ends with a slash; clients must request an audience, or see the next row',
  sources: [
    'ory/hydra: oauth2/session.go',
    'ory/fosite: token/jwt/claims_jwt.go',
    'ory/fosite: token/jwt/claims_id_token.go',
  ],
} satisfies AuthorizationServer

import { AUDIENCE, type AuthorizationServer, CLIENT, logoutToken } from '../shape.ts'

const COMMON = {
  owner: 'example',
  name: 'jane',
  id: '7f1b',
  type: 'normal-user',
  permissions: [{ name: 'read' }],
  tag: 'staff',
  azp: CLIENT,
  sub: '7f1b',
  nbf: 1_899_999_940,
}
const ACCESS = {
  ...COMMON,
  tokenType: 'access-token',
  scope: 'read profile',
  jti: 'admin/0f5d',
  aud: [AUDIENCE],
}

export default {
  name: 'Casdoor',
  options: { issuer: 'https://casdoor.example.com', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'access token',
      header: { typ: 'JWT' },
      claims: { ...ACCESS, nonce: 'n' },
      scopes: ['read', 'profile'],
      clientId: CLIENT,
    },
    {
      name: 'access token of the format JWT-Custom, with an empty nonce',
      header: { typ: 'JWT' },
      claims: { ...ACCESS, nonce: '', scope: '' },
      scopes: [],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token, which is the access token',
      header: { typ: 'JWT' },
      claims: ACCESS,
      codes: { nonce: 'accepted', neither: 'accepted' },
    },
  ],
  others: [
    {
      name: 'refresh token',
      header: { typ: 'JWT' },
      claims: { ...ACCESS, tokenType: 'refresh-token' },
      code: 'refresh_token',
    },
    {
      name: 'refresh token of the format JWT-Custom',
      header: { typ: 'JWT' },
      claims: { ...ACCESS, TokenType: 'refresh-token' },
      code: 'refresh_token',
    },
    logoutToken({ header: { typ: 'JWT' } }),
  ],
  indistinguishable: 'ID tokens: Casdoor sends one token as both',
  notes: 'clients request the audience as `resource`, or it is their client id',
  sources: [
    'casdoor/casdoor: object/token_jwt.go',
    'casdoor/casdoor: object/token_oauth.go',
    'casdoor/casdoor: object/token_logout.go',
  ],
} satisfies AuthorizationServer

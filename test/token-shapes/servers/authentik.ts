import { type AuthorizationServer, CLIENT } from '../shape.ts'

const ALL = { 'nonce and at_hash': 'accepted', nonce: 'accepted', at_hash: 'accepted', neither: 'accepted' }
const COMMON = {
  sub: '3f2a',
  auth_time: 1_899_999_000,
  acr: 'goauthentik.io/providers/oauth2/default',
  amr: ['pwd'],
  sid: 'c0ffee',
  email: 'jane@example.com',
  groups: ['readers'],
}

export default {
  name: 'authentik',
  options: {
    issuer: 'https://authentik.example.com/application/o/api/',
    audience: CLIENT,
    profile: 'accept_id_tokens',
  },
  accessTokens: [
    {
      name: 'access token, which is the ID token with azp and uid',
      header: { typ: 'JWT' },
      claims: { ...COMMON, aud: CLIENT, nonce: 'n', azp: CLIENT, uid: 'Zm9v' },
      scopes: [],
      clientId: CLIENT,
    },
  ],
  idTokens: [{ name: 'ID token', header: { typ: 'JWT' }, claims: COMMON, codes: ALL }],
  others: [],
  indistinguishable: 'ID tokens: access tokens have the same claims',
  notes:
    'the issuer ends with a slash; the audience is the client id of the provider; select a signing key, or tokens are HS256',
  sources: ['goauthentik/authentik: authentik/providers/oauth2/id_token.py'],
} satisfies AuthorizationServer

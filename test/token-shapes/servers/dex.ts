import { type AuthorizationServer, CLIENT } from '../shape.ts'

const ALL = { 'nonce and at_hash': 'accepted', nonce: 'accepted', at_hash: 'accepted', neither: 'accepted' }

export default {
  name: 'Dex',
  options: { issuer: 'https://dex.example.com', audience: CLIENT, profile: 'accept_id_tokens' },
  accessTokens: [
    {
      name: 'access token, which is an ID token',
      claims: {
        sub: 'CgEyEgRsZGFw',
        aud: CLIENT,
        nonce: 'n',
        at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q',
        email: 'jane@example.com',
      },
      scopes: [],
      clientId: undefined,
    },
    {
      name: 'access token for another client',
      claims: { sub: 'CgEyEgRsZGFw', aud: [CLIENT, 'cli'], azp: 'cli', at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q' },
      scopes: [],
      clientId: 'cli',
    },
  ],
  idTokens: [{ name: 'ID token', claims: { sub: 'CgEyEgRsZGFw', email: 'jane@example.com' }, codes: ALL }],
  others: [
    {
      name: 'ID-JAG',
      header: { typ: 'oauth-id-jag+jwt' },
      claims: { sub: 'CgEyEgRsZGFw', aud: CLIENT, client_id: 'cli' },
      code: 'id_jag',
    },
  ],
  indistinguishable: 'ID tokens: access tokens have the same claims',
  notes:
    'the audience is the client id of the API; other clients request the scope `audience:server:client_id:{id}`',
  sources: ['dexidp/dex: server/oauth2.go'],
} satisfies AuthorizationServer

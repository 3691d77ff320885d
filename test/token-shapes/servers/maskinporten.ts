import { AUDIENCE, type AuthorizationServer, CLIENT } from '../shape.ts'

const ACCESS = {
  client_id: CLIENT,
  client_amr: 'private_key_jwt',
  consumer: { authority: 'iso6523-actorid-upis', ID: '0192:991825827' },
  scope: 'difitest:test1',
  token_type: 'Bearer',
  jti: 'Q9t5',
}

export default {
  name: 'Maskinporten',
  options: { issuer: 'https://maskinporten.no/', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'audience-restricted access token',
      claims: { ...ACCESS, aud: AUDIENCE },
      scopes: ['difitest:test1'],
      clientId: CLIENT,
    },
  ],
  idTokens: [],
  others: [
    { name: 'access token without an audience', claims: ACCESS, code: 'audience_missing' },
    {
      name: 'JWT grant',
      claims: { iss: CLIENT, aud: 'https://maskinporten.no/', scope: 'difitest:test1' },
      code: 'issuer_not_allowed',
    },
  ],
  notes:
    'let clients request audience-restricted tokens (`resource`); without that, tokens have no `aud` and you must set `audience: null` and list the clients',
  sources: ['felleslosninger/docs: _docs/Maskinporten/maskinporten_protocol_token.md'],
} satisfies AuthorizationServer

import { AUDIENCE, type AuthorizationServer } from '../shape.ts'

const ENVIRONMENT = '01d89b06-66d5-430e-9f28-65636843788b'
const CLIENT = 'adeeb901-7b64-453d-92bc-059bcbcc5958'
const ACCESS = {
  client_id: CLIENT,
  aud: [AUDIENCE],
  scope: 'messages:read',
  env: ENVIRONMENT,
  org: '97ba44f2-f7ee-4144-aa95-9e636b57c096',
  jti: 'c7387ad7-3b88-4620-8e1f-99f91e19cf82',
  'p1.rid': 'c7387ad7-3b88-4620-8e1f-99f91e19cf82',
}

export default {
  name: 'PingOne',
  options: { issuer: `https://auth.pingone.eu/${ENVIRONMENT}/as`, audience: AUDIENCE },
  accessTokens: [
    { name: 'access token of a machine', claims: ACCESS, scopes: ['messages:read'], clientId: CLIENT },
    {
      name: 'access token of a user, with act as a string',
      header: { typ: 'at+jwt' },
      claims: { ...ACCESS, sub: 'user-1', acr: 'Single_Factor', auth_time: 1_899_999_000, act: 'noActor' },
      scopes: ['messages:read'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      claims: {
        sub: 'user-1',
        acr: 'Single_Factor',
        amr: ['pwd'],
        env: ENVIRONMENT,
        org: ACCESS.org,
        sid: 's1',
      },
      codes: { neither: 'accepted' },
    },
  ],
  others: [],
  indistinguishable: 'ID tokens without `nonce` and `at_hash`',
  notes: "once all tokens have `typ` `at+jwt` (PingOne plans that for March 2027), set `profile: 'rfc9068'`",
  sources: [
    'https://developer.pingidentity.com/pingone-api/foundations/authentication-concepts/access-tokens-and-id-tokens/token-claims.html',
  ],
} satisfies AuthorizationServer

import { type AuthorizationServer, CLIENT } from '../shape.ts'

export default {
  name: 'Clerk, tokens of OAuth applications',
  options: { issuer: 'https://clerk.example.com', audience: null, clientIds: [CLIENT], profile: 'rfc9068' },
  accessTokens: [
    {
      name: 'OAuth access token',
      header: { typ: 'at+jwt' },
      claims: {
        client_id: CLIENT,
        sub: 'user_123',
        jti: 'oat_2xKa9Bgv7NxMRDFyQw8LpZ3cTmU1vHjE',
        scope: 'read:foo write:bar',
      },
      scopes: ['read:foo', 'write:bar'],
      clientId: CLIENT,
    },
    {
      name: 'OAuth access token with the full media type and scp',
      header: { typ: 'application/at+jwt' },
      claims: { client_id: CLIENT, sub: 'user_123', jti: 'oat_1', scp: ['read:foo'] },
      scopes: ['read:foo'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: { aud: CLIENT, sub: 'user_123', email: 'jane@example.com' },
      codes: { neither: 'not_an_access_token' },
    },
  ],
  others: [
    {
      name: 'session token',
      header: { typ: 'JWT' },
      claims: { azp: 'https://app.example.com', sid: 'sess_123', sub: 'user_123', v: 2 },
      code: 'not_an_access_token',
    },
  ],
  notes: 'the tokens in the tests of Clerk have no `aud`; set `audience` if yours have one',
  sources: [
    'clerk/javascript: packages/backend/src/fixtures/machine.ts',
    'clerk/javascript: packages/backend/src/api/resources/IdPOAuthAccessToken.ts',
    'clerk/javascript: packages/backend/src/tokens/machine.ts',
  ],
} satisfies AuthorizationServer

import { AUDIENCE, type AuthorizationServer, CLIENT } from '../shape.ts'

const COMMON = {
  jti: 'a1a5fda5-e5a7-4c5a-81be-e95fcbbd1907',
  nbf: 1_899_999_940,
  sub: '934d737304b1bbc5cc0d443749e64a47',
}

export default {
  name: 'Curity Identity Server',
  options: { issuer: 'https://login.example.com/oauth/v2/oauth-anonymous', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'access token',
      header: { x5t: '6u-0fcMqjnrQQ0nSIFyJGuCzQJA' },
      claims: {
        ...COMMON,
        delegationId: 'dda57127-6cc2-4e7f-b8ec-ad3d4626a2f2',
        aud: [AUDIENCE],
        scope: 'stocks/read',
        purpose: 'access_token',
        client_id: CLIENT,
      },
      scopes: ['stocks/read'],
      clientId: CLIENT,
    },
    {
      name: 'access token of a token exchange',
      claims: {
        ...COMMON,
        aud: AUDIENCE,
        scope: 'stocks/read',
        purpose: 'access_token',
        act: { sub: 'autonomous-agent', agent_role: 'analyst' },
        client_id: CLIENT,
      },
      scopes: ['stocks/read'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      claims: {
        ...COMMON,
        purpose: 'id',
        auth_time: 1_899_999_000,
        acr: 'acr:html-form:htmlform',
        amr: 'acr:html-form:htmlform',
        delegation_id: 'd1',
        azp: CLIENT,
        sid: 's1',
      },
    },
  ],
  others: [
    {
      name: 'refresh token as a JWT',
      claims: { ...COMMON, aud: AUDIENCE, scope: 'stocks/read', purpose: 'refresh_token', client_id: CLIENT },
      code: 'refresh_token',
    },
  ],
  notes:
    'let the token procedure issue JWTs, or exchange opaque tokens at a gateway (phantom token); a token exchange or the client sets the audience',
  sources: [
    'curityio/azd-ai-autonomous-agent: docs/5-TOKEN-FLOW.md',
    'https://curity.io/docs/identity-server/profiles/token-profile/token-issuers',
  ],
} satisfies AuthorizationServer

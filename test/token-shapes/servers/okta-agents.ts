import type { AuthorizationServer } from '../shape.ts'

const AUDIENCE = 'https://agent2.example.com'
const AGENT_TOKEN = {
  sub: '0oa9jh6hizeR7uMag0g7',
  aud: AUDIENCE,
  scope: 'chat.read chat.history',
  sub_profile: 'service',
  act: {
    sub: 'wlp1a2b3c4d5e6f7g8h9',
    sub_profile: 'ai_agent',
    act: { sub: '0oa9jh6hizeR7uMag0g7', sub_profile: 'service' },
  },
}

export default {
  name: 'Okta for AI Agents',
  options: { issuer: 'https://login.example.com/oauth2/aus9jh6hizeR7uMag0g7', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'access token of an agent',
      claims: AGENT_TOKEN,
      scopes: ['chat.read', 'chat.history'],
      clientId: undefined,
    },
    {
      name: 'access token of a user for whom an agent acts',
      claims: {
        ...AGENT_TOKEN,
        sub: '00uzkk8ctx1WtQ8fy1d7',
        sub_profile: 'user',
        act: { sub: 'wlp1a2b3c4d5e6f7g8h9', sub_profile: 'ai_agent web_app' },
      },
      scopes: ['chat.read', 'chat.history'],
      clientId: undefined,
    },
  ],
  idTokens: [
    { name: 'ID token with sub_profile and scope', claims: { ...AGENT_TOKEN, jti: 'ID.1', amr: ['pwd'] } },
  ],
  others: [
    {
      name: 'token with act alone',
      claims: { ...AGENT_TOKEN, scope: undefined, sub_profile: undefined },
      code: 'not_an_access_token',
    },
    {
      name: 'token with scope alone',
      claims: { ...AGENT_TOKEN, sub_profile: undefined },
      code: 'not_an_access_token',
    },
    { name: 'token with amr', claims: { ...AGENT_TOKEN, amr: ['pwd'] }, code: 'not_an_access_token' },
    { name: 'token with idp', claims: { ...AGENT_TOKEN, idp: '00o1' }, code: 'not_an_access_token' },
    { name: 'token with nonce', claims: { ...AGENT_TOKEN, nonce: 'n' }, code: 'id_token' },
    {
      name: 'ID-JAG',
      claims: {
        ...AGENT_TOKEN,
        iss: 'https://login.example.com',
        jti: 'IDAAG.FhYRSbhaXljvZIn71hCBN6FKreFgeYgDgm62TkidWqo',
      },
      code: 'id_jag',
    },
  ],
  notes:
    'the audience is the resource URL of the agent; works beside other tokens of the same authorization server',
  sources: [
    'https://datatracker.ietf.org/doc/draft-mora-oauth-entity-profiles/',
    'okta/okta-developer-docs: packages/@okta/vuepress-site/docs/guides/ai-agent-token-exchange/main/agent-to-agent/exchange-idjag-for-token.md',
    'okta/okta-developer-docs: packages/@okta/vuepress-site/docs/guides/ai-agent-token-exchange/main/agent-to-agent/exchange-token-for-idjag2.md',
  ],
} satisfies AuthorizationServer

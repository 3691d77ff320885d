import { type AuthorizationServer, logoutToken } from '../shape.ts'

const AUDIENCE = 'api://default'
const USER_TOKEN = {
  ver: 1,
  jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
  aud: AUDIENCE,
  cid: '0oabucvyc38HLL1ef0h7',
  uid: '00uid4BxXw6I6TV4m0g3',
  scp: ['messages:read', 'openid'],
  sub: 'john.doe@example.com',
  auth_time: 1_899_999_000,
}
const ID_TOKEN = {
  ver: 1,
  jti: 'ID.4oPpIrXTJ1gXIeUMMSaqKvLmAJXTnYRQAKsHe6hL7ss',
  sub: '00uid4BxXw6I6TV4m0g3',
  amr: ['pwd', 'otp', 'mfa'],
  idp: '00ok1u7AsAkrwdZL3z0g3',
  auth_time: 1_899_999_000,
  name: 'John Doe',
}
const ID_JAG = {
  iss: 'https://example.okta.com',
  aud: AUDIENCE,
  sub: '00uid4BxXw6I6TV4m0g3',
  jti: 'IDAAG.tAO20ExqeUlh6VcpyQxTJ42fn3vDp9E3xR5Iq3Y79pY',
  scope: 'messages:read',
  sub_profile: 'service',
  act: { sub: 'wlp1', sub_profile: 'ai_agent' },
}

export default {
  name: 'Okta, custom authorization server',
  options: { issuer: 'https://example.okta.com/oauth2/default', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'access token of a user',
      claims: USER_TOKEN,
      scopes: ['messages:read', 'openid'],
      clientId: '0oabucvyc38HLL1ef0h7',
    },
    {
      name: 'access token of a service',
      claims: { ...USER_TOKEN, uid: undefined, auth_time: undefined, sub: '0oabucvyc38HLL1ef0h7' },
      scopes: ['messages:read', 'openid'],
      clientId: '0oabucvyc38HLL1ef0h7',
    },
    {
      name: 'access token without scopes',
      claims: { ...USER_TOKEN, scp: undefined },
      scopes: [],
      clientId: '0oabucvyc38HLL1ef0h7',
    },
  ],
  idTokens: [
    { name: 'ID token', claims: ID_TOKEN },
    { name: 'ID token with a custom claim cid', claims: { ...ID_TOKEN, cid: '0oabucvyc38HLL1ef0h7' } },
  ],
  others: [
    {
      name: 'access token of the org authorization server',
      header: { typ: 'application/okta-internal-at+jwt' },
      claims: USER_TOKEN,
      code: 'not_an_access_token',
    },
    { name: 'ID-JAG', header: { typ: 'oauth-id-jag+jwt' }, claims: ID_JAG, code: 'id_jag' },
    { name: 'ID-JAG without its typ', claims: ID_JAG, code: 'id_jag' },
    {
      name: 'security event token of the SSF transmitter',
      header: { typ: 'secevent+jwt' },
      claims: {
        iss: 'https://example.okta.com',
        aud: AUDIENCE,
        jti: 'set-1',
        exp: undefined,
        events: { 'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {} },
      },
      code: 'security_event_token',
    },
    {
      name: 'Universal Logout request',
      header: { typ: 'global-token-revocation+jwt' },
      claims: { iss: 'https://example.okta.com', aud: AUDIENCE, jti: 'glo-1', sub: 'idp-1' },
      code: 'revocation_request',
    },
    logoutToken({ claims: { aud: AUDIENCE } }),
  ],
  notes:
    'the issuer has no slash at its end; for tokens of the org authorization server (`https://example.okta.com`), see [opaque tokens](docs/opaque-tokens.md)',
  sources: [
    'https://developer.okta.com/docs/guides/validate-access-tokens/',
    'https://support.okta.com/help/s/article/list-of-reserved-claim-names',
    'okta/okta-developer-docs: packages/@okta/vuepress-site/docs/concepts/oauth-claims/index.md',
    'okta/okta-developer-docs: packages/@okta/vuepress-site/docs/guides/ai-agent-token-exchange/main/agent-to-agent/exchange-token-id-response.md',
  ],
} satisfies AuthorizationServer

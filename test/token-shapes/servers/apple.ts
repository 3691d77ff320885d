import type { AuthorizationServer } from '../shape.ts'

const CLIENT = 'com.example.app'
const ALL = { 'nonce and at_hash': 'accepted', nonce: 'accepted', at_hash: 'accepted', neither: 'accepted' }
const COMMON = {
  sub: '001505.0a1b2c.0209',
  email: 'a@privaterelay.appleid.com',
  email_verified: 'true',
  nonce_supported: true,
}

export default {
  name: 'Apple',
  options: { issuer: 'https://appleid.apple.com', audience: CLIENT, profile: 'accept_id_tokens' },
  accessTokens: [
    {
      name: 'identity token',
      claims: {
        ...COMMON,
        aud: CLIENT,
        at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q',
        auth_time: 1_899_999_000,
        real_user_status: 2,
      },
      scopes: [],
      clientId: undefined,
    },
  ],
  idTokens: [{ name: 'identity token', claims: COMMON, codes: ALL }],
  others: [
    {
      name: 'server-to-server notification',
      claims: {
        aud: CLIENT,
        jti: 'abede-1',
        events: '{"type":"consent-revoked","sub":"001505.0a1b2c.0209"}',
      },
      code: 'security_event_token',
    },
  ],
  indistinguishable: 'identity tokens: Apple issues no other JWTs; its access tokens are opaque',
  notes:
    'the audience is your App ID or Services ID. Prefer to exchange the identity token for an access token of your authorization server',
  sources: [
    'https://developer.apple.com/documentation/signinwithapplejs/authorizationi/id_token',
    'https://developer.apple.com/documentation/signinwithapple/processing-changes-for-sign-in-with-apple-accounts',
  ],
} satisfies AuthorizationServer

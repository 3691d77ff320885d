import type { AuthorizationServer } from '../shape.ts'

const CLIENT = '1234567890-abc.apps.googleusercontent.com'
const ALL = { 'nonce and at_hash': 'accepted', nonce: 'accepted', at_hash: 'accepted', neither: 'accepted' }

export default {
  name: 'Google',
  options: { issuer: 'https://accounts.google.com', audience: CLIENT, profile: 'accept_id_tokens' },
  accessTokens: [
    {
      name: 'ID token of a user',
      header: { typ: 'JWT' },
      claims: {
        azp: CLIENT,
        aud: CLIENT,
        sub: '110169484474386276334',
        at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q',
        nonce: 'n',
        hd: 'example.com',
      },
      scopes: [],
      clientId: CLIENT,
    },
    {
      name: 'ID token of a service account',
      header: { typ: 'JWT' },
      claims: {
        azp: 'robot@example.iam.gserviceaccount.com',
        aud: CLIENT,
        sub: '1101',
        email: 'robot@example.iam.gserviceaccount.com',
      },
      scopes: [],
      clientId: 'robot@example.iam.gserviceaccount.com',
    },
  ],
  idTokens: [{ name: 'ID token', header: { typ: 'JWT' }, claims: { azp: CLIENT, sub: '1101' }, codes: ALL }],
  others: [
    {
      name: 'security event token of Cross-Account Protection',
      claims: {
        aud: CLIENT,
        jti: 'set-1',
        events: { 'https://schemas.openid.net/secevent/risc/event-type/sessions-revoked': {} },
      },
      code: 'security_event_token',
    },
  ],
  indistinguishable: 'ID tokens: Google issues no other JWTs; its access tokens are opaque',
  notes:
    'the audience is your client id, or whatever a service account asks for; `clientIds` can list service accounts',
  sources: [
    'googleapis/google-auth-library-nodejs: src/auth/loginticket.ts',
    'googleapis/google-auth-library-nodejs: src/auth/oauth2client.ts',
  ],
} satisfies AuthorizationServer

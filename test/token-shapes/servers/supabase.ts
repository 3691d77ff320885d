import type { AuthorizationServer } from '../shape.ts'

const CLIENT = '9a8b7c6d-0000-4000-8000-000000000001'
const USER = 'c27a05a2-4ce1-4173-be51-9bbc3fe65a0a'
const SESSION = {
  aud: 'authenticated',
  sub: USER,
  email: 'jane@example.com',
  phone: '',
  app_metadata: { provider: 'email' },
  user_metadata: {},
  role: 'authenticated',
  aal: 'aal1',
  amr: [{ method: 'password', timestamp: 1_899_999_000 }],
  session_id: 's1',
  is_anonymous: false,
}

export default {
  name: 'Supabase Auth',
  options: { issuer: 'https://abcdefghijklmnopqrst.supabase.co/auth/v1', audience: 'authenticated' },
  algorithm: 'ES256',
  accessTokens: [
    {
      name: 'access token of a session',
      header: { typ: 'JWT' },
      claims: SESSION,
      scopes: [],
      clientId: undefined,
    },
    {
      name: 'access token of an OAuth client',
      header: { typ: 'JWT' },
      claims: { ...SESSION, client_id: CLIENT, scope: 'openid email' },
      scopes: ['openid', 'email'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: {
        sub: USER,
        client_id: CLIENT,
        auth_time: 1_899_999_000,
        email_verified: true,
        phone_number_verified: false,
      },
      codes: { neither: 'accepted' },
    },
  ],
  others: [],
  indistinguishable: 'ID tokens without `nonce`, if `authenticated` were their audience',
  notes:
    'switch the project to asymmetric JWT signing keys; tokens of users, also of anonymous ones, have the audience `authenticated`',
  sources: ['supabase/auth: internal/hooks/v0hooks/v0hooks.go', 'supabase/auth: internal/tokens/service.go'],
} satisfies AuthorizationServer

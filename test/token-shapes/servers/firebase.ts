import { type AuthorizationServer, logoutToken } from '../shape.ts'

const PROJECT = 'example-project'
const USER = { sub: 'zAbC1234', user_id: 'zAbC1234', auth_time: 1_899_999_000 }

export default {
  name: 'Firebase Authentication',
  options: { issuer: `https://securetoken.google.com/${PROJECT}`, audience: PROJECT },
  accessTokens: [
    {
      name: 'Firebase ID token, which is its bearer token',
      header: { typ: 'JWT' },
      claims: {
        ...USER,
        aud: PROJECT,
        email: 'jane@example.com',
        firebase: { identities: { email: ['jane@example.com'] }, sign_in_provider: 'password' },
      },
      scopes: [],
      clientId: undefined,
    },
  ],
  idTokens: [],
  others: [
    {
      name: 'session cookie',
      header: { typ: 'JWT' },
      claims: { ...USER, iss: `https://session.firebase.google.com/${PROJECT}`, aud: PROJECT },
      code: 'issuer_not_allowed',
    },
    {
      name: 'token of a blocking function',
      header: { typ: 'JWT' },
      claims: { ...USER, aud: PROJECT, event_id: 'e1', event_type: 'beforeSignIn', ip_address: '10.0.0.1' },
      code: 'accepted',
    },
    logoutToken({ claims: { aud: PROJECT } }),
  ],
  indistinguishable: 'tokens of blocking functions, if the project id were their audience',
  notes: 'the audience is the project id; custom claims are top-level claims',
  sources: ['firebase/firebase-admin-node: src/auth/token-verifier.ts'],
} satisfies AuthorizationServer

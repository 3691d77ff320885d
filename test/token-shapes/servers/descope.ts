import { AUDIENCE, type AuthorizationServer } from '../shape.ts'

const PROJECT = 'P2YuRTmSv8PdoasfasfWiLoBrZP9'
const COMMON = {
  amr: ['oauth'],
  rexp: '2030-04-17T17:00:00Z',
  sub: 'U2YualoWDiRkFAEpoyOwAEyT07jk',
  permissions: ['User Admin'],
  roles: ['Tenant Admin'],
}

export default {
  name: 'Descope, session tokens',
  options: {
    issuer: PROJECT,
    audience: AUDIENCE,
    jwksUri: `https://api.descope.com/v2/keys/${PROJECT}`,
  },
  accessTokens: [
    {
      name: 'session token with a custom aud',
      header: { typ: 'JWT' },
      claims: { ...COMMON, drn: 'DS', aud: AUDIENCE },
      scopes: [],
      clientId: undefined,
    },
  ],
  idTokens: [],
  others: [
    {
      name: 'refresh token',
      header: { typ: 'JWT' },
      claims: { ...COMMON, drn: 'DSR', aud: AUDIENCE },
      code: 'refresh_token',
    },
    {
      name: 'session token without aud',
      header: { typ: 'JWT' },
      claims: { ...COMMON, drn: 'DS' },
      code: 'audience_missing',
    },
  ],
  notes:
    'the issuer is the project id, or the URL that the JWT template sets; let the template add `aud`, since session tokens name neither an audience nor a client; require `claims` for `permissions` or `roles`',
  sources: ['https://docs.descope.com/session-overview', 'https://docs.descope.com/management/token'],
} satisfies AuthorizationServer

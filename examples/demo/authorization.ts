import { randomUUID } from 'node:crypto'
import { startAuthorizationServer } from '@okta-resource-server/authorization-server'
import { fromEnvironment, totp } from '@okta-resource-server/mfa-otp'

/** The authorization server that issues the tokens: the embedded one, or a real Okta org. */
export interface Authorization {
  readonly description: string
  readonly issuer: string
  readonly audience: string
  /** Options of `fetchTokens` that identify the client and the user. */
  readonly credentials: {
    readonly issuer: string
    readonly clientId: string
    readonly clientSecret?: string
    readonly username: string
    readonly password: string
    readonly otp: () => string
  }
  readonly scope: string
  /** The scope that the API requires and the token has. */
  readonly grantedScope: string
  /** Tokens that a real authorization server does not issue on request. */
  readonly special: { readonly expired: string; readonly otherAudience: string } | undefined
  /** Another user, and what makes the sign-in policy require one factor; `undefined` for a real org. */
  readonly stepUp:
    | { readonly credentials: Authorization['credentials']; readonly requireOneFactor: () => void }
    | undefined
  readonly stop: () => Promise<void>
}

const VARIABLES = ['OKTA_OAUTH2_ISSUER', 'OKTA_OAUTH2_AUDIENCE'] as const

/** Returns a real Okta org if the `OKTA_*` variables are set, and the embedded authorization server otherwise. */
export async function authorization(): Promise<Authorization> {
  const credentials = fromEnvironment()
  if (credentials === undefined) return embedded()
  const [issuer, audience] = VARIABLES.map((name) => process.env[name])
  if (!issuer || !audience) throw new Error(`Set ${VARIABLES.join(' and ')} as well, or unset OKTA_USERNAME.`)
  return {
    description: `the real Okta authorization server ${issuer}`,
    issuer,
    audience,
    credentials,
    scope: process.env.OKTA_SCOPE ?? 'openid profile',
    grantedScope: 'openid',
    special: undefined,
    stepUp: undefined,
    stop: async () => {},
  }
}

async function embedded(): Promise<Authorization> {
  const server = await startAuthorizationServer()
  const { issuer, audience, clientId, username, password, totpSecret } = server
  const grace = { username: 'grace.hopper@example.com', password: randomUUID() }
  await server.addUser({ ...grace, totpSecret })
  const [expired, otherAudience] = await Promise.all([
    server.issueToken({ expiresIn: -3600 }),
    server.issueToken({ audience: 'api://another' }),
  ])
  return {
    description: `the embedded authorization server ${issuer}`,
    issuer,
    audience,
    credentials: { issuer, clientId, username, password, otp: () => totp(totpSecret) },
    scope: 'openid profile messages:read',
    grantedScope: 'messages:read',
    special: { expired, otherAudience },
    stepUp: {
      credentials: { issuer, clientId, ...grace, otp: () => totp(totpSecret) },
      requireOneFactor: () => {
        server.knobs.factors = 1
      },
    },
    stop: () => server.stop(),
  }
}

import { MfaOtpConfigurationError } from './errors.ts'
import { totp } from './totp.ts'

/** Who signs in, where and with what; holds secrets. Made to be spread into the options of `fetchTokens`. */
export interface Credentials {
  issuer: string
  clientId: string
  clientSecret?: string
  username: string
  password: string
  /** base32 */
  totpSecret: string
  /** The TOTP of `totpSecret` at the moment of the call. */
  otp: () => string
}

const user = ['OKTA_USERNAME', 'OKTA_PASSWORD', 'OKTA_TOTP_SECRET'] as const
const required = ['OKTA_OAUTH2_ISSUER', 'OKTA_OAUTH2_CLIENT_ID', ...user] as const

/**
 * Reads the credentials of the test user and client from environment variables.
 *
 * Variables: `OKTA_OAUTH2_ISSUER`, `OKTA_OAUTH2_CLIENT_ID`, `OKTA_OAUTH2_CLIENT_SECRET` (confidential clients only),
 * `OKTA_USERNAME`, `OKTA_PASSWORD`, `OKTA_TOTP_SECRET`. An empty variable counts as unset.
 *
 * @returns `undefined` when none of `OKTA_USERNAME`, `OKTA_PASSWORD` and `OKTA_TOTP_SECRET` is set.
 * @throws {@link MfaOtpConfigurationError} `missing_environment` with the missing variables in `names`, or
 * `invalid_totp_secret`.
 */
export function fromEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Credentials | undefined {
  if (user.every((name) => !env[name])) return undefined
  const missing = required.filter((name) => !env[name])
  if (missing.length > 0) {
    throw new MfaOtpConfigurationError(
      'missing_environment',
      missing,
      `Missing in the environment: ${missing.join(', ')}.`,
      `Set what is missing, or unset all of ${user.join(', ')}.`,
    )
  }
  const read = (name: string): string => env[name] as string
  const totpSecret = read('OKTA_TOTP_SECRET')
  totp(totpSecret)
  const clientSecret = env.OKTA_OAUTH2_CLIENT_SECRET
  return {
    issuer: read('OKTA_OAUTH2_ISSUER'),
    clientId: read('OKTA_OAUTH2_CLIENT_ID'),
    ...(clientSecret ? { clientSecret } : {}),
    username: read('OKTA_USERNAME'),
    password: read('OKTA_PASSWORD'),
    totpSecret,
    otp: () => totp(totpSecret),
  }
}

import { MfaOtpConfigurationError } from './errors.ts'
import { totp } from './totp.ts'

/** The test user, the client and the issuer. Contains secrets. Can be spread into the options of `fetchTokens`. */
export interface Credentials {
  issuer: string
  clientId: string
  clientSecret?: string
  username: string
  password: string
  /** Base32. */
  totpSecret: string
  /** Returns the current TOTP of `totpSecret`. */
  otp: () => string
}

const USER_VARIABLES = ['OKTA_USERNAME', 'OKTA_PASSWORD', 'OKTA_TOTP_SECRET'] as const
const REQUIRED_VARIABLES = ['OKTA_OAUTH2_ISSUER', 'OKTA_OAUTH2_CLIENT_ID', ...USER_VARIABLES] as const

/**
 * Reads the credentials of the test user and the client from environment variables.
 *
 * Required: `OKTA_OAUTH2_ISSUER`, `OKTA_OAUTH2_CLIENT_ID`, `OKTA_USERNAME`, `OKTA_PASSWORD` and `OKTA_TOTP_SECRET`.
 * Confidential clients also need `OKTA_OAUTH2_CLIENT_SECRET`. An empty variable counts as unset.
 *
 * @param env - The environment variables. Default: `process.env`.
 * @returns The credentials, or `undefined` if `OKTA_USERNAME`, `OKTA_PASSWORD` and `OKTA_TOTP_SECRET` are all unset.
 * @throws {MfaOtpConfigurationError} `missing_environment` if only some variables are set; `names` lists the missing ones.
 * @throws {MfaOtpConfigurationError} `invalid_totp_secret` if `OKTA_TOTP_SECRET` is not base32.
 * @example
 * ```ts
 * const credentials = fromEnvironment()
 * if (credentials === undefined) throw new Error('Set OKTA_USERNAME, OKTA_PASSWORD and OKTA_TOTP_SECRET.')
 * const tokens = await fetchTokens({ ...credentials, scope: 'openid profile' })
 * ```
 */
export function fromEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Credentials | undefined {
  if (USER_VARIABLES.every((name) => !env[name])) return undefined
  const missing = REQUIRED_VARIABLES.filter((name) => !env[name])
  if (missing.length > 0) {
    throw new MfaOtpConfigurationError(
      'missing_environment',
      missing,
      `Missing environment variables: ${missing.join(', ')}.`,
      `Set them, or unset all of ${USER_VARIABLES.join(', ')}.`,
    )
  }
  const read = (name: string): string => env[name] as string
  const totpSecret = read('OKTA_TOTP_SECRET')
  // Fails now, rather than at the first OTP, if the secret is not base32.
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

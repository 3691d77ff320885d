import { MfaOtpError, MfaOtpExchangeError } from './errors.ts'
import type { Call } from './http.ts'
import { configure, type FetchTokensOptions } from './options.ts'
import { withRateLimit } from './rate-limit.ts'
import { invalidResponse, refusal } from './refusal.ts'
import { errorOf, membersOf, type ParsedResponse } from './response.ts'
import { createSecrets } from './secrets.ts'
import { discoverTokenEndpoint } from './token-endpoint.ts'
import { basicCredentials, postForm } from './token-request.ts'
import { isToken, parseTokenResponse, type TokenResponse } from './token-response.ts'
import { secondsToNextStep } from './totp.ts'

/**
 * Signs a user in with password and OTP, in two requests to the token endpoint, and returns the tokens.
 *
 * If the sign-in policy requires only a password, the first response contains the tokens and `otp` is not called. If the
 * OTP is refused, a new one is sent once, in the next 30-second time step. If a rate limit is reached, the request is
 * repeated once per call, after at most 60 seconds. The tokens are **not** verified.
 *
 * @param options - The issuer, the client, the user and the scopes.
 * @returns The tokens, with the parameter names of the token response.
 * @throws {MfaOtpConfigurationError} `invalid_option` if an option is missing or invalid. Nothing was sent.
 * @throws {MfaOtpRefusedError} If the authorization server responds with an error; `advice` says how to fix it.
 * @throws {MfaOtpRateLimitError} If a rate limit was reached; `retryAfter` is in seconds.
 * @throws {MfaOtpExchangeError} If there is no usable response, or `otp` returns no OTP.
 * @see {@link https://developer.okta.com/docs/guides/configure-direct-auth-grants/bmfaotp/main/ Okta's guide to the MFA OTP grant}
 * @example
 * ```ts
 * const { access_token } = await fetchTokens({
 *   issuer: 'https://example.okta.com/oauth2/default',
 *   clientId: '0oa...',
 *   username: 'test.user@example.com',
 *   password: process.env.OKTA_PASSWORD ?? '',
 *   scope: 'openid profile',
 *   otp: () => totp(process.env.OKTA_TOTP_SECRET ?? ''),
 * })
 * ```
 */
export async function fetchTokens(options: FetchTokensOptions): Promise<TokenResponse> {
  const call = startCall(options)
  const endpoint = await discoverTokenEndpoint(call)
  const first = await passwordGrant(call, endpoint)
  if (first.status === 200) return parseTokenResponse(call, 'password', first)
  const second = await otpGrant(call, endpoint, mfaTokenOf(call, first))
  if (second.status === 200) return parseTokenResponse(call, 'mfa-otp', second)
  throw refusal(call, 'mfa-otp', second)
}

function startCall(options: FetchTokensOptions): Call {
  const configuration = configure(options)
  const { clientId, clientSecret, password } = configuration
  const secrets = createSecrets()
  secrets.add(password)
  if (clientSecret !== undefined) {
    secrets.add(clientSecret)
    secrets.add(basicCredentials(clientId, clientSecret))
  }
  return { configuration, secrets, mayWaitForRateLimit: true }
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.3.2 RFC 6749, section 4.3.2} */
function passwordGrant(call: Call, endpoint: string): Promise<ParsedResponse> {
  const { scope, username, password, acrValues } = call.configuration
  const level = acrValues === undefined ? {} : { acr_values: acrValues }
  const grant = { scope, grant_type: 'password', username, password, ...level }
  return withRateLimit(call, () => postForm(call, 'password', endpoint, grant))
}

function mfaTokenOf(call: Call, response: ParsedResponse): string {
  if (response.status !== 403 || errorOf(response.body).error !== 'mfa_required') {
    throw refusal(call, 'password', response)
  }
  const { mfa_token } = membersOf(response.body)
  if (!isToken(mfa_token))
    throw invalidResponse('password', 403, 'requires a second factor but has no mfa_token')
  call.secrets.add(mfa_token)
  return mfa_token
}

/** Gets a new OTP for each request: after a wait, the previous OTP belongs to a past time step. */
async function otpGrant(call: Call, endpoint: string, mfaToken: string): Promise<ParsedResponse> {
  const { scope, clock, wait } = call.configuration
  const attempt = async (): Promise<ParsedResponse> =>
    postForm(call, 'mfa-otp', endpoint, {
      scope,
      grant_type: 'http://auth0.com/oauth/grant-type/mfa-otp',
      otp: await getOtp(call),
      mfa_token: mfaToken,
    })
  const response = await withRateLimit(call, attempt)
  if (!isWrongOtp(response)) return response
  await wait(secondsToNextStep(clock()) * 1000)
  return withRateLimit(call, attempt)
}

function isWrongOtp({ status, body }: ParsedResponse): boolean {
  return status === 400 && errorOf(body).error === 'invalid_grant'
}

/** Reports only the name of an error that `otp` throws, because its message may contain the TOTP secret. */
async function getOtp(call: Call): Promise<string> {
  let otp: unknown
  try {
    otp = await call.configuration.otp()
  } catch (error) {
    if (error instanceof MfaOtpError) throw error
    throw otpUnavailable(
      `threw ${error instanceof Error ? call.secrets.show(error.name) : `a value of type ${typeof error}`}`,
    )
  }
  if (typeof otp !== 'string' || otp === '') throw otpUnavailable('returned no OTP')
  call.secrets.add(otp)
  return otp
}

function otpUnavailable(problem: string): MfaOtpExchangeError {
  return new MfaOtpExchangeError({
    code: 'otp_unavailable',
    step: 'otp',
    summary: `The function in the otp option ${problem}.`,
    advice: 'Return the current OTP as a non-empty string, for example with () => totp(secret).',
  })
}

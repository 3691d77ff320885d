import { type Answer, errorOf, members } from './answer.ts'
import { MfaOtpError, MfaOtpExchangeError } from './errors.ts'
import type { Call } from './http.ts'
import { configure, type FetchTokensOptions } from './options.ts'
import { withRateLimit } from './rate-limit.ts'
import { invalidAnswer, refusal } from './refusal.ts'
import { createSecrets } from './secrets.ts'
import { discoverTokenEndpoint } from './token-endpoint.ts'
import { basicCredentials, postForm } from './token-request.ts'
import { isToken, parseTokenResponse, type TokenResponse } from './token-response.ts'
import { secondsToNextStep } from './totp.ts'

/**
 * Signs a user in with password and OTP, by two direct calls to the token endpoint, and returns the tokens.
 *
 * When the policy is satisfied by the password alone, the first call gives the tokens and no OTP is asked for. An OTP
 * that is refused is replaced once, at the next 30-second step. A rate limit is waited for once, 60 s at most.
 *
 * @throws {@link MfaOtpConfigurationError} for an invalid option; nothing was sent.
 * @throws {@link MfaOtpRefusedError} when the authorization server says no; `advice` says what to change.
 * @throws {@link MfaOtpRateLimitError} with `retryAfter` in seconds.
 * @throws {@link MfaOtpExchangeError} when there is no usable answer.
 * @see https://developer.okta.com/docs/guides/configure-direct-auth-grants/bmfaotp/main/
 */
export async function fetchTokens(options: FetchTokensOptions): Promise<TokenResponse> {
  const call = start(options)
  const endpoint = await discoverTokenEndpoint(call)
  const first = await passwordGrant(call, endpoint)
  if (first.status === 200) return parseTokenResponse(call, 'password', first)
  const second = await otpGrant(call, endpoint, mfaTokenOf(call, first))
  if (second.status === 200) return parseTokenResponse(call, 'mfa-otp', second)
  throw refusal(call, 'mfa-otp', second)
}

function start(options: FetchTokensOptions): Call {
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

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-4.3.2 */
function passwordGrant(call: Call, endpoint: string): Promise<Answer> {
  const { scope, username, password } = call.configuration
  const grant = { scope, grant_type: 'password', username, password }
  return withRateLimit(call, () => postForm(call, 'password', endpoint, grant))
}

function mfaTokenOf(call: Call, answer: Answer): string {
  if (answer.status !== 403 || errorOf(answer.body).error !== 'mfa_required') {
    throw refusal(call, 'password', answer)
  }
  const { mfa_token } = members(answer.body)
  if (!isToken(mfa_token))
    throw invalidAnswer('password', 403, 'asks for a second factor without an mfa_token')
  call.secrets.add(mfa_token)
  return mfa_token
}

/** Asks for a new OTP before each request: after a wait, the old one is of a past step. */
async function otpGrant(call: Call, endpoint: string, mfaToken: string): Promise<Answer> {
  const { scope, clock, wait } = call.configuration
  const attempt = async (): Promise<Answer> =>
    postForm(call, 'mfa-otp', endpoint, {
      scope,
      grant_type: 'http://auth0.com/oauth/grant-type/mfa-otp',
      otp: await askForOtp(call),
      mfa_token: mfaToken,
    })
  const answer = await withRateLimit(call, attempt)
  if (!isWrongOtp(answer)) return answer
  await wait(secondsToNextStep(clock()) * 1000)
  return withRateLimit(call, attempt)
}

function isWrongOtp({ status, body }: Answer): boolean {
  return status === 400 && errorOf(body).error === 'invalid_grant'
}

/** What an unknown function throws may hold the TOTP secret in its message, so only its name goes on. */
async function askForOtp(call: Call): Promise<string> {
  let otp: unknown
  try {
    otp = await call.configuration.otp()
  } catch (error) {
    if (error instanceof MfaOtpError) throw error
    throw otpUnavailable(
      `threw ${error instanceof Error ? call.secrets.show(error.name) : `a value of type ${typeof error}`}`,
    )
  }
  if (typeof otp !== 'string' || otp === '') throw otpUnavailable('gave no OTP')
  call.secrets.add(otp)
  return otp
}

function otpUnavailable(problem: string): MfaOtpExchangeError {
  return new MfaOtpExchangeError({
    code: 'otp_unavailable',
    step: 'otp',
    summary: `The option otp ${problem}.`,
    advice: 'Let it return the current OTP as a non-empty string, such as () => totp(secret).',
  })
}

import { adviceFor, isKnownError } from './advice.ts'
import {
  type MfaOtpError,
  MfaOtpExchangeError,
  MfaOtpRateLimitError,
  MfaOtpRefusedError,
  type RateLimitCode,
} from './errors.ts'
import type { Call, RequestStep } from './http.ts'
import { secondsToRetry } from './rate-limit.ts'
import { errorOf, membersOf, type ParsedResponse } from './response.ts'

const SECRET_MEMBERS = ['mfa_token', 'access_token', 'id_token', 'refresh_token', 'device_secret']

/** Creates the error for a response whose status is not 200. */
export function refusal(call: Call, step: RequestStep, response: ParsedResponse): MfaOtpError {
  const { status } = response
  const { error, description } = errorOf(response.body)
  for (const name of SECRET_MEMBERS) {
    const secret = membersOf(response.body)[name]
    if (typeof secret === 'string' && secret !== '') call.secrets.add(secret)
  }
  const { code, advice } = adviceFor({ step, status, error })
  const shownError = error === undefined || isKnownError(error) ? error : call.secrets.show(error)
  const shownDescription = description === undefined ? undefined : call.secrets.show(description)
  const what = [`HTTP ${status}`, shownError, shownDescription && `"${shownDescription}"`].filter(Boolean)
  const details = {
    code,
    step,
    status,
    error: shownError,
    description: shownDescription,
    summary: `The authorization server refused the request (step ${step}): ${what.join(' ')}${shownDescription === undefined ? '.' : ''}`,
    advice,
  }
  return isRateLimit(code)
    ? new MfaOtpRateLimitError(details, secondsToRetry(response.headers, call.configuration.clock()))
    : new MfaOtpRefusedError(details)
}

/** Creates the error for a response that violates the protocol; `problem` completes "The response …". */
export function invalidResponse(step: RequestStep, status: number, problem: string): MfaOtpExchangeError {
  return new MfaOtpExchangeError({
    code: 'invalid_response',
    step,
    status,
    summary: `The response ${problem} (step ${step}, HTTP ${status}).`,
    advice:
      'Check that the issuer is an OAuth 2.0 authorization server and that the response does not come from a proxy.',
  })
}

function isRateLimit(code: string): code is RateLimitCode {
  return code === 'rate_limited' || code === 'user_rate_limited'
}

import { adviceFor, isKnownError } from './advice.ts'
import { type Answer, errorOf, members } from './answer.ts'
import {
  type MfaOtpError,
  MfaOtpExchangeError,
  MfaOtpRateLimitError,
  MfaOtpRefusedError,
  type RateLimitCode,
} from './errors.ts'
import type { Call, RequestStep } from './http.ts'
import { secondsToRetry } from './rate-limit.ts'

const secretMembers = ['mfa_token', 'access_token', 'id_token', 'refresh_token', 'device_secret']

/** Turns an answer other than 200 into the error to throw. */
export function refusal(call: Call, step: RequestStep, answer: Answer): MfaOtpError {
  const { status } = answer
  const { error, description } = errorOf(answer.body)
  for (const name of secretMembers) {
    const secret = members(answer.body)[name]
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
    summary: `The authorization server refused (step ${step}): ${what.join(' ')}${shownDescription === undefined ? '.' : ''}`,
    advice,
  }
  return isRateLimit(code)
    ? new MfaOtpRateLimitError(details, secondsToRetry(answer.headers, call.configuration.clock()))
    : new MfaOtpRefusedError(details)
}

/** An answer that breaks the protocol; `problem` completes "The answer …". */
export function invalidAnswer(step: RequestStep, status: number, problem: string): MfaOtpExchangeError {
  return new MfaOtpExchangeError({
    code: 'invalid_answer',
    step,
    status,
    summary: `The answer ${problem} (step ${step}, HTTP ${status}).`,
    advice:
      'Check that the issuer is an OAuth 2.0 authorization server and that no proxy answers in its place.',
  })
}

function isRateLimit(code: string): code is RateLimitCode {
  return code === 'rate_limited' || code === 'user_rate_limited'
}

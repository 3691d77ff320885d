import type { Call } from './http.ts'
import { errorOf, type ParsedResponse } from './response.ts'

/** Seconds. */
const MAX_WAIT = 60

/**
 * Sends a request, and repeats it if the rate limit of the endpoint was reached: once per call, after at most 60 seconds.
 *
 * A request that reached the rate limit of a user (`invalid_grant`) is not repeated: further attempts prolong the limit
 * and may lock the user out.
 *
 * @see {@link https://developer.okta.com/docs/reference/rl-best-practices/ Okta rate limit best practices}
 */
export async function withRateLimit(
  call: Call,
  attempt: () => Promise<ParsedResponse>,
): Promise<ParsedResponse> {
  const response = await attempt()
  if (response.status !== 429 || errorOf(response.body).error === 'invalid_grant') return response
  const { clock, wait } = call.configuration
  const seconds = secondsToRetry(response.headers, clock())
  if (seconds === undefined || seconds > MAX_WAIT || !call.mayWaitForRateLimit) return response
  call.mayWaitForRateLimit = false
  await wait(seconds * 1000)
  return attempt()
}

/**
 * Reads from the response headers how long to wait before the next attempt.
 *
 * Okta's `X-Rate-Limit-Reset` (seconds since the epoch) takes precedence over `Retry-After` (seconds, or a date).
 *
 * @param now - Milliseconds since the epoch.
 * @returns Whole seconds, at least 1; `undefined` if the headers do not say.
 * @see {@link https://developer.okta.com/docs/reference/rl-best-practices/ Okta rate limit best practices}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 RFC 9110, section 10.2.3}
 */
export function secondsToRetry(headers: Headers, now: number): number | undefined {
  const reset = wholeNumber(headers.get('x-rate-limit-reset'))
  if (reset !== undefined) return atLeastOne(reset - now / 1000)
  const retryAfter = headers.get('retry-after')
  if (retryAfter === null) return undefined
  const seconds = wholeNumber(retryAfter)
  if (seconds !== undefined) return atLeastOne(seconds)
  const date = Date.parse(retryAfter)
  return Number.isNaN(date) ? undefined : atLeastOne((date - now) / 1000)
}

function wholeNumber(value: string | null): number | undefined {
  return value !== null && /^\d{1,12}$/.test(value) ? Number(value) : undefined
}

function atLeastOne(seconds: number): number {
  return Math.max(1, Math.ceil(seconds))
}

import { type Answer, errorOf } from './answer.ts'
import type { Call } from './http.ts'

const MAX_WAIT = 60

/**
 * Repeats an attempt that met the rate limit of a bucket, once in the whole call and after 60 s at most.
 *
 * A per-user limit (`invalid_grant`) is not repeated: further attempts prolong it and may lock the user out.
 *
 * @see https://developer.okta.com/docs/reference/rl-best-practices/
 */
export async function withRateLimit(call: Call, attempt: () => Promise<Answer>): Promise<Answer> {
  const answer = await attempt()
  if (answer.status !== 429 || errorOf(answer.body).error === 'invalid_grant') return answer
  const { clock, wait } = call.configuration
  const seconds = secondsToRetry(answer.headers, clock())
  if (seconds === undefined || seconds > MAX_WAIT || !call.mayWaitForRateLimit) return answer
  call.mayWaitForRateLimit = false
  await wait(seconds * 1000)
  return attempt()
}

/**
 * Reads when to try again: whole seconds from now, at least 1; `undefined` when the headers do not say.
 *
 * Okta's `X-Rate-Limit-Reset` (UTC, seconds since the epoch) comes before `Retry-After` (seconds, or a date).
 *
 * @param now milliseconds since the epoch
 * @see https://developer.okta.com/docs/reference/rl-best-practices/
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
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

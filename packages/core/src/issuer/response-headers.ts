import { type Clock, wallOf } from '../clock.ts'

/**
 * `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date, which is compared with the server's own `Date`. Okta sends
 * `X-Rate-Limit-Reset` instead with a 429: seconds since the epoch.
 *
 * @param clock - for a response without `Date`
 */
export function retryAfterSeconds({ status, headers }: Response, clock: Clock): number | undefined {
  const theirs = Date.parse(headers.get('date') ?? '')
  const now = Number.isNaN(theirs) ? wallOf(clock) : theirs
  const value = headers.get('retry-after')?.trim()
  const reset = status === 429 ? headers.get('x-rate-limit-reset')?.trim() : undefined
  let seconds = Number.NaN
  if (value !== undefined) {
    // Date.parse takes "1.5" for a day in January, which would mean no wait at all.
    const date = value.includes(':') ? Date.parse(value) : Number.NaN
    seconds = /^\d{1,9}$/.test(value) ? Number(value) : (date - now) / 1_000
  } else if (reset !== undefined && /^\d{1,11}$/.test(reset)) seconds = Number(reset) - now / 1_000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined
}

/** Freshness lifetime (RFC 9111, sections 4.2.3 and 5.2.2). */
export function maxAgeSeconds(headers: Headers): number | undefined {
  const control = headers.get('cache-control')
  if (control === null) return undefined
  if (/(^|[\s,])no-(store|cache)\b/i.test(control)) return 0
  const found = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})/i.exec(control)?.[1]
  if (found === undefined) return undefined
  const age = Number(headers.get('age') ?? 0)
  return Math.max(0, Number(found) - (Number.isFinite(age) ? Math.max(0, age) : 0))
}

/** `Date` plus `Age`: a response of a cache is as old as that (RFC 9110, section 6.6.1; RFC 9111, section 5.1). */
export function dateOf(headers: Headers): number | undefined {
  const date = Date.parse(headers.get('date') ?? '') + Number(headers.get('age') ?? 0) * 1_000
  return Number.isFinite(date) ? date : undefined
}

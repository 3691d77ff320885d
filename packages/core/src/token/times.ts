import type { JwtClaims } from '../keys/signature.ts'
import type { IssuerConfiguration } from '../options/issuer.ts'
import { InvalidTokenError } from '../refusal/errors.ts'

/** The times of a token, in seconds since the epoch. Missing ones are `-Infinity`. */
export interface TokenTimes {
  readonly expiresAt: number
  readonly notBefore: number
  readonly issuedAt: number
}

type Limits = Pick<IssuerConfiguration, 'clockTolerance' | 'maxTokenAge'>

/** NumericDate (RFC 7519, section 2): a finite number of seconds, not before the epoch. */
function numericDate(claims: JwtClaims, name: 'exp' | 'nbf' | 'iat'): number | undefined {
  const value = claims[name] as number | undefined
  if (value === undefined) return undefined
  // Nothing but numbers is finite.
  if (!Number.isFinite(value) || value < 0) throw new InvalidTokenError('claim_malformed')
  return value
}

/**
 * Reads the times of a token; `exp` is required (RFC 9068, section 2.2).
 *
 * @throws {InvalidTokenError} `expiry_missing`, `claim_malformed`
 */
export function readTimes(claims: JwtClaims): TokenTimes {
  const expiresAt = numericDate(claims, 'exp')
  if (expiresAt === undefined) throw new InvalidTokenError('expiry_missing')
  return {
    expiresAt,
    notBefore: numericDate(claims, 'nbf') ?? Number.NEGATIVE_INFINITY,
    issuedAt: numericDate(claims, 'iat') ?? Number.NEGATIVE_INFINITY,
  }
}

/**
 * Compares the times with the clock. A token without `iat` is too old if the age of tokens is limited.
 *
 * @param now - wall-clock time in seconds
 * @throws {InvalidTokenError} `token_expired`, `token_not_yet_valid`, `token_issued_in_future`, `token_too_old`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4 RFC 7519, sections 4.1.4 to 4.1.6}
 */
export function compareTimes(
  { expiresAt, notBefore, issuedAt }: TokenTimes,
  now: number,
  { clockTolerance, maxTokenAge }: Limits,
): void {
  // Negated so that a clock that returns NaN refuses every token.
  if (!(now < expiresAt + clockTolerance)) throw new InvalidTokenError('token_expired')
  if (now < notBefore - clockTolerance) throw new InvalidTokenError('token_not_yet_valid')
  if (now < issuedAt - clockTolerance) throw new InvalidTokenError('token_issued_in_future')
  if (maxTokenAge !== undefined && now > issuedAt + maxTokenAge + clockTolerance) {
    throw new InvalidTokenError('token_too_old')
  }
}

/** A period in which {@link compareTimes} accepts a token. Integers, in seconds since the epoch. */
export interface Validity {
  readonly validFrom: number
  /** Not part of the period. */
  readonly validUntil: number
}

/**
 * A time of at most 31 bits, that is until the year 2038. V8 stores such integers in the object itself. A hit would have to
 * read any other number from a second object.
 */
const smallInteger = (seconds: number): number => Math.min(seconds, 0x7f_ff_ff_ff) | 0

/** When a token can no longer be accepted, in seconds since the epoch: it has expired, or is too old. */
export function endOf(
  { expiresAt, issuedAt }: Pick<TokenTimes, 'expiresAt' | 'issuedAt'>,
  { clockTolerance, maxTokenAge }: Limits,
): number {
  const oldest = maxTokenAge === undefined ? Number.POSITIVE_INFINITY : issuedAt + maxTokenAge
  return Math.min(expiresAt, oldest) + clockTolerance
}

/** The period for a token. Because of rounding, it may be accepted for up to a second before and after it. */
export function validityOf(times: TokenTimes, limits: Limits): Validity {
  const { notBefore, issuedAt } = times
  return {
    validFrom: smallInteger(Math.ceil(Math.max(notBefore, issuedAt) - limits.clockTolerance)),
    validUntil: smallInteger(Math.floor(endOf(times, limits))),
  }
}

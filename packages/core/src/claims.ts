import { InvalidTokenError } from './errors.ts'
import type { IssuerConfiguration } from './issuer-options.ts'

type Claims = Readonly<Record<string, unknown>>
type TimePolicy = Pick<IssuerConfiguration, 'clockTolerance' | 'maxTokenAge'>

/** RFC 7519 §2 NumericDate: a finite number of seconds, and none before the epoch. */
function numericDate(claims: Claims, name: 'exp' | 'nbf' | 'iat'): number | undefined {
  const value = claims[name]
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new InvalidTokenError('claim_malformed')
  return value
}

/** RFC 7519 §4.1.4; mandatory (RFC 9068 §2.2). */
function checkExpiry(claims: Claims, now: number, { clockTolerance }: TimePolicy): void {
  const exp = numericDate(claims, 'exp')
  if (exp === undefined) throw new InvalidTokenError('expiry_missing')
  // Put so that a clock that says NaN refuses.
  if (!(now < exp + clockTolerance)) throw new InvalidTokenError('token_expired')
}

/** RFC 7519 §4.1.5. */
function checkNotBefore(claims: Claims, now: number, { clockTolerance }: TimePolicy): void {
  const nbf = numericDate(claims, 'nbf')
  if (nbf !== undefined && now < nbf - clockTolerance) throw new InvalidTokenError('token_not_yet_valid')
}

/** RFC 7519 §4.1.6; a token from the future, or without `iat` where its age is limited, is refused. */
function checkIssuedAt(claims: Claims, now: number, { clockTolerance, maxTokenAge }: TimePolicy): void {
  const iat = numericDate(claims, 'iat')
  if (iat !== undefined && now < iat - clockTolerance) throw new InvalidTokenError('token_issued_in_future')
  if (maxTokenAge === undefined) return
  if (iat === undefined || now > iat + maxTokenAge + clockTolerance)
    throw new InvalidTokenError('token_too_old')
}

/**
 * Checks the times, with `now` in seconds; asked anew each time a cached token is used.
 *
 * @throws {InvalidTokenError} `expiry_missing`, `token_expired`, `token_not_yet_valid`, `token_issued_in_future`, `token_too_old`
 */
export function checkTimes(claims: Claims, now: number, policy: TimePolicy): void {
  checkExpiry(claims, now, policy)
  checkNotBefore(claims, now, policy)
  checkIssuedAt(claims, now, policy)
}

/** RFC 7519 §4.1.3: a string or a list of strings, one of which must be ours. */
function checkAudience(claims: Claims, accepted: readonly string[]): void {
  const { aud } = claims
  if (aud === undefined) throw new InvalidTokenError('audience_missing')
  const list: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!list.every((item) => typeof item === 'string')) throw new InvalidTokenError('claim_malformed')
  if (!accepted.some((audience) => list.includes(audience))) throw new InvalidTokenError('audience_mismatch')
}

/** The client a token was issued to: Okta's `cid`, RFC 9068's `client_id`, OpenID Connect's `azp`. */
export function clientIdOf(claims: Claims): string | undefined {
  const value = claims.cid ?? claims.client_id ?? claims.azp
  return typeof value === 'string' ? value : undefined
}

function checkClient(claims: Claims, accepted: ReadonlySet<string> | undefined): void {
  if (accepted === undefined) return
  const clientId = clientIdOf(claims)
  if (clientId === undefined || !accepted.has(clientId)) throw new InvalidTokenError('client_not_allowed')
}

/** RFC 9449 §7.1 and RFC 8705 §3: what is bound to a key is worth nothing without proof of possession. */
function checkNotBound(claims: Claims): void {
  if (claims.cnf !== undefined) throw new InvalidTokenError('sender_constrained')
}

function checkSubject({ sub }: Claims): void {
  if (sub !== undefined && typeof sub !== 'string') throw new InvalidTokenError('claim_malformed')
}

/**
 * Checks everything but issuer and times.
 *
 * @throws {InvalidTokenError} with the code of the first claim that does not hold
 */
export function checkClaims(claims: Claims, configuration: IssuerConfiguration): void {
  checkAudience(claims, configuration.audience)
  checkClient(claims, configuration.clientIds)
  checkSubject(claims)
  checkNotBound(claims)
}

/** Scopes of a token: `scp` (array or string) before `scope` (string); whole words only (RFC 6749 §3.3). */
export function scopesOf({ scp, scope }: Claims): readonly string[] {
  const value = scp ?? scope
  const words: readonly unknown[] =
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : []
  return words.filter((word): word is string => typeof word === 'string' && word !== '')
}

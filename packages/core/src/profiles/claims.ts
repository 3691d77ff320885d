import type { JwtClaims } from '../keys/signature.ts'
import { InvalidTokenError } from '../refusal/errors.ts'

/** Claims in which authorization servers name the client. */
export type ClientClaim = 'client_id' | 'cid' | 'azp' | 'appid'
/** Claims in which authorization servers list the scopes. */
export type ScopeClaim = 'scope' | 'scp'

/** Some servers write `null` where others leave a claim out. */
const isPresent = (value: unknown): boolean => value !== undefined && value !== null

/**
 * Reads the client from the first of these claims that is present.
 *
 * All forms must agree where several are present: one of them may be a custom claim that users influence.
 *
 * @throws {InvalidTokenError} `claim_malformed`: a form is not a string, or two forms differ
 */
export function readClientId(claims: JwtClaims, names: readonly ClientClaim[]): string | undefined {
  const { client_id, cid, azp, appid } = claims
  let agreed: unknown
  for (const value of [client_id, cid, azp, appid]) {
    if (!isPresent(value)) continue
    if (typeof value !== 'string' || (agreed !== undefined && value !== agreed)) {
      throw new InvalidTokenError('claim_malformed')
    }
    agreed = value
  }
  return names.some((name) => isPresent(claims[name])) ? (agreed as string) : undefined
}

/** The scopes in a claim: a list, or a text with spaces (RFC 6749, section 3.3). */
function scopesIn(value: unknown): readonly string[] {
  const words: unknown = typeof value === 'string' ? value.split(' ') : value
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
    throw new InvalidTokenError('claim_malformed')
  }
  return words.includes('') ? words.filter((word) => word !== '') : words
}

function areEqual(one: readonly string[], other: readonly string[]): boolean {
  const [first, second] = [new Set(one), new Set(other)]
  return first.size === second.size && one.every((word) => second.has(word))
}

/**
 * Reads the scopes from the first of these claims that is present.
 *
 * `scp` and `scope` must agree where both are present: one of them may be a custom claim that users influence.
 *
 * @throws {InvalidTokenError} `claim_malformed`: a form is neither a string nor a list of strings, or the two differ
 */
export function readScopes(claims: JwtClaims, names: readonly ScopeClaim[]): readonly string[] {
  const scp = isPresent(claims.scp) ? scopesIn(claims.scp) : undefined
  const scope = isPresent(claims.scope) ? scopesIn(claims.scope) : undefined
  if (scp !== undefined && scope !== undefined && !areEqual(scp, scope)) {
    throw new InvalidTokenError('claim_malformed')
  }
  const found = { scp, scope }
  return names.map((name) => found[name]).find((scopes) => scopes !== undefined) ?? []
}

/**
 * Reads the scopes from the claim that the option `scopeClaim` names, and from no other.
 *
 * @throws {InvalidTokenError} `claim_malformed`: the claim is neither a string nor a list of strings
 */
export function readScopesFrom(claims: JwtClaims, name: string): readonly string[] {
  return Object.hasOwn(claims, name) && isPresent(claims[name]) ? scopesIn(claims[name]) : []
}

/** Whether the token has at least one scope. ID tokens have none. */
export function hasScopes({ scp, scope }: JwtClaims): boolean {
  return [scp, scope].some((value) =>
    Array.isArray(value)
      ? value.some((word) => typeof word === 'string' && word !== '')
      : typeof value === 'string' && value.trim() !== '',
  )
}

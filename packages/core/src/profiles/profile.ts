import type { JwtClaims, UnverifiedJwt } from '../keys/signature.ts'
import { InvalidTokenError } from '../refusal/errors.ts'

/**
 * How an access token is distinguished from other JWTs of its issuer, and where it holds client and scopes.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725#section-3.11 RFC 8725, sections 3.11 and 3.12}
 */
export interface Profile {
  /** Whether the token has the marks of this profile. */
  readonly matches: (token: UnverifiedJwt) => boolean
  /** Whether the header must have a `kid`. */
  readonly requiresKid: boolean
  /** @throws {InvalidTokenError} `claim_malformed`: the token names two clients */
  readonly clientId: (claims: JwtClaims) => string | undefined
  /** @throws {InvalidTokenError} `claim_malformed`: the token has two lists of scopes that differ */
  readonly scopes: (claims: JwtClaims) => readonly string[]
}

/** Whether the header has no `typ`, or `JWT`: the issuer does not mark its access tokens. */
export function isUntyped({ unverifiedHeader: { typ } }: UnverifiedJwt): boolean {
  return typ === undefined || (typeof typ === 'string' && typ.toUpperCase() === 'JWT')
}

/** Some servers write `null` where others leave a claim out. */
const isPresent = (value: unknown): boolean => value !== undefined && value !== null

/**
 * Reads the client from the first of these claims that is present.
 *
 * `cid` and `client_id` must agree where both are present: one of them may be a custom claim that users influence.
 */
export function clientIdFrom(...names: readonly string[]): Profile['clientId'] {
  return (claims) => {
    const { cid, client_id: clientId } = claims
    if (isPresent(cid) && isPresent(clientId) && cid !== clientId) {
      throw new InvalidTokenError('claim_malformed')
    }
    const value = names.map((name) => claims[name]).find(isPresent)
    return typeof value === 'string' ? value : undefined
  }
}

const isScope = (word: unknown): word is string => typeof word === 'string' && word !== ''

/** The scopes in a claim: a list, or a text with spaces (RFC 6749, section 3.3). */
function scopesIn(value: unknown): readonly string[] {
  const words: readonly unknown[] =
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : []
  return words.every(isScope) ? words : words.filter(isScope)
}

/**
 * Reads the scopes from the first of these claims that is present.
 *
 * `scp` and `scope` must agree where both are present: one of them may be a custom claim that users influence.
 */
export function scopesFrom(...names: readonly ('scp' | 'scope')[]): Profile['scopes'] {
  return (claims) => {
    const { scp, scope } = claims
    if (isPresent(scp) && isPresent(scope)) {
      const [one, other] = [new Set(scopesIn(scp)), new Set(scopesIn(scope))]
      if (one.size !== other.size || ![...one].every((word) => other.has(word))) {
        throw new InvalidTokenError('claim_malformed')
      }
    }
    return scopesIn(names.map((name) => claims[name]).find(isPresent))
  }
}

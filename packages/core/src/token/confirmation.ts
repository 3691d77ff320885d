import { InvalidTokenError } from '../refusal/errors.ts'

/** The keys that a token is bound to (RFC 7800): possession of each must be proved. */
export interface Confirmation {
  /** Thumbprint of the key that signs DPoP proofs (RFC 9449, section 6.1). */
  readonly jkt?: string
  /** Thumbprint of the client certificate (RFC 8705, section 3.1). */
  readonly 'x5t#S256'?: string
}

const MEMBERS: readonly string[] = ['jkt', 'x5t#S256']
/** SHA-256 in base64url without padding. */
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/

/**
 * Reads the claim `cnf`.
 *
 * @returns `undefined` for a bearer token
 * @throws {InvalidTokenError} `sender_constrained`: possession of this kind of key cannot be checked. RFC 7800, section 3.1
 * lets an application refuse what it does not understand; to ignore it would make the token a bearer token.
 */
export function readConfirmation(cnf: unknown): Confirmation | undefined {
  if (cnf === undefined) return undefined
  const members = Object.entries(cnf ?? {})
  const isKnown = members.every(
    ([name, value]) => MEMBERS.includes(name) && typeof value === 'string' && THUMBPRINT.test(value),
  )
  if (members.length === 0 || !isKnown) throw new InvalidTokenError('sender_constrained')
  return Object.freeze(Object.fromEntries(members))
}

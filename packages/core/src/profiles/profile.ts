import type { UnverifiedJwt } from '../keys/signature.ts'
import type { ClientClaim, ScopeClaim } from './claims.ts'

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
  /** The client is in the first of these claims that is present. */
  readonly clientClaims: readonly ClientClaim[]
  /** The scopes are in the first of these claims that is present. */
  readonly scopeClaims: readonly ScopeClaim[]
}

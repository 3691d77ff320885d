import type { JwtClaims, UnverifiedJwt } from '../keys/signature.ts'
import type { ClientClaim, ScopeClaim } from './claims.ts'

/** Who uses the token: a user through a client, or a service for itself. */
export type Caller = 'user' | 'service'

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
  /** The claim that says who uses the token; `undefined` if its tokens have none. */
  readonly callerClaim: 'uid' | 'sub_profile' | 'idtyp' | undefined
  /** Who uses the token; `undefined` if its verified claims do not say. */
  readonly caller: (claims: JwtClaims) => Caller | undefined
}

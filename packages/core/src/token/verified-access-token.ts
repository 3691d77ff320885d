import type { Actor } from './actor.ts'
import type { Confirmation } from './confirmation.ts'

/** The claims of an accepted token. Others depend on the authorization server. */
export interface AccessTokenClaims {
  /** Issuer (RFC 7519, section 4.1.1). */
  readonly iss: string
  /** Audience (RFC 7519, section 4.1.3). Present unless the option `audience` is `null`. */
  readonly aud?: string | readonly string[]
  /** Expiration time in seconds since the epoch (RFC 7519, section 4.1.4). */
  readonly exp: number
  /** Time of issue in seconds since the epoch (RFC 7519, section 4.1.6). */
  readonly iat?: number
  /** Seconds since the epoch before which the token is not valid (RFC 7519, section 4.1.5). */
  readonly nbf?: number
  /** Subject (RFC 7519, section 4.1.2). */
  readonly sub?: string
  /** Identifier of the token (RFC 7519, section 4.1.7). */
  readonly jti?: string
  readonly [claim: string]: unknown
}

/** The protected header of an accepted token (RFC 7515, section 4). */
export interface AccessTokenHeader {
  /** Signature algorithm; `undefined` if no signature was verified. */
  readonly alg?: string
  /** Identifier of the key that signed the token. */
  readonly kid?: string | number
  /** Media type of the token, such as `at+jwt`. */
  readonly typ?: string
  readonly [parameter: string]: unknown
}

/**
 * A verified access token.
 *
 * It is deeply frozen, because requests share it, and does not contain the token, so that it can be logged or cached.
 */
export interface VerifiedAccessToken<Claims extends object = AccessTokenClaims> {
  /** The claims, as the authorization server signed them, or as it answered when it was asked about the token. */
  readonly claims: Readonly<Claims>
  /** The protected header; an empty object if no signature was verified (option `introspection`). */
  readonly header: Readonly<AccessTokenHeader>
  /** Granted scopes, from `scp` or `scope`, whichever the profile says, or from the claim that `scopeClaim` names. */
  readonly scopes: readonly string[]
  /** Issuer: the claim `iss`. */
  readonly issuer: string
  /** Subject: the claim `sub`, if the token has one. */
  readonly subject: string | undefined
  /** Client that the token was issued to: `cid`, `client_id`, `azp` or `appid`, whichever the profile says. */
  readonly clientId: string | undefined
  /** Expiration time in seconds since the epoch. */
  readonly expiresAt: number
  /** The keys that the token is bound to, possession of which was proved; `undefined` for a bearer token. */
  readonly confirmation?: Confirmation | undefined
  /**
   * Who acts for the subject (RFC 8693, section 4.1): the outermost `act`, without the actors before it, which must not be
   * decided by; `undefined` without delegation.
   */
  readonly actor?: Actor | undefined
}

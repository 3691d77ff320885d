import type { Caller } from '../profiles/profile.ts'
import type { Scheme } from '../refusal/challenge.ts'
import type { InsufficientScopeCode, InsufficientUserAuthenticationCode } from '../refusal/codes.ts'
import type { VerifiedAccessToken } from '../token/verified-access-token.ts'

/** Which requirement a token does not meet. */
export interface Failure {
  readonly code: InsufficientScopeCode | InsufficientUserAuthenticationCode | 'possession_required'
  /** Name of the requirement. */
  readonly requirement: string
  /** The scopes that the challenge names. */
  readonly scopes: readonly string[]
  /** The authentication levels that the challenge names; `undefined` if the authentication of the user is not the reason. */
  readonly acrValues?: readonly string[]
  /** Seconds. */
  readonly maxAge?: number | undefined
  /** The caller that was required, if it is another one or not known. */
  readonly caller?: Caller
  /** The schemes of tokens that meet the requirement, if it concerns possession. */
  readonly schemes?: readonly Scheme[]
}

/** Checks a token. Returns `undefined` if the token meets the requirement. */
export type RequirementCheck = (auth: VerifiedAccessToken<object>) => Failure | undefined

/**
 * Validates a requirement, and returns its check.
 *
 * @param name - for error messages and diagnostics, such as `anyOf[0].scopes`
 * @param level - how many lists of alternatives contain it
 * @throws {ConfigurationError} the requirement is empty or malformed
 */
export type CompileRequirement = (name: string, value: unknown, level: number) => RequirementCheck

/** How deep `anyOf` and nested claims may be nested. It also ends the validation of objects that contain themselves. */
export const MAX_NESTING = 8

import type { IncludedIn } from '../options/scopes.ts'
import type { Caller } from '../profiles/profile.ts'
import type { ChallengePolicy } from '../refusal/challenge.ts'
import type { WarningSubject } from '../warnings.ts'
import type { VerifiedAccessToken } from './verified-access-token.ts'

/** What requirements need to know about a verified token besides its public members. */
export interface TokenFacts {
  /** `undefined`: the token does not say. */
  readonly caller: Caller | undefined
  /** The issuer that has verified it. */
  readonly issuer: WarningSubject
  /** From the option `impliedScopes` of the issuer. */
  readonly includedIn: IncludedIn | undefined
  /** Wall-clock time in milliseconds. */
  readonly wall: () => number
  /** Seconds. */
  readonly clockTolerance: number
  /** How the verifier renders challenges. */
  readonly challengePolicy: ChallengePolicy
}

// A registered symbol, so that the guards of another copy of this package find the facts.
const FACTS = Symbol.for('okta-resource-server.facts')

/** Attaches the facts so that they do not show in logs, JSON and copies of the verified token. */
export function attachFacts(auth: object, facts: TokenFacts): void {
  Object.defineProperty(auth, FACTS, { value: Object.freeze(facts) })
}

/**
 * The facts about a token that a verifier returned; `undefined` for a copy of it, or for one that was made by hand. An older
 * copy of this package attaches fewer.
 */
export function factsOf(auth: VerifiedAccessToken<object>): Partial<TokenFacts> | undefined {
  return (auth as { readonly [FACTS]?: Partial<TokenFacts> })[FACTS]
}

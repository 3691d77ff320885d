import { sharedByCopies } from '../copies.ts'
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

/** Returns the object that it is given, so that a subclass adds its private member to it. */
class Given {
  constructor(given: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is what the class is for
    return given
  }
}

/** Keeps the facts in a private member of the verified token, which logs, JSON and copies of it do not show (ADR 34). */
class WithFacts extends Given {
  readonly #facts: Partial<TokenFacts>

  constructor(auth: object, facts: TokenFacts) {
    super(auth)
    this.#facts = facts
  }

  static read(auth: object): Partial<TokenFacts> | undefined {
    return #facts in auth ? auth.#facts : undefined
  }
}

/** The guards of another copy of this package find the facts, too. */
const Holder = sharedByCopies(Symbol.for('okta-resource-server.facts'), () => WithFacts) ?? WithFacts

/** Attaches facts to a verified token, before it is frozen. */
export function attachFacts(auth: object, facts: TokenFacts): void {
  new Holder(auth, facts)
}

/**
 * The facts about a token that a verifier returned; `undefined` for a copy of it, or for one that was made by hand. An older
 * copy of this package attaches fewer.
 */
export function factsOf(auth: VerifiedAccessToken<object>): Partial<TokenFacts> | undefined {
  return Holder.read(auth)
}

import { isObject } from '../options/checks.ts'
import { InvalidTokenError } from '../refusal/errors.ts'

/**
 * The party that acts for the subject of a token: the outermost claim `act`, without the actors before it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8693#section-4.1 RFC 8693, section 4.1}
 */
export interface Actor {
  /** Subject of the actor. It is unique only within its issuer. */
  readonly sub?: string
  /** Issuer of the actor's subject; if it is absent, the issuer of the token. */
  readonly iss?: string
  readonly [claim: string]: unknown
}

/** Levels of `act`, the outermost included. */
export const MAX_ACTORS = 8
/** Characters of `act` as JSON. */
export const MAX_ACTOR_SIZE = 4_096

type Members = Readonly<Record<string, unknown>>

/** Whether this names an actor, whose subject and issuer are strings. */
function isActor(value: unknown): value is Members {
  if (!isObject(value)) return false
  const { act: _, ...members } = value
  const { sub = '', iss = '' } = members
  return typeof sub === 'string' && typeof iss === 'string' && Object.keys(members).length > 0
}

/** Whether every actor in the chain is well-formed, and the chain is not too long. */
function isChain(act: unknown): boolean {
  let actor = act
  for (let level = 0; level < MAX_ACTORS; level++) {
    if (!isActor(actor)) return false
    if (actor.act === undefined) return true
    actor = actor.act
  }
  return false
}

/**
 * Reads the claim `act`. The actors in it are checked for their form, but only the outermost one may be decided by: RFC 8693
 * says that the others are informational. They stay in `auth.claims`.
 *
 * Text is no actor: PingOne has such a claim in tokens of users who act for themselves.
 *
 * @returns `undefined` for a token without an actor
 * @throws {InvalidTokenError} `claim_malformed`
 */
export function readActor(act: unknown): Actor | undefined {
  if (act === undefined || typeof act === 'string') return undefined
  if (!isChain(act) || JSON.stringify(act).length > MAX_ACTOR_SIZE) {
    throw new InvalidTokenError('claim_malformed')
  }
  const { act: _, ...actor } = act as Members
  return Object.freeze(actor)
}

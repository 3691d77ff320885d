import { checkKnown, invalidOption, isPlainObject } from '../options/checks.ts'
import type { InsufficientScopeCode } from '../refusal/codes.ts'
import type { VerifiedAccessToken } from '../token/verified-access-token.ts'
import type { CompileRequirement, RequirementCheck } from './requirement.ts'

/** An actor of another issuer than the token's. */
export interface RequiredActor {
  /** The claim `iss` of the actor. */
  readonly issuer: string
  /** The claim `sub` of the actor. */
  readonly subject: string
}

/**
 * Whether another party may act for the subject of the token: `'none'` refuses it, `'required'` requires it, and a list of
 * actors requires one of these. A string is the subject of an actor that the issuer of the token knows.
 */
export type DelegationRequirement =
  | 'none'
  | 'required'
  | { readonly actors: readonly (string | RequiredActor)[] }

type Auth = VerifiedAccessToken<object>

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** Whether the actor of a token is this one. */
type Match = (auth: Auth) => boolean

/** Only the outermost actor counts (RFC 8693, section 4.1). */
function isActor({ actor, issuer: own }: Auth, subject: string, issuer = own): boolean {
  return actor?.sub === subject && (actor.iss ?? own) === issuer
}

function compileActor(name: string, value: unknown): Match {
  if (isText(value)) return (auth) => isActor(auth, value)
  if (!isPlainObject(value) || !isText(value.issuer) || !isText(value.subject)) {
    invalidOption(name, `${name} must be the subject of an actor, or { issuer, subject }`)
  }
  checkKnown(value, ['issuer', 'subject'], `${name}.`)
  const { issuer, subject } = value
  return (auth) => isActor(auth, subject, issuer)
}

function compileActors(name: string, value: unknown): readonly Match[] {
  if (!Array.isArray(value) || value.length === 0) {
    invalidOption(name, `${name} must be a list of at least one actor`)
  }
  return Array.from(value as readonly unknown[], (each, index) => compileActor(`${name}[${index}]`, each))
}

/** `delegation`: whether there is an actor, and which. */
export const compileDelegation: CompileRequirement = (name, value) => {
  const unless = (code: InsufficientScopeCode, test: Match): RequirementCheck => {
    const failure = { code, requirement: name, scopes: [] }
    return (auth) => (test(auth) ? undefined : failure)
  }
  if (value === 'none') return unless('delegation_not_allowed', ({ actor }) => actor === undefined)
  if (value === 'required') return unless('actor_not_allowed', ({ actor }) => actor !== undefined)
  if (!isPlainObject(value) || !Object.hasOwn(value, 'actors')) {
    invalidOption(name, `${name} must be 'none', 'required', or an object such as { actors: ['0oa1agent'] }`)
  }
  checkKnown(value, ['actors'], `${name}.`)
  const actors = compileActors(`${name}.actors`, value.actors)
  return unless('actor_not_allowed', (auth) => actors.some((matches) => matches(auth)))
}

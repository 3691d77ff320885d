import { invalidOption, isPlainObject } from '../options/checks.ts'
import type { Caller } from '../profiles/profile.ts'
import type { InsufficientScopeCode, InsufficientUserAuthenticationCode } from '../refusal/codes.ts'
import {
  InsufficientScopeError,
  InsufficientUserAuthenticationError,
  InvalidTokenError,
} from '../refusal/errors.ts'
import type { ResourceServerError } from '../refusal/resource-server-error.ts'
import type { VerifiedAccessToken } from '../token/verified-access-token.ts'
import { compileAnyOf } from './any-of.ts'
import { type AuthorizationDetailRequirement, compileAuthorizationDetails } from './authorization-details.ts'
import { compileCaller } from './caller.ts'
import { type ClaimRequirements, compileClaims, valuesOfAll } from './claims.ts'
import { compileDelegation, type DelegationRequirement } from './delegation.ts'
import { rememberDefined } from './impossible-requirements.ts'
import { compilePossession, type PossessionRequirement } from './possession.ts'
import type { CompileRequirement, Failure, RequirementCheck } from './requirement.ts'
import { compileAnyScope, compileScopes } from './scopes.ts'
import { type AuthenticationRequirement, compileAuthentication } from './step-up.ts'

/** What a route or a call requires of a valid access token. All of it must be met. */
export interface Requirements {
  /** The token must have all of these scopes, or scopes that include them by the option `impliedScopes`. */
  readonly scopes?: readonly string[]
  /** The token must have at least one of these scopes, or one that includes it by the option `impliedScopes`. */
  readonly anyScope?: readonly string[]
  /**
   * Each of these claims must equal the value, or one of a list of values. A claim that is a list must contain it, or all
   * of the values of {@link allOf}; items of the list that are objects with a `value` are compared by it. An object
   * contains the requirements for the members of a claim that is an object. A function receives the claim and returns
   * `true` to accept it; if it throws, the claim is refused.
   */
  readonly claims?: ClaimRequirements
  /**
   * Whether a user takes part, or a service acts for itself. It is read from `uid` or `sub_profile` in Okta's tokens, and
   * from `idtyp` in those of Entra ID. A token without such a claim is refused, and so are all tokens of other servers.
   */
  readonly caller?: Caller
  /**
   * Whether another party may act for the subject of the token (RFC 8693): `'none'` refuses tokens with an actor,
   * `'required'` those without, and `{ actors }` all but those of these actors. Only the outermost `act` counts.
   */
  readonly delegation?: DelegationRequirement
  /**
   * Each of these must be granted by an object in the claim `authorization_details` (RFC 9396), which has this `type` and
   * meets the requirements for its members. An object with members that the requirement does not name grants nothing.
   */
  readonly authorizationDetails?: AuthorizationDetailRequirement | readonly AuthorizationDetailRequirement[]
  /**
   * The token must be bound to a DPoP key (`'dpop'`), to the client certificate of the connection (`'mtls'`), or to one of
   * the two (`'any'`). Tokens of this kind must be accepted at all: see the options `dpop` and `mtls`.
   */
  readonly possession?: PossessionRequirement
  /**
   * How, and how long ago, the user must have authenticated (RFC 9470). It is checked last. The response is a 401 whose
   * challenge has the parameters that the client has to send to the authorization server, or a 403 for the token of a service.
   */
  readonly authentication?: AuthenticationRequirement
  /**
   * One of these alternatives is enough, each with its requirements. If none is met, the response is that of the
   * first one.
   */
  readonly anyOf?: readonly Requirements[]
}

/** One row per requirement, in the order in which they are checked. */
const ROWS: Readonly<Record<keyof Requirements, CompileRequirement>> = {
  scopes: compileScopes,
  anyScope: compileAnyScope,
  claims: compileClaims,
  caller: compileCaller,
  delegation: compileDelegation,
  authorizationDetails: compileAuthorizationDetails,
  possession: compilePossession,
  anyOf: (name, value, level) => compileAnyOf(compile, name, value, level),
  authentication: compileAuthentication,
}

/** The names of all requirements, in the order in which they are checked. */
export const REQUIREMENT_NAMES = Object.keys(ROWS) as readonly (keyof Requirements)[]

/** The checks of the frozen copies that {@link defineRequirements} has returned. */
const defined = new WeakMap<Requirements, RequirementCheck>()

/** @param scopes - what the user must be asked for as well, if the user has to authenticate again (RFC 9470, section 3) */
function allChecks(checks: readonly RequirementCheck[], scopes: readonly string[] = []): RequirementCheck {
  if (checks.length === 1) return checks[0] as RequirementCheck
  return (auth) => {
    for (const check of checks) {
      const failure = check(auth)
      if (failure !== undefined) return failure.acrValues === undefined ? failure : { ...failure, scopes }
    }
  }
}

/** @param where - name of the alternative; empty at the top */
function compile(where: string, requirements: unknown, level: number): RequirementCheck {
  const option = where === '' ? 'requirements' : where
  if (!isPlainObject(requirements)) {
    invalidOption(option, `${option} must be an object such as { scopes: ["messages:read"] }`)
  }
  const names = Object.keys(requirements)
  if (names.length === 0) {
    invalidOption(option, `${option} is empty; leave it out if any valid token is accepted`)
  }
  const prefix = where === '' ? '' : `${where}.`
  const checks: RequirementCheck[] = []
  for (const name of REQUIREMENT_NAMES) {
    if (!names.includes(name)) continue
    checks.push(ROWS[name](`${prefix}${name}`, (requirements as Requirements)[name], level))
  }
  if (checks.length < names.length) {
    const name = names.find((each) => !Object.hasOwn(ROWS, each))
    const message = `${prefix}${name} is not a requirement; the requirements are ${REQUIREMENT_NAMES.join(', ')}`
    invalidOption(`${prefix}${name}`, message, 'option_unknown')
  }
  return allChecks(checks, (requirements as Requirements).scopes)
}

/** A copy of valid requirements. Functions and {@link AllOf} are not copied. */
function frozenCopy(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy))
  if (!isPlainObject(value) || valuesOfAll(value) !== undefined) return value
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([name, each]) => [name, frozenCopy(each)])),
  )
}

/**
 * Validates requirements once, so that requests that use the result do not have to.
 *
 * @returns a frozen copy
 * @throws {ConfigurationError} `option_invalid`, `option_unknown`: a requirement is empty, malformed or unknown
 * @example
 * ```ts
 * const readMessages = defineRequirements({ scopes: ['messages:read'] })
 *
 * const auth = await verifier.authenticate(request, readMessages)
 * ```
 */
export function defineRequirements(requirements: Requirements): Requirements {
  if (defined.has(requirements)) return requirements
  compile('', requirements, 0)
  const copy = frozenCopy(requirements) as Requirements
  // The checks refer to the copy, which later changes of the original do not affect.
  defined.set(copy, compile('', copy, 0))
  rememberDefined(copy)
  return copy
}

function failureOf(auth: VerifiedAccessToken<object>, requirements: Requirements): Failure | undefined {
  return (defined.get(requirements) ?? compile('', requirements, 0))(auth)
}

/**
 * Whether a verified access token meets requirements.
 *
 * @throws {ConfigurationError} the requirements are empty, malformed or unknown
 */
export function meetsRequirements(auth: VerifiedAccessToken<object>, requirements: Requirements): boolean {
  return failureOf(auth, requirements) === undefined
}

const failures = new WeakMap<object, Failure>()

/** Which requirement an error says is not met; `undefined` if the error is about something else. */
export function unmetRequirement(error: unknown): Failure | undefined {
  return failures.get(error as object)
}

function errorOf({ code, requirement, scopes, acrValues, maxAge }: Failure): ResourceServerError {
  if (code === 'possession_required') return new InvalidTokenError(code)
  if (acrValues === undefined) {
    return new InsufficientScopeError(code as InsufficientScopeCode, requirement, scopes)
  }
  return new InsufficientUserAuthenticationError(code as InsufficientUserAuthenticationCode, requirement, {
    acrValues,
    maxAge,
    requiredScopes: scopes,
  })
}

/**
 * Refuses a verified access token that does not meet requirements.
 *
 * @throws {ConfigurationError} the requirements are empty, malformed or unknown
 */
export function assertRequirements(auth: VerifiedAccessToken<object>, requirements: Requirements): void {
  const failure = failureOf(auth, requirements)
  if (failure === undefined) return
  const error = errorOf(failure)
  failures.set(error, failure)
  throw error
}

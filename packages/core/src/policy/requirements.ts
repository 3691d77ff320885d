import { invalidOption } from '../options/checks.ts'
import { InsufficientScopeError } from '../refusal/errors.ts'
import type { VerifiedAccessToken } from '../token/verified-access-token.ts'

/** What a claim must be: a value, one of several, or whatever a function accepts. */
export type ClaimRequirement =
  | string
  | number
  | boolean
  | readonly (string | number | boolean)[]
  | ((value: unknown) => boolean)

/** What a route or a call requires of a valid access token. All of it must be met. */
export interface Requirements {
  /** The token must have all of these scopes. */
  readonly scopes?: readonly string[]
  /** The token must have at least one of these scopes. */
  readonly anyScope?: readonly string[]
  /**
   * Each of these claims must equal the value, or one of a list of values; a claim that is a list must contain it. A
   * function receives the claim and returns `true` to accept it; if it throws, the claim is refused.
   */
  readonly claims?: Readonly<Record<string, ClaimRequirement>>
}

/** `scope-token` (RFC 6749, section 3.3). */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/
/** The frozen copies that {@link defineRequirements} has returned. */
const defined = new WeakSet<Requirements>()

function validateScopes(name: string, value: unknown): void {
  if (!Array.isArray(value) || value.length === 0) {
    invalidOption(name, `${name} must be a list of at least one scope`)
  }
  // Spread, because every() skips the holes of a sparse list.
  if (![...value].every((scope) => typeof scope === 'string' && SCOPE_TOKEN.test(scope))) {
    invalidOption(name, `${name} must contain scopes without spaces, one per entry (RFC 6749, section 3.3)`)
  }
}

const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)

function validateClaims(name: string, value: unknown): void {
  if (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    Object.keys(value).length === 0
  ) {
    invalidOption(name, `${name} must be an object with at least one claim name and its requirement`)
  }
  for (const [claim, wanted] of Object.entries(value)) {
    const list: readonly unknown[] = Array.isArray(wanted) ? [...wanted] : [wanted]
    if (typeof wanted !== 'function' && !(list.length > 0 && list.every(isPlain))) {
      invalidOption(
        `${name}.${claim}`,
        `${name}.${claim} must be a string, number or boolean, a non-empty list of these, or a function`,
      )
    }
  }
}

const VALIDATORS: Readonly<Record<keyof Requirements, (name: string, value: unknown) => void>> = {
  scopes: validateScopes,
  anyScope: validateScopes,
  claims: validateClaims,
}

function validate(requirements: Requirements): void {
  if (typeof requirements !== 'object' || requirements === null || Array.isArray(requirements)) {
    invalidOption('requirements', 'requirements must be an object such as { scopes: ["messages:read"] }')
  }
  const names = Object.keys(requirements)
  if (names.length === 0) {
    invalidOption('requirements', 'requirements is empty; leave it out if any valid token is accepted')
  }
  for (const name of names) {
    if (!Object.hasOwn(VALIDATORS, name)) {
      const known = Object.keys(VALIDATORS).join(', ')
      invalidOption(name, `${name} is not a requirement; the requirements are ${known}`, 'option_unknown')
    }
    VALIDATORS[name as keyof Requirements](name, requirements[name as keyof Requirements])
  }
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
  validate(requirements)
  const { scopes, anyScope, claims } = requirements
  const copy: Requirements = Object.freeze({
    ...(scopes === undefined ? {} : { scopes: Object.freeze([...scopes]) }),
    ...(anyScope === undefined ? {} : { anyScope: Object.freeze([...anyScope]) }),
    ...(claims === undefined ? {} : { claims: frozenClaims(claims) }),
  })
  defined.add(copy)
  return copy
}

function frozenClaims(claims: NonNullable<Requirements['claims']>): NonNullable<Requirements['claims']> {
  const entries = Object.entries(claims).map(
    ([name, wanted]) => [name, Array.isArray(wanted) ? Object.freeze([...wanted]) : wanted] as const,
  )
  return Object.freeze(Object.fromEntries(entries))
}

function claimSatisfies(value: unknown, wanted: ClaimRequirement): boolean {
  if (typeof wanted === 'function') {
    try {
      return wanted(value) === true
    } catch {
      return false
    }
  }
  const found = Array.isArray(value) ? value : [value]
  const accepted: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted]
  return found.some((item) => accepted.includes(item))
}

/**
 * Checks a verified access token against requirements.
 *
 * @param auth - what a verifier returned
 * @throws {InsufficientScopeError} `insufficient_scope`, `insufficient_claims`
 * @throws {ConfigurationError} the requirements are empty, malformed or unknown
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 RFC 6750, section 3.1}
 * @example
 * ```ts
 * const auth = await verifier.verify(token)
 * checkRequirements(auth, { scopes: ['messages:delete'] })
 * ```
 */
export function checkRequirements(auth: VerifiedAccessToken<object>, requirements: Requirements): void {
  if (!defined.has(requirements)) validate(requirements)
  const { scopes, anyScope, claims } = requirements
  if (scopes !== undefined && !scopes.every((scope) => auth.scopes.includes(scope))) {
    throw new InsufficientScopeError('insufficient_scope', 'scopes', scopes)
  }
  if (anyScope !== undefined && !anyScope.some((scope) => auth.scopes.includes(scope))) {
    // The parameter `scope` of a challenge means all of its scopes, so it names one of them.
    throw new InsufficientScopeError('insufficient_scope', 'anyScope', anyScope.slice(0, 1))
  }
  if (claims === undefined) return
  for (const name of Object.keys(claims)) {
    const value = Object.hasOwn(auth.claims, name)
      ? (auth.claims as Record<string, unknown>)[name]
      : undefined
    if (!claimSatisfies(value, claims[name] as ClaimRequirement)) {
      throw new InsufficientScopeError('insufficient_claims', `claims.${name}`)
    }
  }
}

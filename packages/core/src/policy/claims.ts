import { invalidOption, isObject, isPlainObject } from '../options/checks.ts'
import { ignoreRejection } from '../stores/time-limit.ts'
import { type CompileRequirement, MAX_NESTING } from './requirement.ts'

type Plain = string | number | boolean

// Declared as a string: a unique symbol would make the types of the CommonJS and the ES module build differ, and a program
// that contains both would not compile.
const ALL_OF: 'okta-resource-server.all-of' = Symbol.for('okta-resource-server.all-of') as never

/** Values that a claim must all contain: the result of {@link allOf}. */
export interface AllOf {
  readonly [ALL_OF]: readonly Plain[]
}

/**
 * What a claim must be: a value, one of several, all of several, whatever a function accepts, or an object with
 * requirements for its members.
 */
export type ClaimRequirement =
  | Plain
  | readonly Plain[]
  | AllOf
  | ((value: unknown) => boolean)
  | { readonly [claim: string]: ClaimRequirement }

/** The requirements for the claims of a token, or for the members of one claim. */
export type ClaimRequirements = Readonly<Record<string, ClaimRequirement>>

function isPlain(value: unknown): value is Plain {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function isListOfPlain(value: unknown): value is readonly Plain[] {
  if (!Array.isArray(value) || value.length === 0) return false
  // Not every(), which skips the holes of a sparse list.
  for (const item of value) if (!isPlain(item)) return false
  return true
}

/**
 * Requires a claim that is a list to contain all of these values. A claim that is no list counts as a list of one value.
 *
 * @throws {ConfigurationError} there is no value, or one that is not a string, number or boolean
 * @example
 * ```ts
 * const readReports = defineRequirements({ claims: { groups: allOf('staff', 'finance') } })
 * ```
 */
export function allOf(...values: readonly Plain[]): AllOf {
  if (!isListOfPlain(values)) invalidOption('allOf', 'allOf needs at least one string, number or boolean')
  return Object.freeze({ [ALL_OF]: Object.freeze(values) })
}

/** The value of an item of a list. SCIM has objects with a `value` (RFC 7643, section 2.4; RFC 9068, section 2.2.3.1). */
function itemValue(item: unknown): unknown {
  return isObject(item) && Object.hasOwn(item, 'value') ? item.value : item
}

/** Whether the claim is the value, or a list that contains it. */
function contains(claim: unknown, wanted: Plain): boolean {
  return claim === wanted || (Array.isArray(claim) && claim.some((item) => itemValue(item) === wanted))
}

function containsAny(claim: unknown, wanted: readonly unknown[]): boolean {
  if (!Array.isArray(claim)) return wanted.includes(claim)
  return claim.some((item) => wanted.includes(itemValue(item)))
}

/** Tests the value of a claim; `undefined` if the token does not have it. */
type Test = (claim: unknown) => boolean

/** A function of the user: accepts the claim by `true` and nothing else. */
function testOf(accepts: (claim: unknown) => unknown): Test {
  return (claim) => {
    try {
      const accepted = accepts(claim)
      ignoreRejection(accepted)
      return accepted === true
    } catch {
      return false
    }
  }
}

/** The values of {@link allOf}; `undefined` for another requirement. */
export const valuesOfAll = (wanted: unknown): readonly Plain[] | undefined =>
  (wanted as Partial<AllOf> | null | undefined)?.[ALL_OF]

/** The test of a requirement that has no members; `undefined` if it has another form. */
function leafTest(wanted: unknown): Test | undefined {
  if (isPlain(wanted)) return (claim) => contains(claim, wanted)
  if (typeof wanted === 'function') return testOf(wanted as Test)
  if (isListOfPlain(wanted)) return (claim) => containsAny(claim, wanted)
  const all = valuesOfAll(wanted)
  return isListOfPlain(all) ? (claim) => all.every((each) => contains(claim, each)) : undefined
}

interface CompiledClaim {
  /** Name of the requirement that fails if the object that contains the claim is missing. */
  readonly name: string
  /** Returns the name of the requirement that failed. */
  readonly check: (claim: unknown) => string | undefined
}

function compileClaim(name: string, wanted: unknown, level: number, isClosed: boolean): CompiledClaim {
  const test = leafTest(wanted)
  if (test !== undefined) return { name, check: (claim) => (test(claim) ? undefined : name) }
  if (isPlainObject(wanted)) return compileMembers(name, wanted, level, isClosed)
  invalidOption(
    name,
    `${name} must be a string, number or boolean, a non-empty list of these, allOf(…), an object of nested claims, or a function`,
  )
}

/**
 * Own members of a plain object, each with its requirement. Anything else does not meet the requirement.
 *
 * @param isClosed - the object may have no other members
 */
function compileMembers(name: string, wanted: unknown, level: number, isClosed: boolean): CompiledClaim {
  if (!isPlainObject(wanted) || Object.keys(wanted).length === 0) {
    invalidOption(name, `${name} must be an object with at least one claim name and its requirement`)
  }
  if (level > MAX_NESTING) invalidOption(name, `${name} is nested more than ${MAX_NESTING} levels deep`)
  const members = Object.keys(wanted).map((claim) => {
    const { name: requirement, check } = compileClaim(`${name}.${claim}`, wanted[claim], level + 1, isClosed)
    return { claim, requirement, check }
  })
  const known = new Set(Object.keys(wanted))
  const [{ requirement: first }] = members as unknown as [(typeof members)[number]]
  return {
    name: first,
    check: (object) => {
      if (!isObject(object)) return first
      if (isClosed && !Object.keys(object).every((each) => known.has(each))) return first
      for (const { claim, check } of members) {
        const failed = check(Object.hasOwn(object, claim) ? object[claim] : undefined)
        if (failed !== undefined) return failed
      }
    },
  }
}

/** `claims`: each of them. */
export const compileClaims: CompileRequirement = (name, value) => {
  const { check } = compileMembers(name, value, 0, false)
  return (auth) => {
    const requirement = check(auth.claims)
    if (requirement !== undefined) return { code: 'insufficient_claims', requirement, scopes: [] }
  }
}

/** The requirements for an object that may have no other members, at any level. */
export function compileDetail(name: string, value: unknown): (object: object) => boolean {
  const { check } = compileMembers(name, value, 0, true)
  return (object) => check(object) === undefined
}

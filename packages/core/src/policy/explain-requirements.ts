import { isObject, isPlainObject } from '../options/checks.ts'
import type { Report } from '../token/explanation.ts'
import { factsOf } from '../token/facts.ts'
import { type Facts, pick } from '../token/short-facts.ts'
import type { VerifiedToken } from '../token/verification.ts'
import { valuesOfAll } from './claims.ts'
import { assertRequirements, REQUIREMENT_NAMES, type Requirements } from './requirements.ts'

/** The claims that a requirement names, and the members of claims, without those beside them. */
function named(claims: Facts, wanted: object): Facts {
  const entries = Object.entries(wanted).filter(([name]) => Object.hasOwn(claims, name))
  return Object.fromEntries(
    entries.map(([name, each]) => {
      const claim = claims[name]
      const hasMembers = isPlainObject(each) && valuesOfAll(each) === undefined && isObject(claim)
      return [name, hasMembers ? named(claim, each) : claim]
    }),
  )
}

/** The facts about several requirements in one object. */
function merged(one: Facts, other: Facts): Facts {
  const entries = Object.entries(other).map(([name, value]) => {
    const known = one[name]
    return [name, isObject(known) && isObject(value) ? merged(known, value) : value]
  })
  return { ...one, ...Object.fromEntries(entries) }
}

/** What of a token a requirement concerns: its scopes, its binding, and the claims that it names. */
function concerned(name: string, wanted: unknown, auth: VerifiedToken['auth']): Facts {
  if (name === 'scopes' || name === 'anyScope') return { scopes: auth.scopes }
  if (name === 'claims') return named(auth.claims as Facts, wanted as object)
  if (name === 'caller') return { caller: factsOf(auth)?.caller ?? 'unknown' }
  if (name === 'delegation') return pick(auth.claims as Facts, ['act'])
  if (name === 'authorizationDetails') return pick(auth.claims as Facts, ['authorization_details'])
  if (name === 'possession') return { cnf: Object.keys(auth.confirmation ?? {}) }
  if (name === 'authentication') return pick(auth.claims as Facts, ['acr', 'amr', 'auth_time'])
  if (name !== 'anyOf') return {}
  const members = (wanted as readonly object[]).flatMap((alternative) => Object.entries(alternative))
  return members.map(([member, value]) => concerned(member, value, auth)).reduce(merged, {})
}

/** Functions are shown as such, and `allOf(…)` as an object. */
function plain(wanted: unknown): unknown {
  if (typeof wanted === 'function') return 'a function'
  const all = valuesOfAll(wanted)
  if (all !== undefined) return { allOf: all }
  if (Array.isArray(wanted)) return wanted.map(plain)
  if (!isObject(wanted)) return wanted
  return Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, plain(value)]))
}

/** Adds each requirement, with what of the token it concerns. `token` is `undefined` if it was not verified. */
export function explainRequirements(
  report: Report,
  requirements: Requirements,
  token: VerifiedToken | undefined,
): void {
  for (const name of REQUIREMENT_NAMES) {
    const wanted = requirements[name]
    if (wanted === undefined) continue
    const check = `requirement ${name}`
    if (token === undefined) {
      report.add({ check, outcome: 'not run', wanted: { [name]: plain(wanted) } })
      continue
    }
    const facts = { check, found: concerned(name, wanted, token.auth), wanted: { [name]: plain(wanted) } }
    try {
      assertRequirements(token.auth, { [name]: wanted } as Requirements)
      report.add(facts)
    } catch (error) {
      report.addFailure(facts, error)
    }
  }
}

import { invalidOption, isObject } from './checks.ts'

/** By scope: the other scopes that include it, directly or through others. */
export type IncludedIn = ReadonlyMap<string, readonly string[]>

/** `scope-token` (RFC 6749, section 3.3). */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** A list of at least one scope. */
export function checkScopes(option: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) {
    invalidOption(option, `${option} must be a list of at least one scope`)
  }
  // Not every(), which skips the holes of a sparse list.
  for (const scope of value) {
    if (typeof scope === 'string' && SCOPE_TOKEN.test(scope)) continue
    invalidOption(
      option,
      `${option} must contain scopes without spaces, one per entry (RFC 6749, section 3.3)`,
    )
  }
  return value
}

/** Every scope that this one includes, directly or through others. */
function allIncluded(scope: string, direct: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set(direct.get(scope))
  // A set also visits what is added during the iteration.
  for (const included of found) for (const next of direct.get(included) ?? []) found.add(next)
  return found
}

/**
 * Scopes that include others. A scope must not include itself, not even through others.
 *
 * @returns the same relation in the direction in which requirements use it
 */
export function checkImpliedScopes(option: string, value: unknown): IncludedIn {
  if (!isObject(value) || Object.keys(value).length === 0) {
    invalidOption(option, `${option} must be an object such as { "messages:write": ["messages:read"] }`)
  }
  const direct = new Map<string, readonly string[]>()
  for (const [scope, included] of Object.entries(value)) {
    checkScopes(option, [scope])
    direct.set(scope, checkScopes(`${option}[${JSON.stringify(scope)}]`, included))
  }
  const includedIn = new Map<string, string[]>()
  for (const scope of direct.keys()) {
    const included = allIncluded(scope, direct)
    if (included.has(scope)) {
      invalidOption(option, `${option} contains a cycle: ${scope} includes itself; remove one of the entries`)
    }
    for (const each of included) includedIn.set(each, [...(includedIn.get(each) ?? []), scope])
  }
  return includedIn
}

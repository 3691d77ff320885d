/** What a check compares, by name: claims, header parameters or options. For operators, never for responses. */
export type Facts = Readonly<Record<string, unknown>>

/** Characters of a string, members of a list or object, and levels, after which a fact is cut. Requirements have up to 8 levels. */
const MAX_STRING = 200
const MAX_MEMBERS = 20
const MAX_LEVELS = 10

const cutString = (text: string): string =>
  text.length > MAX_STRING ? `${text.slice(0, MAX_STRING)}…` : text

/** A copy of a value that is short enough to show, whatever a token contains. */
function cut(value: unknown, level: number): unknown {
  if (typeof value === 'string') return cutString(value)
  if (typeof value !== 'object' || value === null) return value
  if (level >= MAX_LEVELS) return '…'
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_MEMBERS).map((item) => cut(item, level + 1))
    return value.length > MAX_MEMBERS ? [...items, '…'] : items
  }
  const entries = Object.entries(value)
  const members = entries
    .slice(0, MAX_MEMBERS)
    .map(([name, member]) => [cutString(name), cut(member, level + 1)] as const)
  return Object.fromEntries(entries.length > MAX_MEMBERS ? [...members, ['…', '…']] : members)
}

/** Facts in the form in which they are shown: what is `undefined` is left out, and what is long is cut. */
export function shortFacts(facts: Facts): Facts {
  const entries = Object.entries(facts).filter(([, value]) => value !== undefined)
  return Object.freeze(Object.fromEntries(entries.map(([name, value]) => [name, cut(value, 0)] as const)))
}

/** These members of a record, as far as it has them itself. */
export function pick(record: Facts, names: readonly string[]): Facts {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(record, name)).map((name) => [name, record[name]]),
  )
}

/** These members of a record without their values, which may be derived from the token or serve as a secret. */
export function pickNames(record: Facts, names: readonly string[]): Facts {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(record, name)).map((name) => [name, 'present']),
  )
}

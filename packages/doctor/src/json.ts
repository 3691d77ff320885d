import type { Diagnosis } from './diagnose.ts'

/** Claims and facts whose values are hidden, and under which name. */
const HIDDEN: Readonly<Record<string, string>> = {
  sub: 'subject',
  jti: 'token id',
  cid: 'client',
  client_id: 'client',
  azp: 'client',
  appid: 'client',
  client: 'client',
  act: 'actor',
}
/** What is wanted of these is a description, not a value. */
const DESCRIBED: readonly string[] = ['sub', 'jti', 'act']
/** Their values may be hosts that are no URL. */
const MAY_BE_HOSTS: readonly string[] = ['iss', 'issuer', 'aud']
const AUTHORITY = /([a-z][a-z0-9+.-]{0,20}:\/\/)([^/?#\s"]+)/gi

/** Replaces values with names, the same value with the same name, so that what is equal can still be seen. */
class Aliases {
  readonly #names = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  of(kind: string, value: string): string {
    const known = this.#names.get(value)
    if (known !== undefined) return known
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    const name = `[${kind} ${count}]`
    this.#names.set(value, name)
    return name
  }

  known(value: string): string | undefined {
    return this.#names.get(value)
  }
}

function hide(value: unknown, aliases: Aliases, kind: string | undefined, name = ''): unknown {
  if (typeof value === 'string') {
    if (kind !== undefined) return aliases.of(kind, value)
    const known = aliases.known(value)
    if (known !== undefined) return known
    const isHost = MAY_BE_HOSTS.includes(name) && /[.:]/.test(value) && !value.includes('://')
    if (isHost) return aliases.of('host', value)
    return value.replace(AUTHORITY, (_, scheme: string, host: string) => scheme + aliases.of('host', host))
  }
  if (typeof value !== 'object' || value === null)
    return kind === undefined ? value : aliases.of(kind, String(value))
  if (Array.isArray(value)) return value.map((item) => hide(item, aliases, kind, name))
  const entries = Object.entries(value).map(([member, inner]) => {
    const isDescription = name === 'wanted' && DESCRIBED.includes(member)
    const own = Object.hasOwn(HIDDEN, member) && !isDescription ? HIDDEN[member] : kind
    return [member, hide(inner, aliases, own, member)] as const
  })
  return Object.fromEntries(entries)
}

/**
 * The diagnosis for programs, in ASCII.
 *
 * @param showsClaims - whether subjects, clients and hosts are shown. They are replaced with names if not, since such output
 * ends up in public issues.
 */
export function asJson(diagnosis: Diagnosis, showsClaims: boolean): string {
  const aliases = new Aliases()
  // The first pass learns the values that are hidden by name, so that the second finds them elsewhere, as in aud.
  if (!showsClaims) hide(diagnosis, aliases, undefined)
  const shown = showsClaims ? diagnosis : hide(diagnosis, aliases, undefined)
  const json = JSON.stringify({ version: 1, ...(shown as object) }, undefined, 2)
  const escaped = json.replace(/[\x7f-\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return `${escaped}\n`
}

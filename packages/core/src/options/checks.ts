import type { ConfigurationCode } from '../refusal/codes.ts'
import { ConfigurationError } from '../refusal/errors.ts'
import { ResourceServerError } from '../refusal/resource-server-error.ts'
import { ignoreRejection } from '../stores/time-limit.ts'
import { LIMITS } from './defaults.ts'
import { normalizedName, replacementFor } from './foreign.ts'

/** Throws the error for a wrong option. The message names the option and says how to fix it. */
export function invalidOption(
  option: string,
  message: string,
  code: ConfigurationCode = 'option_invalid',
): never {
  throw new ConfigurationError(code, option, message)
}

function checkNumber(option: string, value: unknown, unit: string, min: number, max: number): number {
  if (!Number.isFinite(value) || (value as number) < min || (value as number) > max) {
    const range = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `from ${min} to ${max}`
    invalidOption(option, `${option} must be a number of ${unit}, ${range}`)
  }
  return value as number
}

export function checkSeconds(option: string, value: unknown, max: number = Number.POSITIVE_INFINITY): number {
  return checkNumber(option, value, 'seconds', 0, max)
}

export function checkMilliseconds(option: string, value: unknown, min: number = 0): number {
  return checkNumber(option, value, 'milliseconds', min, LIMITS.duration)
}

export function checkPositiveInteger(option: string, value: unknown, max: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > max) {
    invalidOption(option, `${option} must be an integer from 1 to ${max}`)
  }
  return value as number
}

/**
 * One string or a list of strings; no empty string, no surrounding white space.
 *
 * @param placeholder - how placeholders look, for values that may contain braces
 */
export function checkStrings(option: string, value: unknown, placeholder?: RegExp): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) invalidOption(option, `${option} must not be an empty list`)
  for (const item of list) {
    if (typeof item !== 'string' || item === '') {
      invalidOption(option, `${option} must be a non-empty string or a list of non-empty strings`)
    }
    checkNoPlaceholder(option, item, placeholder)
  }
  return Object.freeze([...new Set(list as readonly string[])])
}

/** How placeholders look in documentation: in braces. */
const PLACEHOLDER = /[{}]|^<.*>$/
/** A secret may contain braces. One that is in braces as a whole is a placeholder. */
export const PLACEHOLDER_OF_SECRET: RegExp = /^\$?\{.*\}$|^<.*>$/

/** In quotation marks as a whole. `docker run --env-file` and other programs keep those of a file of variables. */
const QUOTED = /^(?:"[^"]*"|'[^']*')$/

/**
 * Catches values that were copied from documentation with their placeholder, or with white space or quotation marks.
 *
 * @param placeholder - how placeholders look, for values that may contain braces
 */
export function checkNoPlaceholder(option: string, value: string, placeholder: RegExp = PLACEHOLDER): void {
  if (value !== value.trim()) {
    invalidOption(option, `${option} has white space at its start or end; remove it`)
  }
  if (QUOTED.test(value)) {
    invalidOption(option, `${option} is in quotation marks, which are part of its value; remove them`)
  }
  if (placeholder.test(value)) {
    invalidOption(
      option,
      `${option} contains a placeholder in braces; replace it with your value (the Admin Console shows your Okta domain in the user menu)`,
    )
  }
}

/** Hosts of this machine, to which plain http is no risk (RFC 6761, section 6.3; RFC 8252, section 8.3). */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  )
}

/** Only https is fetched, and http if the host is loopback or the option allows it. */
export function isFetchable({ protocol, hostname }: URL, allowInsecureHttp: boolean): boolean {
  return protocol === 'https:' || (protocol === 'http:' && (allowInsecureHttp || isLoopback(hostname)))
}

/** An absolute https URL; http only for loopback hosts or if it is explicitly allowed. */
export function checkUrl(option: string, value: unknown, allowInsecureHttp: boolean): URL {
  if (typeof value !== 'string' || value === '') invalidOption(option, `${option} must be a URL, as a string`)
  checkNoPlaceholder(option, value)
  // URL would repair what tokens of the authorization server do not contain: https:host, backslashes, line breaks.
  const url = /^https?:\/\/[^\s\\]+$/i.test(value) && URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined) {
    invalidOption(option, `${option} must be an absolute URL that starts with https://`)
  }
  if (url.protocol === 'http:' && !allowInsecureHttp && !isLoopback(url.hostname)) {
    invalidOption(
      option,
      `${option} must start with https:// (http is accepted for loopback hosts, or with allowInsecureHttp: true)`,
    )
  }
  if (url.username !== '' || url.password !== '') {
    invalidOption(option, `${option} must not contain a user name or password`)
  }
  return url
}

/** One of a list of strings. */
export function checkOneOf<Value extends string>(
  option: string,
  value: unknown,
  list: readonly Value[],
): Value {
  if (!list.includes(value as Value)) invalidOption(option, `${option} must be one of ${list.join(', ')}`)
  return value as Value
}

/** An object that is no list, whatever its members are. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * An object whose members are options. A promise and a `Map` are refused: what is in them is not a member, so it would be ignored.
 */
export function isOptions(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && (isPlainObject(value) || Object.keys(value).length > 0)
}

/**
 * An object that was written as a literal or parsed from JSON, of any realm. It hides no member: one that is inherited or not
 * enumerable would be ignored.
 */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false
  const prototype = Object.getPrototypeOf(value) as object | null
  // Every Object.prototype has this method; an object without a prototype, from which another inherits, has not.
  const isLiteral =
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'hasOwnProperty'))
  return isLiteral && Object.getOwnPropertyNames(value).length === Object.keys(value).length
}

/** An option that is a function. */
export function checkFunction<F>(option: string, value: unknown, defaultFunction: F): F {
  if (value === undefined) return defaultFunction
  if (typeof value !== 'function') invalidOption(option, `${option} must be a function`)
  return value as F
}

/**
 * Calls a function of the options. What it throws is a fault of the application. It is wrapped, so that a status or
 * headers that it has do not get into a response.
 *
 * @param option - its name
 */
export function callbackResult<R>(option: string, call: () => R): R {
  try {
    const result = call()
    ignoreRejection(result)
    return result
  } catch (cause) {
    if (cause instanceof ResourceServerError) throw cause
    throw new Error(`The function ${option} threw an error`, { cause })
  }
}

/** Refuses options that would be ignored because the object inherits or hides them, such as getters of a class. */
export function checkOwn(options: object, known: readonly string[], prefix: string): void {
  const isHidden = (name: string): boolean =>
    name in options && !Object.prototype.propertyIsEnumerable.call(options, name)
  const name = known.find(isHidden)
  if (name === undefined) return
  const message = `${prefix}${name} is inherited or not enumerable, so it would be ignored; pass a plain object that has it`
  invalidOption(`${prefix}${name}`, message)
}

/** Refuses options that do not exist, and suggests the nearest one. */
export function checkKnown(options: object, known: readonly string[], prefix: string): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const close = known.find((other) => normalizedName(other) === normalizedName(name))
    // Only options of a verifier or issuer have counterparts: not members of them, nor options of a store.
    const replacement = known.includes('audience') ? replacementFor(name) : undefined
    const others = replacement === undefined ? `the options are ${known.join(', ')}` : `use ${replacement}`
    const hint = close === undefined ? others : `did you mean ${close}?`
    invalidOption(`${prefix}${name}`, `${prefix}${name} is not an option; ${hint}`, 'option_unknown')
  }
}

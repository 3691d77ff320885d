import { systemClock } from '../clock.ts'
import { checkKnown, invalidOption, isPlainObject } from '../options/checks.ts'
import { DEFAULTS } from '../options/defaults.ts'
import { factsOf } from '../token/facts.ts'
import type { VerifiedAccessToken } from '../token/verified-access-token.ts'
import type { CompileRequirement, Failure } from './requirement.ts'

/**
 * Values of `acr` that Okta issues. Okta documents no order among them.
 *
 * @see {@link https://developer.okta.com/docs/guides/step-up-authentication/main/ Okta, step-up authentication}
 */
export const OKTA_ACR = {
  /** Any one factor. */
  oneFactor: 'urn:okta:loa:1fa:any',
  /** A password, and nothing else. */
  password: 'urn:okta:loa:1fa:pwd',
  /** Any two factors. */
  twoFactors: 'urn:okta:loa:2fa:any',
  /** Two factors if the user has enrolled a second one, otherwise one. */
  twoFactorsIfPossible: 'urn:okta:loa:2fa:any:ifpossible',
  /** Phishing-resistant: passkeys. */
  phishingResistant: 'phr',
  /** Phishing-resistant, with a hardware-protected key: Okta Verify. */
  phishingResistantHardware: 'phrh',
} as const

/** A value of `acr` that Okta issues. */
export type OktaAcr = (typeof OKTA_ACR)[keyof typeof OKTA_ACR]

/** How, and how long ago, the user must have authenticated. All that is given must be met. */
export interface AuthenticationRequirement {
  /**
   * Authentication levels, the preferred one first: the claim `acr` must be one of them, character by character. Levels have no
   * order, except what `satisfies` says.
   */
  readonly acrValues?: readonly (OktaAcr | (string & {}))[]
  /**
   * Seconds since the user authenticated, by the claim `auth_time`; `clockTolerance` is added. After a token exchange, `auth_time`
   * can be the time of the exchange: accept tokens of clients that do not exchange them, by `clientIds`.
   */
  readonly maxAge?: number
  /** Methods that the claim `amr` must all contain. A challenge cannot name them, so give `acrValues` as well. */
  readonly amr?: readonly string[]
  /** By level: the lower levels that it includes, directly or through others, such as `{ phrh: ['phr'] }`. */
  readonly satisfies?: Readonly<Record<string, readonly string[]>>
}

/** A word of a list that is separated by spaces, in a quoted string. */
const WORD = /^[\x21\x23-\x5b\x5d-\x7e]+$/

function checkWords(option: string, value: unknown): readonly string[] {
  const words = Array.isArray(value) ? Array.from(value as readonly unknown[]) : []
  if (words.length === 0 || !words.every((word) => typeof word === 'string' && WORD.test(word))) {
    invalidOption(
      option,
      `${option} must be a list of at least one value, each without spaces and quotation marks`,
    )
  }
  return words as readonly string[]
}

/** The levels that are accepted: those required, and all that include one of them. */
function acceptedLevels(
  name: string,
  acrValues: readonly string[],
  satisfies: unknown = {},
): ReadonlySet<string> {
  if (!isPlainObject(satisfies)) {
    invalidOption(name, `${name} must be an object such as { phrh: ['phr'] }`)
  }
  const entries = Object.entries(satisfies).map(
    ([level, lower]) => [level, checkWords(`${name}.${level}`, lower)] as const,
  )
  const accepted = new Set(acrValues)
  // A set also visits what is added during the iteration.
  for (const value of accepted) {
    for (const [level, lower] of entries) if (lower.includes(value)) accepted.add(level)
  }
  return accepted
}

type Auth = VerifiedAccessToken<object>

/** Whether the user authenticated at most this many seconds ago, and not in the future. */
function isRecent(auth: Auth, maxAge: number): boolean {
  const { auth_time: authTime } = auth.claims as { readonly auth_time?: unknown }
  const { wall = systemClock, clockTolerance = DEFAULTS.clockTolerance } = factsOf(auth) ?? {}
  const age = typeof authTime === 'number' ? wall() / 1_000 - authTime : Number.NaN
  // A clock that returns NaN meets no requirement.
  return age <= maxAge + clockTolerance && age >= -clockTolerance
}

/** Whether the token says that a service acts for itself, so that there is no user who could authenticate. */
function isOfService(auth: Auth): boolean {
  return factsOf(auth)?.caller === 'service'
}

/** Whether the token may be that of a service: the profile does not know, and the token names no user. */
function namesNoUser(auth: Auth): boolean {
  const caller = factsOf(auth)?.caller
  return caller === undefined && (auth.subject === undefined || auth.subject === auth.clientId)
}

/**
 * `authentication`: the user has authenticated as required.
 *
 * A service gets a 403: a challenge would send its client to the authorization server again and again, for tokens that never
 * meet the requirement.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9470#section-3 RFC 9470, section 3}
 */
export const compileAuthentication: CompileRequirement = (name, value) => {
  if (!isPlainObject(value) || Object.keys(value).length === 0) {
    invalidOption(name, `${name} must be an object such as { acrValues: ['phr'], maxAge: 300 }`)
  }
  checkKnown(value, ['acrValues', 'maxAge', 'amr', 'satisfies'], `${name}.`)
  const { acrValues, maxAge, amr, satisfies } = value
  if (acrValues === undefined && maxAge === undefined && amr === undefined) {
    invalidOption(name, `${name} needs acrValues, maxAge or amr`)
  }
  if (satisfies !== undefined && acrValues === undefined) {
    invalidOption(`${name}.satisfies`, `${name}.satisfies orders levels of acrValues, which is missing`)
  }
  if (maxAge !== undefined && (!Number.isSafeInteger(maxAge) || (maxAge as number) < 0)) {
    invalidOption(`${name}.maxAge`, `${name}.maxAge must be an integer of seconds, at least 0`)
  }
  const levels = acrValues === undefined ? [] : checkWords(`${name}.acrValues`, acrValues)
  const methods = amr === undefined ? [] : checkWords(`${name}.amr`, amr)
  const accepted = acceptedLevels(`${name}.satisfies`, levels, satisfies)

  const challenge = { scopes: [], acrValues: levels, maxAge: maxAge as number | undefined }
  const failure = (code: Failure['code'], member: string): Failure => ({
    ...challenge,
    code,
    requirement: `${name}.${member}`,
  })
  const wrongLevel = failure('insufficient_user_authentication', 'acrValues')
  const wrongMethods = failure('insufficient_user_authentication', 'amr')
  const tooOld = failure('authentication_too_old', 'maxAge')
  const noUser: Failure = { code: 'user_required', requirement: name, scopes: [] }

  const find = (auth: Auth): Failure | undefined => {
    const claims = auth.claims as { readonly acr?: unknown; readonly amr?: unknown }
    if (levels.length > 0 && !accepted.has(claims.acr as string)) return wrongLevel
    const found: readonly unknown[] = Array.isArray(claims.amr) ? claims.amr : []
    if (!methods.every((method) => found.includes(method))) return wrongMethods
    if (maxAge !== undefined && !isRecent(auth, maxAge as number)) return tooOld
  }
  return (auth) => {
    if (isOfService(auth)) return noUser
    const found = find(auth)
    return found !== undefined && namesNoUser(auth) ? noUser : found
  }
}

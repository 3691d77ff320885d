import type { JSONWebKeySet } from 'jose'
import { ALL_ALGORITHMS } from './algorithms.ts'
import {
  checkMilliseconds,
  checkNoPlaceholder,
  checkSeconds,
  checkStrings,
  checkUrl,
  refuse,
} from './option-checks.ts'
import { PROFILE_NAMES, type ProfileName } from './profiles/profile.ts'

/** What can be set for each authorization server on its own. */
export interface AuthorizationServerOptions {
  readonly issuer: string
  readonly audience: string | readonly string[]
  /** Clients whose tokens are accepted (`cid`, `client_id` or `azp`); all of them unless set. */
  readonly clientIds?: string | readonly string[]
  /** Signature algorithms accepted; all asymmetric ones unless set. Never symmetric, never `none`. */
  readonly algorithms?: readonly string[]
  /** How an access token is told from an ID token; `['okta', 'rfc9068']` unless set. */
  readonly profile?: ProfileName | readonly ProfileName[]
  /** Seconds by which clocks may differ, 5 unless set, at most 300. */
  readonly clockTolerance?: number
  /** Seconds since `iat` after which a token is refused, whatever its `exp`; no limit unless set. */
  readonly maxTokenAge?: number
  /** Where the JWK Set is; skips discovery. */
  readonly jwksUri?: string
  /** Static keys; no network at all. */
  readonly jwks?: JSONWebKeySet
  /** Milliseconds that keys are taken for fresh at the most, whatever their `Cache-Control`; an hour unless set. */
  readonly cacheMaxAge?: number
  /** Milliseconds between fetches on account of unknown key ids, 30 s unless set. */
  readonly cooldownDuration?: number
  /** Milliseconds for a whole refresh, discovery included, 5 s unless set. */
  readonly timeoutDuration?: number
  /** Milliseconds that known keys serve on while the authorization server is out of reach, 24 h unless set. */
  readonly staleIfError?: number
  /** Takes http where https is demanded: whoever sits on the path can then forge tokens. */
  readonly allowInsecureHttp?: boolean
  /** The function that reaches the network, for proxies and private CAs; `globalThis.fetch` unless set. */
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds since the epoch, for tests; `Date.now` unless set. */
  readonly clock?: () => number
}

/** One authorization server, validated and frozen. */
export interface IssuerConfiguration {
  readonly issuer: string
  readonly audience: readonly string[]
  readonly clientIds: ReadonlySet<string> | undefined
  readonly algorithms: ReadonlySet<string>
  readonly profiles: readonly ProfileName[]
  readonly clockTolerance: number
  readonly maxTokenAge: number | undefined
  readonly jwksUri: string | undefined
  readonly jwks: JSONWebKeySet | undefined
  readonly cacheMaxAge: number
  readonly cooldownDuration: number
  readonly timeoutDuration: number
  readonly staleIfError: number
  readonly allowInsecureHttp: boolean
  readonly fetch: typeof globalThis.fetch
  readonly clock: () => number
}

const OKTA_HOST = /(^|\.)(okta|oktapreview|okta-emea|okta-gov|trexcloud)\.com$|\.okta\.mil$/
const ADMIN_HOST = /-admin\.(okta|oktapreview|okta-emea|okta-gov|trexcloud)\.com$|-admin\.okta\.mil$/
const CUSTOM_SERVER_PATH = /^\/oauth2\/(?!v1$)[\w.~-]+$/

function checkIssuer(option: string, value: unknown, allowInsecureHttp: boolean): string {
  if (value === undefined || value === null || value === '') {
    refuse(
      'option_missing',
      option,
      `${option} is missing; set it to the issuer of your authorization server, such as https://example.okta.com/oauth2/default`,
    )
  }
  const url = checkUrl(option, value, allowInsecureHttp)
  if (/[?#]/.test(value as string)) {
    refuse('option_invalid', option, `${option} must have no query and no fragment (RFC 8414 section 2)`)
  }
  if (ADMIN_HOST.test(url.hostname)) {
    refuse('option_invalid', option, `${option} is the address of the Admin Console; leave out "-admin"`)
  }
  if (OKTA_HOST.test(url.hostname) && !CUSTOM_SERVER_PATH.test(url.pathname)) {
    const slash = CUSTOM_SERVER_PATH.test(url.pathname.replace(/\/+$/, ''))
    refuse(
      'option_invalid',
      option,
      slash
        ? `${option} ends with a slash; Okta's issuers have none`
        : `${option} must have the form https://your-domain/oauth2/id, such as .../oauth2/default: the tokens of Okta's org authorization server are opaque to you and cannot be validated; use a custom authorization server`,
    )
  }
  return value as string
}

function checkAlgorithms(option: string, value: unknown): ReadonlySet<string> {
  if (value === undefined) return ALL_ALGORITHMS
  const list = checkStrings(option, value)
  for (const algorithm of list) {
    if (!ALL_ALGORITHMS.has(algorithm)) {
      refuse(
        'option_invalid',
        option,
        `${option} holds an algorithm that is not accepted; accepted are ${[...ALL_ALGORITHMS].join(', ')} (never a symmetric one, never none)`,
      )
    }
  }
  return new Set(list)
}

function checkProfiles(option: string, value: unknown): readonly ProfileName[] {
  if (value === undefined) return ['okta', 'rfc9068']
  const list = checkStrings(option, value)
  for (const name of list) {
    if (!(PROFILE_NAMES as readonly string[]).includes(name)) {
      refuse('option_invalid', option, `${option} must be one or several of ${PROFILE_NAMES.join(', ')}`)
    }
  }
  return list as readonly ProfileName[]
}

function checkKeys(option: string, value: unknown): JSONWebKeySet | undefined {
  if (value === undefined) return undefined
  const keys = typeof value === 'object' && value !== null ? (value as { keys?: unknown }).keys : undefined
  if (!Array.isArray(keys) || keys.length === 0) {
    refuse(
      'option_invalid',
      option,
      `${option} must be a JWK Set, { keys: [...] }, with at least one key (RFC 7517 section 5)`,
    )
  }
  try {
    return structuredClone(value) as JSONWebKeySet
  } catch {
    refuse('option_invalid', option, `${option} must be plain JSON: keys exported as JWK`)
  }
}

function checkFunction<F>(option: string, value: unknown, fallback: F): F {
  if (value === undefined) return fallback
  if (typeof value !== 'function') refuse('option_invalid', option, `${option} must be a function`)
  return value as F
}

function milliseconds(option: string, value: unknown, fallback: number, least = 0): number {
  if (value === undefined) return fallback
  const result = checkMilliseconds(option, value)
  if (result < least)
    refuse('option_invalid', option, `${option} is in milliseconds and must be at least ${least}`)
  return result
}

/** Validates what concerns one authorization server; `where` is how the issuer option is called in messages. */
export function issuerConfiguration(
  options: Partial<AuthorizationServerOptions>,
  where: string,
): IssuerConfiguration {
  const prefix = where === 'issuer' ? '' : `${where}.`
  const named = (name: string): string => prefix + name
  if (options.allowInsecureHttp !== undefined && typeof options.allowInsecureHttp !== 'boolean') {
    refuse('option_invalid', 'allowInsecureHttp', 'allowInsecureHttp must be true or false')
  }
  const allowInsecureHttp = options.allowInsecureHttp === true
  const issuer = checkIssuer(where, options.issuer, allowInsecureHttp)
  if (options.audience === undefined || options.audience === null) {
    refuse(
      'option_missing',
      named('audience'),
      `${named('audience')} is missing; set it to the audience of your API as the authorization server writes it into aud, such as api://default`,
    )
  }
  if (options.jwks !== undefined && options.jwksUri !== undefined) {
    const [jwks, jwksUri] = [named('jwks'), named('jwksUri')]
    refuse('option_invalid', jwks, `${jwks} and ${jwksUri} exclude each other; leave one of them out`)
  }
  if (options.jwksUri !== undefined) checkUrl(named('jwksUri'), options.jwksUri, allowInsecureHttp)
  const clockTolerance =
    options.clockTolerance === undefined ? 5 : checkSeconds(named('clockTolerance'), options.clockTolerance)
  if (clockTolerance > 300) {
    const option = named('clockTolerance')
    refuse('option_invalid', option, `${option} is in seconds and must be at most 300`)
  }
  return Object.freeze({
    issuer,
    audience: checkStrings(named('audience'), options.audience),
    clientIds:
      options.clientIds === undefined
        ? undefined
        : new Set(checkStrings(named('clientIds'), options.clientIds)),
    algorithms: checkAlgorithms(named('algorithms'), options.algorithms),
    profiles: checkProfiles(named('profile'), options.profile),
    clockTolerance,
    maxTokenAge:
      options.maxTokenAge === undefined ? undefined : checkSeconds(named('maxTokenAge'), options.maxTokenAge),
    jwksUri: options.jwksUri,
    jwks: checkKeys(named('jwks'), options.jwks),
    cacheMaxAge: milliseconds(named('cacheMaxAge'), options.cacheMaxAge, 3_600_000, 1_000),
    cooldownDuration: milliseconds(named('cooldownDuration'), options.cooldownDuration, 30_000, 100),
    timeoutDuration: milliseconds(named('timeoutDuration'), options.timeoutDuration, 5_000, 1),
    staleIfError: milliseconds(named('staleIfError'), options.staleIfError, 86_400_000),
    allowInsecureHttp,
    fetch: checkFunction(named('fetch'), options.fetch, (input, init) => globalThis.fetch(input, init)),
    clock: checkFunction(named('clock'), options.clock, Date.now),
  } satisfies IssuerConfiguration)
}

const VARIABLES = { issuer: 'OKTA_OAUTH2_ISSUER', audience: 'OKTA_OAUTH2_AUDIENCE' } as const

/**
 * Takes issuer and audience from `OKTA_OAUTH2_ISSUER` and `OKTA_OAUTH2_AUDIENCE`.
 *
 * @throws {ConfigurationError} a variable is missing or wrong; the message names it and says what to do
 */
export function configurationFromEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): { issuer: string; audience: string } {
  const issuer = env[VARIABLES.issuer]
  const audience = env[VARIABLES.audience]
  for (const [variable, value, example] of [
    [VARIABLES.issuer, issuer, 'https://example.okta.com/oauth2/default'],
    [VARIABLES.audience, audience, 'api://default'],
  ] as const) {
    if (value === undefined || value === '') {
      refuse(
        'option_missing',
        variable,
        `The environment variable ${variable} is not set; set it, for example to ${example}, or give the options issuer and audience`,
      )
    }
    checkNoPlaceholder(variable, value)
  }
  checkIssuer(VARIABLES.issuer, issuer, false)
  return { issuer: issuer as string, audience: audience as string }
}

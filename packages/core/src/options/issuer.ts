import { type Clock, createClock } from '../clock.ts'
import { ALGORITHMS, canonicalAlgorithm } from './algorithms.ts'
import {
  checkFunction,
  checkMilliseconds,
  checkNoPlaceholder,
  checkSeconds,
  checkStrings,
  checkUrl,
  invalidOption,
} from './checks.ts'
import { DEFAULTS, LIMITS } from './defaults.ts'
import { checkOktaIssuer } from './okta.ts'
import { checkProfiles, defaultProfiles, type ProfileName } from './profile.ts'
import { checkAuth0Issuer, checkCognitoAudience } from './providers.ts'
import { checkImpliedScopes, type IncludedIn } from './scopes.ts'

/** A JWK Set (RFC 7517, section 5): an object with the list `keys`. */
export interface JwkSetLike {
  readonly keys: readonly object[]
}

/** Options that can differ for each authorization server. */
export interface AuthorizationServerOptions {
  /**
   * Issuer identifier, exactly as in the claim `iss`. It is an https URL; with `jwks`, `jwksUri` or `metadataUri` it can
   * be any name, such as `accounts.google.com`, or an http URL, since nothing is then fetched from it.
   */
  readonly issuer: string
  /**
   * Accepted audiences: the claim `aud` must contain at least one of them.
   *
   * `null` is for authorization servers that issue access tokens without `aud`, such as Amazon Cognito. It requires
   * `clientIds`, and a token that has an audience is then refused. Without an audience, each accepted client can use its
   * tokens for every API of the authorization server, not only for this one.
   */
  readonly audience: string | readonly string[] | null
  /**
   * Clients whose tokens are accepted. The client is read from `cid`, `client_id`, `azp` or `appid`, whichever the profile
   * says; with `audience: null` not from `azp`, which ID tokens have, too.
   *
   * @default all clients
   */
  readonly clientIds?: string | readonly string[]
  /**
   * Accepted signature algorithms: `RS*`, `PS*`, `ES*`, `Ed25519` (or `EdDSA`) and `ML-DSA-*`. Symmetric algorithms and
   * `none` are never accepted.
   *
   * @default all of them
   */
  readonly algorithms?: readonly string[]
  /**
   * How an access token is distinguished from an ID token and other JWTs. With a list, one profile must match.
   *
   * @default ['okta', 'rfc9068'] for an issuer on an Okta domain or with a path `/oauth2/default` or `/oauth2/aus…`;
   * otherwise ['rfc9068', 'generic']
   */
  readonly profile?: ProfileName | readonly ProfileName[]
  /**
   * Name of the claim that holds the scopes, such as `permissions`, `roles` or `authorities`. Scopes are then read from
   * this claim only: `scope` and `scp` are ignored. The claim is a list of strings, or a string with spaces.
   *
   * @default `scope` or `scp`, whichever the profile says
   */
  readonly scopeClaim?: string
  /**
   * Scopes that include others, such as `{ 'messages:write': ['messages:read'] }`. A requirement for a scope is also met
   * by one that includes it, directly or through others. `auth.scopes` stays as the token has it.
   *
   * @default no scope includes another
   */
  readonly impliedScopes?: Readonly<Record<string, readonly string[]>>
  /**
   * Seconds by which the clocks of authorization server and API may differ, at most 300.
   *
   * @default 5
   */
  readonly clockTolerance?: number
  /**
   * Maximum age of a token in seconds since its `iat`, even if it expires later. Tokens without `iat` are then refused.
   *
   * @default no limit
   */
  readonly maxTokenAge?: number
  /**
   * URL of the metadata, if it is not at a well-known URL of the issuer. The `issuer` in the metadata must still be
   * exactly the configured one.
   */
  readonly metadataUri?: string
  /**
   * Hosts that the `jwks_uri` of the metadata may be on, besides those of the issuer and of `metadataUri`: such as
   * `keys.example.com` or `localhost:8080`.
   *
   * @default all hosts; for issuers that a function finds at run time, none
   */
  readonly jwksHosts?: string | readonly string[]
  /** URL of the JWK Set. Metadata is then not fetched. */
  readonly jwksUri?: string
  /** A fixed JWK Set. Nothing is then fetched. */
  readonly jwks?: JwkSetLike
  /**
   * Maximum time in milliseconds for which keys are fresh, even if `Cache-Control` allows more; at least 1,000.
   *
   * @default 3_600_000 (1 hour)
   */
  readonly cacheMaxAge?: number
  /**
   * Minimum time in milliseconds between refreshes that an unknown `kid` triggers; at least 100.
   *
   * @default 30_000
   */
  readonly cooldownDuration?: number
  /**
   * Time limit in milliseconds for a whole refresh, metadata included.
   *
   * @default 5_000
   */
  readonly timeoutDuration?: number
  /**
   * Time in milliseconds for which keys that are no longer fresh are used while they cannot be refreshed.
   *
   * @default 86_400_000 (24 hours)
   */
  readonly staleIfError?: number
  /**
   * Allows `http:` for hosts other than loopback. Anyone on the network path can then forge tokens.
   *
   * @default false
   */
  readonly allowInsecureHttp?: boolean
  /**
   * Function that makes HTTP requests, for proxies and private CAs.
   *
   * @default globalThis.fetch
   */
  readonly fetch?: typeof globalThis.fetch
  /**
   * Wall clock in milliseconds since the epoch, for tests.
   *
   * @default Date.now
   */
  readonly clock?: () => number
}

/** The names of {@link AuthorizationServerOptions}. */
export const ISSUER_OPTIONS: readonly (keyof AuthorizationServerOptions)[] = [
  'issuer',
  'audience',
  'clientIds',
  'algorithms',
  'profile',
  'scopeClaim',
  'impliedScopes',
  'clockTolerance',
  'maxTokenAge',
  'metadataUri',
  'jwksHosts',
  'jwksUri',
  'jwks',
  'cacheMaxAge',
  'cooldownDuration',
  'timeoutDuration',
  'staleIfError',
  'allowInsecureHttp',
  'fetch',
  'clock',
]

/** The validated, frozen options of one authorization server. */
export interface IssuerConfiguration {
  readonly issuer: string
  /** `null`: tokens have no audience. */
  readonly audience: readonly string[] | null
  readonly clientIds: ReadonlySet<string> | undefined
  /** Canonical names. */
  readonly algorithms: ReadonlySet<string>
  readonly profiles: readonly ProfileName[]
  /** `undefined`: the profile says which claim. */
  readonly scopeClaim: string | undefined
  readonly includedIn: IncludedIn | undefined
  readonly clockTolerance: number
  readonly maxTokenAge: number | undefined
  readonly metadataUri: string | undefined
  /** The only hosts that the `jwks_uri` of the metadata may be on. */
  readonly jwksHosts: ReadonlySet<string> | undefined
  readonly jwksUri: string | undefined
  readonly jwks: JwkSetLike | undefined
  readonly cacheMaxAge: number
  readonly cooldownDuration: number
  readonly timeoutDuration: number
  readonly staleIfError: number
  readonly allowInsecureHttp: boolean
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
}

/** The options that say where keys are, one of which can be used. */
const KEY_SOURCES = ['jwks', 'jwksUri', 'metadataUri'] as const

/** Whether these options say where keys are, so that nothing is fetched from a URL of the issuer. */
export function hasKeySource(
  options: { readonly [Name in (typeof KEY_SOURCES)[number]]?: unknown },
): boolean {
  return KEY_SOURCES.some((name) => options[name] !== undefined)
}

/** Whether this is a name rather than a URL that is fetched. A misspelled URL is no name. */
function isIssuerName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !/^https?:|\p{Cc}/iu.test(value)
}

/**
 * Validates an issuer identifier.
 *
 * @param option - its name in messages
 * @param isNameOnly - nothing is fetched from it, so that it can be any name, or an http URL
 */
export function checkIssuer(
  option: string,
  value: unknown,
  allowInsecureHttp: boolean,
  isNameOnly = false,
): string {
  if (isIssuerName(value)) {
    checkNoPlaceholder(option, value)
    if (isNameOnly) return value
    const message = `${option} must be an absolute URL that starts with https://; any other name needs jwks, jwksUri or metadataUri`
    invalidOption(option, message)
  }
  const url = checkUrl(option, value, allowInsecureHttp || isNameOnly)
  if (/[?#]/.test(value as string)) {
    invalidOption(option, `${option} must have no query and no fragment (RFC 8414, section 2)`)
  }
  checkOktaIssuer(option, url)
  checkAuth0Issuer(option, value as string, url)
  return value as string
}

function checkAlgorithms(option: string, value: unknown): ReadonlySet<string> {
  if (value === undefined) return ALGORITHMS
  const list = checkStrings(option, value).map(canonicalAlgorithm)
  if (!list.every((algorithm) => ALGORITHMS.has(algorithm))) {
    invalidOption(
      option,
      `${option} contains an algorithm that is not supported; supported are ${[...ALGORITHMS].join(', ')} (never a symmetric one, never none)`,
    )
  }
  return new Set(list)
}

/** Hosts, with the port unless it is the default. `own` are the URLs whose hosts are always allowed. */
function checkHosts(
  option: string,
  value: unknown,
  own: readonly (string | undefined)[],
): ReadonlySet<string> {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const isHost = (item: unknown): item is string =>
    typeof item === 'string' && URL.canParse(`https://${item}`) && new URL(`https://${item}`).host === item
  if (!list.every(isHost)) {
    invalidOption(option, `${option} must be one or more hosts, such as keys.example.com or localhost:8080`)
  }
  const urls = own.filter((url) => url !== undefined && URL.canParse(url)) as readonly string[]
  return new Set([...(list as readonly string[]), ...urls.map((url) => new URL(url).host)])
}

function checkJwks(option: string, value: unknown): JwkSetLike {
  const keys = typeof value === 'object' && value !== null ? (value as { keys?: unknown }).keys : undefined
  if (!Array.isArray(keys) || keys.length === 0) {
    invalidOption(
      option,
      `${option} must be a JWK Set, { keys: [...] }, with at least one key (RFC 7517, section 5)`,
    )
  }
  try {
    return structuredClone(value) as JwkSetLike
  } catch {
    invalidOption(option, `${option} must be plain JSON: keys exported as JWK`)
  }
}

function checkScopeClaim(option: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') {
    invalidOption(option, `${option} must be the name of a claim, such as permissions`)
  }
  return value
}

/** @param named - gives the full name of an option in messages */
function checkAudience(
  named: (name: string) => string,
  { issuer, audience, clientIds }: Partial<AuthorizationServerOptions>,
): readonly string[] | null {
  if (audience !== null) {
    checkCognitoAudience(named('audience'), issuer, audience, clientIds)
    checkMissing(
      named('audience'),
      audience,
      'the audience of your API as the authorization server writes it to aud, such as api://default; or to null, with clientIds, if its access tokens have no aud',
    )
    return checkStrings(named('audience'), audience)
  }
  if (clientIds === undefined) {
    const message = `${named('audience')} is null, so ${named('clientIds')} must name the clients whose tokens are accepted`
    invalidOption(named('clientIds'), message, 'option_missing')
  }
  return null
}

function checkMissing(option: string, value: unknown, example: string): void {
  if (value === undefined || value === null || value === '') {
    invalidOption(option, `${option} is missing; set it to ${example}`, 'option_missing')
  }
}

/**
 * The options of one issuer that replace shared ones. One that is `undefined` does not: it must not lift a restriction,
 * such as `clientIds`. An `audience` that is `undefined` stays, and is refused, because it was meant to differ.
 */
export function withoutUndefined(own: object): object {
  const entries = Object.entries(own).filter(([name, value]) => value !== undefined || name === 'audience')
  return Object.fromEntries(entries)
}

/** Not `globalThis.fetch` itself, which can be replaced later. */
const globalFetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init)
const systemClock = (): number => Date.now()

/** The value, or `undefined` if the option is absent. */
function optional<V, R>(value: V | undefined, check: (value: V) => R): R | undefined {
  return value === undefined ? undefined : check(value)
}

/**
 * Validates the options of one authorization server.
 *
 * @param where - name of the issuer option in messages, such as `issuer[1]`
 * @throws {ConfigurationError} an option is missing or invalid
 */
export function issuerConfiguration(
  options: Partial<AuthorizationServerOptions>,
  where: string,
): IssuerConfiguration {
  const named = (name: string): string => (where === 'issuer' ? name : `${where}.${name}`)
  const { allowInsecureHttp = DEFAULTS.allowInsecureHttp } = options
  if (typeof allowInsecureHttp !== 'boolean') {
    invalidOption('allowInsecureHttp', 'allowInsecureHttp must be true or false')
  }
  const { issuer, jwks, jwksUri, metadataUri } = options
  checkMissing(
    where,
    issuer,
    'the issuer of your authorization server, such as https://example.okta.com/oauth2/default',
  )
  checkIssuer(where, issuer, allowInsecureHttp, hasKeySource(options))
  const audience = checkAudience(named, options)
  const [source, other] = KEY_SOURCES.filter((name) => options[name] !== undefined).map(named)
  if (source !== undefined && other !== undefined) {
    invalidOption(source, `${source} and ${other} cannot be used together`)
  }
  const checkAddress = (name: 'jwksUri' | 'metadataUri', value: string): string => {
    checkUrl(named(name), value, allowInsecureHttp)
    return value
  }
  // A default replaces `undefined` only: `null` is a mistake.
  const { profile = defaultProfiles(issuer as string), clockTolerance = DEFAULTS.clockTolerance } = options
  const duration = (
    name: 'cacheMaxAge' | 'cooldownDuration' | 'timeoutDuration' | 'staleIfError',
    min = 0,
  ): number => {
    const { [name]: value = DEFAULTS[name] } = options
    return checkMilliseconds(named(name), value, min)
  }
  return Object.freeze({
    issuer: issuer as string,
    audience,
    clientIds: optional(options.clientIds, (value) => new Set(checkStrings(named('clientIds'), value))),
    algorithms: checkAlgorithms(named('algorithms'), options.algorithms),
    profiles: checkProfiles(named('profile'), profile),
    scopeClaim: optional(options.scopeClaim, (value) => checkScopeClaim(named('scopeClaim'), value)),
    includedIn: optional(options.impliedScopes, (value) => checkImpliedScopes(named('impliedScopes'), value)),
    clockTolerance: checkSeconds(named('clockTolerance'), clockTolerance, LIMITS.clockTolerance),
    maxTokenAge: optional(options.maxTokenAge, (value) => checkSeconds(named('maxTokenAge'), value)),
    metadataUri: optional(metadataUri, (value) => checkAddress('metadataUri', value)),
    jwksHosts: optional(options.jwksHosts, (value) =>
      checkHosts(named('jwksHosts'), value, [issuer, metadataUri]),
    ),
    jwksUri: optional(jwksUri, (value) => checkAddress('jwksUri', value)),
    jwks: optional(jwks, (value) => checkJwks(named('jwks'), value)),
    cacheMaxAge: duration('cacheMaxAge', LIMITS.cacheMaxAge),
    cooldownDuration: duration('cooldownDuration', LIMITS.cooldownDuration),
    timeoutDuration: duration('timeoutDuration', LIMITS.timeoutDuration),
    staleIfError: duration('staleIfError'),
    allowInsecureHttp,
    fetch: checkFunction(named('fetch'), options.fetch, globalFetch),
    clock: createClock(checkFunction(named('clock'), options.clock, systemClock)),
  } satisfies IssuerConfiguration)
}

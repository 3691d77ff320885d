import { type Clock, createClock } from '../clock.ts'
import { ALGORITHMS, canonicalAlgorithm } from './algorithms.ts'
import type { AuthorizationServerOptions, FetchedJwkSet, JwkSetLike } from './authorization-server.ts'
import {
  checkFunction,
  checkMilliseconds,
  checkNoPlaceholder,
  checkSeconds,
  checkStrings,
  checkUrl,
  invalidOption,
  isFetchable,
} from './checks.ts'
import { checkClock } from './clock.ts'
import { DEFAULTS, LIMITS } from './defaults.ts'
import { checkFapi2Issuer, fapi2Algorithms } from './fapi2.ts'
import { asksAboutAll, type IntrospectionConfiguration, introspectionConfiguration } from './introspection.ts'
import { checkHosts, checkIssuer, hasKeySource, KEY_SOURCES } from './issuer-identifier.ts'
import { checkInitialJwks, checkJwks } from './jwks.ts'
import { checkProfiles, defaultProfiles, type ProfileName } from './profile.ts'
import { checkCognitoAudience } from './providers.ts'
import { checkImpliedScopes, type IncludedIn } from './scopes.ts'

/** The validated, frozen options of one authorization server. */
export interface IssuerConfiguration {
  readonly issuer: string
  /** Known when the verifier was created, not found by a function at run time. */
  readonly isFixed: boolean
  /** `null`: tokens have no audience. */
  readonly audience: readonly string[] | null
  readonly clientIds: ReadonlySet<string> | undefined
  /** Canonical names. */
  readonly algorithms: ReadonlySet<string>
  readonly profiles: readonly ProfileName[]
  /** The option `profile` was set. */
  readonly hasOwnProfiles: boolean
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
  /** `undefined`: the authorization server is not asked about tokens. */
  readonly introspection: IntrospectionConfiguration | undefined
  readonly initialJwks: FetchedJwkSet | undefined
  readonly cacheMaxAge: number
  readonly cooldownDuration: number
  readonly timeoutDuration: number
  readonly staleIfError: number
  readonly allowInsecureHttp: boolean
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  /** Hosts from which status lists are fetched; `undefined`: from none. */
  readonly statusListHosts: ReadonlySet<string> | undefined
  /** A token that refers to a status list is refused. */
  readonly refusesStatus: boolean
}

/** What the options of the verifier mean for each of its issuers. */
export interface ForEachIssuer {
  readonly fapi2?: boolean | undefined
  /** Revocation is checked by the option `revocation`. */
  readonly checksRevocation?: boolean | undefined
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

function checkScopeClaim(option: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') {
    invalidOption(option, `${option} must be the name of a claim, such as permissions`)
  }
  checkNoPlaceholder(option, value)
  return value
}

/** @param named - gives the full name of an option in messages */
function checkAudience(
  named: (name: string) => string,
  { issuer, audience, clientIds }: Partial<AuthorizationServerOptions>,
  isFixed: boolean,
): readonly string[] | null {
  if (audience !== null) {
    checkCognitoAudience(named('audience'), issuer, audience, clientIds, isFixed)
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

/** The value, or `undefined` if the option is absent. */
function optional<V, R>(value: V | undefined, check: (value: V) => R): R | undefined {
  return value === undefined ? undefined : check(value)
}

/**
 * Validates the options of one authorization server.
 *
 * @param where - name of the issuer option in messages, such as `issuer[1]`
 * @param isFixed - not found by a function at run time
 * @param allowsOrg - the issuer may be Okta's org authorization server, since no access tokens are verified with its keys
 * @throws {ConfigurationError} an option is missing or invalid
 */
export function issuerConfiguration(
  options: Partial<AuthorizationServerOptions> & ForEachIssuer,
  where: string,
  isFixed = true,
  allowsOrg = false,
): IssuerConfiguration {
  const named = (name: string): string => (where === 'issuer' ? name : `${where}.${name}`)
  const { allowInsecureHttp = DEFAULTS.allowInsecureHttp } = options
  if (typeof allowInsecureHttp !== 'boolean') {
    const option = named('allowInsecureHttp')
    invalidOption(option, `${option} must be true or false`)
  }
  const { issuer, jwks, jwksUri, metadataUri } = options
  checkMissing(
    where,
    issuer,
    'the issuer of your authorization server, such as https://example.okta.com/oauth2/default',
  )
  const isOrgAllowed = allowsOrg || asksAboutAll(options)
  checkIssuer(where, issuer, allowInsecureHttp, hasKeySource(options), isOrgAllowed)
  const audience = checkAudience(named, options, isFixed)
  const [source, other] = KEY_SOURCES.filter((name) => options[name] !== undefined).map(named)
  if (source !== undefined && other !== undefined) {
    invalidOption(source, `${source} and ${other} cannot be used together`)
  }
  if (jwks !== undefined && options.initialJwks !== undefined) {
    const message = `${named('jwks')} and ${named('initialJwks')} cannot be used together: keys of jwks are never refreshed`
    invalidOption(named('initialJwks'), message)
  }
  const checkAddress = (name: 'jwksUri' | 'metadataUri', value: string): string => {
    checkUrl(named(name), value, allowInsecureHttp)
    return value
  }
  // A default replaces `undefined` only: `null` is a mistake.
  const { profile = defaultProfiles(issuer as string), clockTolerance = DEFAULTS.clockTolerance } = options
  const profiles = checkProfiles(named('profile'), profile)
  const { fapi2 = false, checksRevocation = false } = options
  const algorithms = fapi2 ? fapi2Algorithms(named('algorithms'), options.algorithms) : options.algorithms
  const duration = (
    name: 'cacheMaxAge' | 'cooldownDuration' | 'timeoutDuration' | 'staleIfError',
    min = 0,
  ): number => {
    const { [name]: value = DEFAULTS[name] } = options
    return checkMilliseconds(named(name), value, min)
  }
  const configuration = {
    issuer: issuer as string,
    isFixed,
    audience,
    clientIds: optional(options.clientIds, (value) => new Set(checkStrings(named('clientIds'), value))),
    algorithms: checkAlgorithms(named('algorithms'), algorithms),
    profiles,
    hasOwnProfiles: options.profile !== undefined,
    scopeClaim: optional(options.scopeClaim, (value) => checkScopeClaim(named('scopeClaim'), value)),
    includedIn: optional(options.impliedScopes, (value) => checkImpliedScopes(named('impliedScopes'), value)),
    clockTolerance: checkSeconds(named('clockTolerance'), clockTolerance, LIMITS.clockTolerance),
    maxTokenAge: optional(options.maxTokenAge, (value) => checkSeconds(named('maxTokenAge'), value)),
    metadataUri: optional(metadataUri, (value) => checkAddress('metadataUri', value)),
    jwksHosts: optional(options.jwksHosts, (value) =>
      checkHosts(named('jwksHosts'), value, [issuer, metadataUri]),
    ),
    statusListHosts: optional(options.statusListHosts, (value) =>
      checkHosts(named('statusListHosts'), value, [issuer]),
    ),
    jwksUri: optional(jwksUri, (value) => checkAddress('jwksUri', value)),
    jwks: optional(jwks, (value) => checkJwks(named('jwks'), value)),
    introspection: optional(options.introspection, (value) =>
      introspectionConfiguration(named('introspection'), value, {
        issuer: issuer as string,
        isFixed,
        profiles,
        allowInsecureHttp,
        hasMetadata:
          metadataUri !== undefined ||
          (URL.canParse(issuer as string) && isFetchable(new URL(issuer as string), allowInsecureHttp)),
      }),
    ),
    initialJwks: optional(options.initialJwks, (value) => checkInitialJwks(named('initialJwks'), value)),
    cacheMaxAge: duration('cacheMaxAge', LIMITS.cacheMaxAge),
    cooldownDuration: duration('cooldownDuration', LIMITS.cooldownDuration),
    timeoutDuration: duration('timeoutDuration', LIMITS.timeoutDuration),
    staleIfError: duration('staleIfError'),
    allowInsecureHttp,
    fetch: checkFunction(named('fetch'), options.fetch, globalFetch),
    clock: createClock(checkClock(named('clock'), options.clock)),
    refusesStatus: (fapi2 || checksRevocation) && options.statusListHosts === undefined,
  } satisfies IssuerConfiguration
  if (fapi2) checkFapi2Issuer(where, configuration, checksRevocation)
  return Object.freeze(configuration)
}

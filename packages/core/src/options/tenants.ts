import { isDeepStrictEqual } from 'node:util'
import { type Clock, createClock } from '../clock.ts'
import { ConfigurationError } from '../refusal/errors.ts'
import { type AuthorizationServerOptions, ISSUER_OPTIONS } from './authorization-server.ts'
import {
  checkKnown,
  checkMilliseconds,
  checkOwn,
  checkPositiveInteger,
  invalidOption,
  isOptions,
  isPlainObject,
} from './checks.ts'
import { checkClock } from './clock.ts'
import { DEFAULTS, LIMITS } from './defaults.ts'
import { asksAboutAll } from './introspection.ts'
import { type IssuerConfiguration, issuerConfiguration, withoutUndefined } from './issuer.ts'
import { checkIssuer, hasKeySource, OWN_KEY_OPTIONS } from './issuer-identifier.ts'

/** The options of an issuer, or nothing if it is unknown. */
export type ResolvedIssuer = Partial<AuthorizationServerOptions> | undefined | null

/**
 * Finds the options of an issuer at run time. It is called with the claim `iss` of tokens that are not verified yet.
 *
 * Options that it does not return are those of the verifier. A returned `issuer` must be the one that was asked for.
 *
 * @returns `undefined` if the issuer is unknown. The token is then refused with 401. An error is a 503.
 */
export type IssuerResolver = (issuer: string) => ResolvedIssuer | PromiseLike<ResolvedIssuer>

/** Limits for issuers that a function finds at run time. */
export interface IssuerCacheOption {
  /**
   * Maximum number of issuers that are kept, at most 100,000. The one that was not used for the longest time is dropped.
   *
   * @default 1_000
   */
  readonly max?: number
  /**
   * Time in milliseconds for which an answer of the function holds; at least 1,000. For an issuer in use, the function
   * is asked again in the background after 60 to 80 % of that time.
   *
   * @default 600_000 (10 minutes)
   */
  readonly cacheMaxAge?: number
  /**
   * Time in milliseconds for which an unknown issuer is refused without asking again; at least 1,000.
   *
   * @default 60_000
   */
  readonly negativeCacheMaxAge?: number
  /**
   * Time limit in milliseconds for the function.
   *
   * @default 5_000
   */
  readonly timeoutDuration?: number
  /**
   * Maximum number of issuers that are looked up at the same time, and whose keys are fetched for the first time at the
   * same time. Ten times as many can wait; the others are refused with 503. At most 1,000.
   *
   * @default 10
   */
  readonly concurrency?: number
}

/** How issuers are found at run time. */
export interface TenantsConfiguration {
  readonly resolve: IssuerResolver
  /** The options of the verifier, which answers complete. */
  readonly shared: Partial<AuthorizationServerOptions>
  /** The same, validated, with the name of no issuer. */
  readonly defaults: IssuerConfiguration
  readonly limits: Required<IssuerCacheOption>
  /** An issuer may have the option `introspection`. */
  readonly hasChooser: boolean
  readonly clock: Clock
}

function checkLimits(option: unknown = {}): Required<IssuerCacheOption> {
  if (!isOptions(option)) {
    invalidOption('issuerCache', 'issuerCache must be an object such as { max: 1_000 }')
  }
  checkKnown(option, Object.keys(DEFAULTS.issuerCache), 'issuerCache.')
  checkOwn(option, Object.keys(DEFAULTS.issuerCache), 'issuerCache.')
  const limits = { ...DEFAULTS.issuerCache, ...withoutUndefined(option) } as {
    readonly [Name in keyof IssuerCacheOption]: unknown
  }
  const duration = (name: keyof IssuerCacheOption, min: number): number =>
    checkMilliseconds(`issuerCache.${name}`, limits[name], min)
  const number = (name: keyof IssuerCacheOption, max: number): number =>
    checkPositiveInteger(`issuerCache.${name}`, limits[name], max)
  return Object.freeze({
    max: number('max', LIMITS.issuerCacheMax),
    cacheMaxAge: duration('cacheMaxAge', LIMITS.cacheMaxAge),
    negativeCacheMaxAge: duration('negativeCacheMaxAge', LIMITS.cacheMaxAge),
    timeoutDuration: duration('timeoutDuration', LIMITS.timeoutDuration),
    concurrency: number('concurrency', LIMITS.issuerCacheConcurrency),
  })
}

/**
 * Validates the options of a verifier whose issuers a function finds. Mistakes in the shared options are found here, not
 * with the first token.
 *
 * @throws {ConfigurationError}
 */
export function tenantsConfiguration(
  resolve: IssuerResolver,
  shared: Partial<AuthorizationServerOptions>,
  issuerCache: unknown,
  hasChooser: boolean,
): TenantsConfiguration {
  const { audience = 'any', clientIds = 'any', clock } = shared
  const source = OWN_KEY_OPTIONS.find((name) => shared[name] !== undefined)
  if (source !== undefined) {
    const message = `${source} must be returned by the function issuer: keys of one issuer must not verify tokens of another`
    invalidOption(source, message)
  }
  if (shared.introspection !== undefined && !hasChooser) {
    const message =
      'introspection needs chooseIssuer: (request) => issuer where issuer is a function, since an opaque token names no issuer'
    invalidOption('introspection', message)
  }
  const none = 'https://issuer.invalid'
  const defaults = issuerConfiguration({ ...shared, audience, clientIds, issuer: none }, 'issuer')
  return Object.freeze({
    resolve,
    shared: copyOf(shared),
    defaults,
    limits: checkLimits(issuerCache),
    hasChooser,
    clock: createClock(checkClock('clock', clock)),
  })
}

/** A copy that later changes of the lists in it do not reach. */
function copyOf(shared: Partial<AuthorizationServerOptions>): Partial<AuthorizationServerOptions> {
  const entries = Object.entries(shared).map(([name, value]) => [
    name,
    Array.isArray(value) ? [...value] : value,
  ])
  return Object.freeze(Object.fromEntries(entries))
}

/** Whether the identifier can be that of an issuer with these options. */
function isAcceptable(iss: string, options: Partial<AuthorizationServerOptions>): boolean {
  try {
    const isNameOnly = hasKeySource(options)
    checkIssuer('issuer', iss, options.allowInsecureHttp === true, isNameOnly, asksAboutAll(options))
    return options.issuer === undefined || options.issuer === iss
  } catch (error) {
    if (error instanceof ConfigurationError) return false
    throw error
  }
}

/**
 * Validates and copies what the function returned for an issuer.
 *
 * @returns `undefined` if the issuer is unknown, or if the options are those of another one
 * @throws {ConfigurationError} an option is missing or invalid
 */
export function tenantConfiguration(
  iss: string,
  answer: unknown,
  { shared, hasChooser }: TenantsConfiguration,
): IssuerConfiguration | undefined {
  if (answer === undefined || answer === null || answer === false) return undefined
  if (!isPlainObject(answer))
    invalidOption('issuer', 'the function issuer must return a plain object, or undefined')
  checkKnown(answer, ISSUER_OPTIONS, 'issuer().')
  if ((answer as { introspection?: unknown }).introspection !== undefined && !hasChooser) {
    const message =
      'the function issuer returned introspection, for which chooseIssuer is needed: an opaque token names no issuer'
    invalidOption('introspection', message)
  }
  // Without a prototype, so that no option comes from one.
  const options: Partial<AuthorizationServerOptions> = Object.assign(
    Object.create(null),
    shared,
    withoutUndefined(answer),
  )
  if (!isAcceptable(iss, options)) return undefined
  return issuerConfiguration(
    Object.assign(options, { issuer: iss, jwksHosts: options.jwksHosts ?? [] }),
    'issuer()',
    false,
  )
}

/**
 * Whether two answers of the function mean the same. Functions are the same if they are identical. Initial keys do not
 * count: they are only for an issuer that is created.
 */
export function isSameConfiguration(one: IssuerConfiguration, other: IssuerConfiguration): boolean {
  const { clock, initialJwks: _, ...rest } = one
  const { clock: otherClock, initialJwks: __, ...otherRest } = other
  return clock.wall === otherClock.wall && isDeepStrictEqual(rest, otherRest)
}

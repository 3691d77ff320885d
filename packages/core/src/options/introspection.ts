import { warnOnce } from '../warnings.ts'
import {
  checkKnown,
  checkMilliseconds,
  checkOneOf,
  checkOwn,
  checkPositiveInteger,
  checkUrl,
  invalidOption,
  isOptions,
} from './checks.ts'
import {
  type ClientCredentials,
  checkCredentials,
  type IntrospectionAuthenticationMethod,
} from './client-credentials.ts'
import { DEFAULTS, LIMITS } from './defaults.ts'
import { isOktaIssuer } from './okta.ts'
import type { ProfileName } from './profile.ts'

const WHEN = ['opaque', 'always', 'only'] as const
/** Which tokens the authorization server is asked about. */
export type IntrospectionMode = (typeof WHEN)[number]

/**
 * Asks the authorization server about tokens (RFC 7662).
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7662 RFC 7662}
 */
export interface IntrospectionOption {
  /** Client id of the API at the authorization server. */
  readonly clientId: string
  /** Secret of that client. */
  readonly clientSecret?: string
  /** Private key of that client as a JWK (RFC 7517), for `private_key_jwt`. */
  readonly privateKey?: object
  /**
   * How the API authenticates. With `tls_client_auth` and `self_signed_tls_client_auth`, the option `fetch` must present
   * the client certificate, and the endpoint is the one in `mtls_endpoint_aliases` if there is one (RFC 8705, section 5).
   *
   * @default 'client_secret_basic', or 'private_key_jwt' with a `privateKey`
   */
  readonly authenticationMethod?: IntrospectionAuthenticationMethod
  /**
   * URL of the introspection endpoint.
   *
   * @default `introspection_endpoint` of the metadata, which must be on the same origin as the issuer
   */
  readonly endpoint?: string
  /**
   * Which tokens the authorization server is asked about.
   *
   * - `'opaque'`: those that are no JWT. It has no effect for Okta, whose access tokens are JWTs
   * - `'always'`: those, and each JWT once it has been verified
   * - `'only'`: all; no signature is verified and no keys are fetched. For authorization servers without JWTs, and for
   *   the org authorization server of Okta
   *
   * @default 'opaque'
   */
  readonly when?: IntrospectionMode
  /**
   * Asks for signed answers (RFC 9701), and accepts no others.
   *
   * @default false
   */
  readonly signedResponse?: boolean
  /**
   * Maximum age in milliseconds of the answer that a token is active. A token that is revoked is accepted for up to this
   * time. With 0, each request asks. At least 1,000, or 0.
   *
   * @default 30_000
   */
  readonly cacheMaxAge?: number
  /**
   * Maximum age in milliseconds of the answer that a token is not active.
   *
   * @default 10_000
   */
  readonly negativeCacheMaxAge?: number
  /**
   * Time limit in milliseconds for an answer, including the wait for other calls to end.
   *
   * @default 5_000
   */
  readonly timeoutDuration?: number
  /**
   * Maximum number of calls at the same time, at most 1,000. Ten times as many can wait.
   *
   * @default 10
   */
  readonly concurrency?: number
  /**
   * Maximum number of calls in any minute, at most 100,000. A quarter of them is for tokens that were active before. A
   * token in use takes `60_000 / cacheMaxAge` calls a minute.
   *
   * @default 1_000
   */
  readonly maxCallsPerMinute?: number
}

/** What the function `chooseIssuer` gets: the request as the server or framework passes it. */
export interface IncomingRequest {
  readonly headers?: unknown
  readonly url?: string | undefined
}

/** The validated, frozen option `introspection`. */
export interface IntrospectionConfiguration extends ClientCredentials {
  readonly endpoint: string | undefined
  readonly when: IntrospectionMode
  /** Okta's access tokens are JWTs. What is no JWT is a refresh token or a device secret, and is not sent. */
  readonly isOkta: boolean
  readonly signedResponse: boolean
  readonly cacheMaxAge: number
  readonly negativeCacheMaxAge: number
  readonly timeoutDuration: number
  readonly concurrency: number
  readonly maxCallsPerMinute: number
}

/** What the option depends on. */
interface Context {
  readonly issuer: string
  /** It is configured, not found by a function. */
  readonly isFixed: boolean
  readonly profiles: readonly ProfileName[]
  readonly allowInsecureHttp: boolean
  /** Metadata can be fetched, so that the endpoint may be found there. */
  readonly hasMetadata: boolean
}

type Given = { readonly [Name in keyof IntrospectionOption]: unknown }

function checkEndpoint(option: string, value: unknown, context: Context): string | undefined {
  if (value !== undefined) {
    const { href } = checkUrl(option, value, context.allowInsecureHttp)
    return href
  }
  if (context.hasMetadata) return undefined
  const message = `${option} is missing; set it to the introspection endpoint, since this issuer has no metadata that can be fetched`
  invalidOption(option, message, 'option_missing')
}

/** Whether these options say that all tokens are asked about. They may be of any type. */
export function asksAboutAll({ introspection }: { readonly introspection?: unknown }): boolean {
  return (introspection as { readonly when?: unknown } | null | undefined)?.when === 'only'
}

/** With `'opaque'`, Okta is never asked: its access tokens are JWTs, and what is no JWT is not sent to it. */
function warnIfOktaIsNeverAsked(when: IntrospectionMode, { issuer, isFixed }: Context): void {
  if (when !== 'opaque') return
  const message =
    "The option introspection has no effect: with when: 'opaque', which is the default, JWTs are not asked about, and Okta's access tokens are JWTs. Set when to 'always', or to 'only' for the org authorization server."
  warnOnce('ORS_INTROSPECTION_UNUSED', { issuer, isFixed }, message)
}

/**
 * Validates the option `introspection`.
 *
 * @param where - its name in messages
 * @throws {ConfigurationError} the message never contains a secret
 */
export function introspectionConfiguration(
  where: string,
  option: unknown,
  context: Context,
): IntrospectionConfiguration {
  const named = (name: string): string => `${where}.${name}`
  if (!isOptions(option)) {
    invalidOption(where, `${where} must be an object such as { clientId, clientSecret }`)
  }
  checkKnown(option, OPTION_NAMES, `${where}.`)
  checkOwn(option, OPTION_NAMES, `${where}.`)
  const entries = Object.entries(option).filter(([, value]) => value !== undefined)
  const given = { ...DEFAULTS.introspection, ...Object.fromEntries(entries) } as Given
  const { signedResponse = false } = given
  if (typeof signedResponse !== 'boolean') {
    invalidOption(named('signedResponse'), `${named('signedResponse')} must be true or false`)
  }
  const duration = (name: 'cacheMaxAge' | 'negativeCacheMaxAge' | 'timeoutDuration', min = 0): number =>
    checkMilliseconds(named(name), given[name], min)
  const number = (name: 'concurrency' | 'maxCallsPerMinute', max: number): number =>
    checkPositiveInteger(named(name), given[name], max)
  const cacheMaxAge = duration('cacheMaxAge')
  if (cacheMaxAge > 0 && cacheMaxAge < LIMITS.cacheMaxAge) {
    invalidOption(
      named('cacheMaxAge'),
      `${named('cacheMaxAge')} must be 0, or at least ${LIMITS.cacheMaxAge}`,
    )
  }
  const when = checkOneOf(named('when'), given.when, WHEN)
  const isOkta = isOktaIssuer(context.issuer) || context.profiles.includes('okta')
  if (isOkta) warnIfOktaIsNeverAsked(when, context)
  return Object.freeze({
    ...checkCredentials(named, given),
    endpoint: checkEndpoint(named('endpoint'), given.endpoint, context),
    when,
    isOkta,
    signedResponse,
    cacheMaxAge,
    negativeCacheMaxAge: duration('negativeCacheMaxAge'),
    timeoutDuration: duration('timeoutDuration', LIMITS.timeoutDuration),
    concurrency: number('concurrency', LIMITS.introspectionConcurrency),
    maxCallsPerMinute: number('maxCallsPerMinute', LIMITS.introspectionCallsPerMinute),
  } satisfies IntrospectionConfiguration)
}

const OPTION_NAMES: readonly (keyof IntrospectionOption)[] = [
  'clientId',
  'clientSecret',
  'privateKey',
  'authenticationMethod',
  'endpoint',
  'when',
  'signedResponse',
  'cacheMaxAge',
  'negativeCacheMaxAge',
  'timeoutDuration',
  'concurrency',
  'maxCallsPerMinute',
]

import { createPrivateKey } from 'node:crypto'
import {
  checkKnown,
  checkMilliseconds,
  checkNoPlaceholder,
  checkPositiveInteger,
  checkUrl,
  invalidOption,
} from './checks.ts'
import { DEFAULTS, LIMITS } from './defaults.ts'
import { isOktaIssuer } from './okta.ts'
import type { ProfileName } from './profile.ts'

const METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
] as const
/** How the API authenticates to the introspection endpoint (RFC 6749, section 2.3; RFC 7523; RFC 8705, section 2). */
export type IntrospectionAuthenticationMethod = (typeof METHODS)[number]

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
   * - `'opaque'`: those that are no JWT
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
export interface IntrospectionConfiguration {
  readonly clientId: string
  readonly clientSecret: string | undefined
  readonly privateKey: Readonly<Record<string, unknown>> | undefined
  readonly method: IntrospectionAuthenticationMethod
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
  readonly profiles: readonly ProfileName[]
  readonly allowInsecureHttp: boolean
  /** Metadata can be fetched, so that the endpoint may be found there. */
  readonly hasMetadata: boolean
}

type Given = { readonly [Name in keyof IntrospectionOption]: unknown }

function checkText(option: string, value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') invalidOption(option, `${option} must be ${what}`)
  checkNoPlaceholder(option, value)
  return value
}

function checkPrivateKey(option: string, value: unknown): Readonly<Record<string, unknown>> {
  const message = `${option} must be a private key as a JWK, of an asymmetric algorithm (RFC 7517); a PEM can be converted with createPrivateKey(pem).export({ format: 'jwk' }) of node:crypto`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) invalidOption(option, message)
  try {
    createPrivateKey({ key: value as never, format: 'jwk' })
    return Object.freeze({ ...value })
  } catch {
    invalidOption(option, message)
  }
}

function checkOneOf<Value extends string>(option: string, value: unknown, list: readonly Value[]): Value {
  if (!list.includes(value as Value)) invalidOption(option, `${option} must be one of ${list.join(', ')}`)
  return value as Value
}

/** The method of authentication, and the credentials that it needs. */
function checkCredentials(
  named: (name: string) => string,
  { clientId, clientSecret, privateKey, authenticationMethod }: Given,
): Pick<IntrospectionConfiguration, 'clientId' | 'clientSecret' | 'privateKey' | 'method'> {
  const fallback = privateKey === undefined ? 'client_secret_basic' : 'private_key_jwt'
  const method = checkOneOf(named('authenticationMethod'), authenticationMethod ?? fallback, METHODS)
  const needed = method === 'private_key_jwt' ? 'privateKey' : 'clientSecret'
  const given = { clientSecret, privateKey }
  const unused = method.endsWith('tls_client_auth')
    ? (['clientSecret', 'privateKey'] as const)
    : ([needed === 'privateKey' ? 'clientSecret' : 'privateKey'] as const)
  const extra = unused.find((name) => given[name] !== undefined)
  if (extra !== undefined) {
    invalidOption(named(extra), `${named(extra)} is not used by ${method}; remove it`)
  }
  if (!method.endsWith('tls_client_auth') && given[needed] === undefined) {
    const message = `${named(needed)} is missing; ${method} needs it`
    invalidOption(named(needed), message, 'option_missing')
  }
  return {
    clientId: checkText(named('clientId'), clientId, 'the client id of the API at the authorization server'),
    clientSecret:
      clientSecret === undefined
        ? undefined
        : checkText(named('clientSecret'), clientSecret, 'the secret of the client'),
    privateKey: privateKey === undefined ? undefined : checkPrivateKey(named('privateKey'), privateKey),
    method,
  }
}

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
  if (typeof option !== 'object' || option === null || Array.isArray(option)) {
    invalidOption(where, `${where} must be an object such as { clientId, clientSecret }`)
  }
  checkKnown(option, OPTION_NAMES, `${where}.`)
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
  return Object.freeze({
    ...checkCredentials(named, given),
    endpoint: checkEndpoint(named('endpoint'), given.endpoint, context),
    when: checkOneOf(named('when'), given.when, WHEN),
    isOkta: isOktaIssuer(context.issuer) || context.profiles.includes('okta'),
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

import {
  type ConfigurationCode,
  ERROR_CATALOGUE,
  type ErrorCode,
  type InsufficientScopeCode,
  type InvalidRequestCode,
  type InvalidTokenCode,
  type MissingTokenCode,
  type UnavailableCode,
} from './error-codes.ts'

export {
  type ConfigurationCode,
  ERROR_CATALOGUE,
  type ErrorCode,
  type InsufficientScopeCode,
  type InvalidRequestCode,
  type InvalidTokenCode,
  type MissingTokenCode,
  type UnavailableCode,
}

/** What is asked of the client in a challenge beside the error code. */
export interface ChallengeParameters {
  /** The scopes that the resource needs (RFC 6750 §3, `scope`). */
  readonly scope?: readonly string[]
}

/**
 * The base class of every refusal of a request.
 *
 * It has no stack frames: a refusal is an answer, not a fault, and frameworks print stacks to clients.
 *
 * @see RFC 6750 §3
 */
export abstract class ResourceServerError extends Error {
  abstract override readonly name: string
  /** Stable, documented, safe to compare against. */
  readonly code: ErrorCode
  /** The HTTP status to answer with. */
  readonly status: number
  /** The same as `status`, under the name that Fastify reads. */
  readonly statusCode: number
  /** RFC 6750 §3.1 error code, absent where the RFC wants a bare challenge or none. */
  readonly error: 'invalid_request' | 'invalid_token' | 'insufficient_scope' | undefined
  /** The headers to answer with, in lower case. */
  readonly headers: Readonly<Record<string, string>>

  constructor(
    kind: string,
    status: number,
    error: ResourceServerError['error'],
    code: ErrorCode,
    message: string,
    headers: Readonly<Record<string, string>>,
    cause?: unknown,
  ) {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(message, cause === undefined ? undefined : { cause })
    Error.stackTraceLimit = limit
    Object.defineProperty(this, 'stack', { value: `${kind}: ${message}`, writable: true, configurable: true })
    this.code = code
    this.status = status
    this.statusCode = status
    this.error = error
    this.headers = headers
  }
}

/** RFC 6750 §3: the scheme must be followed by at least one parameter, so even a bare challenge has a realm. */
const REALM = 'realm="api"'
const NO_STORE = { 'cache-control': 'no-store' } as const

/** RFC 7230 quoted-string; characters outside what RFC 6750 §3 allows are left out. */
function quoted(value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, '').replace(/["\\]/g, '\\$&')}"`
}

function challenge(
  error: ResourceServerError['error'],
  description: string,
  parameters: ChallengeParameters = {},
): Readonly<Record<string, string>> {
  const parts: string[] = [REALM]
  if (error !== undefined) parts.push(`error="${error}"`, `error_description=${quoted(description)}`)
  if (parameters.scope && parameters.scope.length > 0)
    parts.push(`scope=${quoted(parameters.scope.join(' '))}`)
  return { 'www-authenticate': `Bearer ${parts.join(', ')}`, ...NO_STORE }
}

/** No credentials: 401 with a bare challenge, no error code (RFC 6750 §3.1, last paragraph). */
export class MissingTokenError extends ResourceServerError {
  override readonly name: 'MissingTokenError' = 'MissingTokenError'
  declare readonly code: MissingTokenCode
  constructor(code: MissingTokenCode = 'missing_token') {
    super(
      'MissingTokenError',
      401,
      undefined,
      code,
      ERROR_CATALOGUE.MissingTokenError[code],
      challenge(undefined, ''),
    )
  }
}

/** A request that breaks RFC 6750 §2: 400 `invalid_request`. */
export class InvalidRequestError extends ResourceServerError {
  override readonly name: 'InvalidRequestError' = 'InvalidRequestError'
  declare readonly code: InvalidRequestCode
  constructor(code: InvalidRequestCode) {
    const message = ERROR_CATALOGUE.InvalidRequestError[code]
    super('InvalidRequestError', 400, 'invalid_request', code, message, challenge('invalid_request', message))
  }
}

/** A token that is refused: 401 `invalid_token`; `code` tells why. */
export class InvalidTokenError extends ResourceServerError {
  override readonly name: 'InvalidTokenError' = 'InvalidTokenError'
  declare readonly code: InvalidTokenCode
  constructor(code: InvalidTokenCode) {
    const message = ERROR_CATALOGUE.InvalidTokenError[code]
    super('InvalidTokenError', 401, 'invalid_token', code, message, challenge('invalid_token', message))
  }
}

/** A valid token that does not reach as far as the resource asks: 403 `insufficient_scope`. */
export class InsufficientScopeError extends ResourceServerError {
  override readonly name: 'InsufficientScopeError' = 'InsufficientScopeError'
  declare readonly code: InsufficientScopeCode
  /** The scopes that the resource asks for. */
  readonly requiredScopes: readonly string[]
  constructor(code: InsufficientScopeCode, requiredScopes: readonly string[] = []) {
    const message = ERROR_CATALOGUE.InsufficientScopeError[code]
    const headers = challenge('insufficient_scope', message, { scope: requiredScopes })
    super('InsufficientScopeError', 403, 'insufficient_scope', code, message, headers)
    this.requiredScopes = requiredScopes
  }
}

/**
 * We cannot decide, because keys or metadata are out of reach: 503 with `Retry-After`, never a 401, which
 * would make clients throw good tokens away. `cause` says what happened on the wire.
 */
export class AuthorizationServerUnavailableError extends ResourceServerError {
  override readonly name: 'AuthorizationServerUnavailableError' = 'AuthorizationServerUnavailableError'
  declare readonly code: UnavailableCode
  /** Seconds after which another try makes sense, at least 1. */
  readonly retryAfter: number
  constructor(code: UnavailableCode, retryAfter: number, cause?: unknown) {
    const seconds = Math.max(1, Math.ceil(retryAfter))
    const headers = { 'retry-after': String(seconds), ...NO_STORE }
    super(
      'AuthorizationServerUnavailableError',
      503,
      undefined,
      code,
      ERROR_CATALOGUE.AuthorizationServerUnavailableError[code],
      headers,
      cause,
    )
    this.retryAfter = seconds
  }
}

/** A wrong configuration; thrown at construction, never per request. `message` names the option and the mend. */
export class ConfigurationError extends Error {
  override readonly name: 'ConfigurationError' = 'ConfigurationError'
  readonly code: ConfigurationCode
  /** The option, or the environment variable, that is missing or wrong. */
  readonly option: string
  constructor(code: ConfigurationCode, option: string, message: string) {
    super(message)
    this.code = code
    this.option = option
  }
}

/** Why a document of the authorization server could not be had. */
export type RemoteDocumentCode =
  | 'network'
  | 'timeout'
  | 'too_large'
  | 'redirect_refused'
  | 'http_status'
  | 'content_type'
  | 'invalid_json'
  | 'wrong_shape'
  | 'issuer_mismatch'
  | 'insecure_url'
  | 'no_usable_key'

/** What went wrong on the wire; the `cause` of an {@link AuthorizationServerUnavailableError}. */
export class RemoteDocumentError extends Error {
  override readonly name: 'RemoteDocumentError' = 'RemoteDocumentError'
  readonly code: RemoteDocumentCode
  /** The document's address, without query and credentials. */
  readonly url: string
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined
  /** Seconds the server asked us to wait (`Retry-After`), where it did. */
  readonly retryAfter: number | undefined
  constructor(
    code: RemoteDocumentCode,
    url: string,
    message: string,
    details: {
      readonly cause?: unknown
      readonly status?: number
      readonly retryAfter?: number | undefined
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.url = url
    this.status = details.status
    this.retryAfter = details.retryAfter
  }
}

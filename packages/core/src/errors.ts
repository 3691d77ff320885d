/**
 * Every class and code of failure. A code's text is fixed: it may be shown to the client, and so never holds
 * a token, a claim's value or a stack.
 */

/** Codes of {@link MissingTokenError}: 401 with a bare challenge. */
const MISSING_TOKEN = {
  missing_token: 'The request carries no access token',
  unsupported_scheme: 'The Authorization header does not use the Bearer scheme',
} as const

/** Codes of {@link InvalidRequestError}: 400 `invalid_request`. */
const INVALID_REQUEST = {
  malformed_authorization_header: 'The Authorization header is malformed',
  multiple_authorization_headers: 'The request carries more than one Authorization header',
  multiple_tokens: 'The request carries an access token in more than one place',
  token_in_query: 'Access tokens are not accepted in the query string',
} as const

/** Codes of {@link InvalidTokenError}: 401 `invalid_token`. */
const INVALID_TOKEN = {
  token_too_large: 'The access token is too large',
  token_malformed: 'The access token is malformed',
  token_encrypted: 'Encrypted access tokens are not supported',
  unsupported_header_parameter: 'The access token has a header parameter that is not supported',
  algorithm_not_allowed: 'The access token is signed with an algorithm that is not allowed',
  key_id_missing: 'The access token does not say which key signed it',
  key_unknown: 'The access token is signed with an unknown key',
  key_unsuitable: 'The access token is signed with a key that is not suitable',
  signature_invalid: 'The signature of the access token is invalid',
  not_an_access_token: 'The token is not an access token',
  sender_constrained: 'The access token is bound to a key and may not be used as a bearer token',
  issuer_missing: 'The access token does not name its issuer',
  issuer_not_allowed: 'The access token was issued by another authorization server',
  audience_missing: 'The access token does not name its audience',
  audience_mismatch: 'The access token was issued for another audience',
  expiry_missing: 'The access token has no expiry',
  token_expired: 'The access token has expired',
  token_not_yet_valid: 'The access token is not yet valid',
  token_issued_in_future: 'The access token was issued in the future',
  token_too_old: 'The access token was issued too long ago',
  claim_malformed: 'A claim of the access token has the wrong form',
  client_not_allowed: 'The access token was issued to a client that is not allowed',
} as const

/** Codes of {@link InsufficientScopeError}: 403 `insufficient_scope`. */
const INSUFFICIENT_SCOPE = {
  insufficient_scope: 'The access token lacks a scope that is required',
  insufficient_claims: 'The access token lacks a claim that is required',
} as const

/** Codes of {@link AuthorizationServerUnavailableError}: 503 with `Retry-After`. */
const UNAVAILABLE = {
  metadata_unavailable: "The authorization server's metadata is out of reach",
  keys_unavailable: "The authorization server's keys are out of reach",
  verifier_closed: 'The verifier has been closed',
} as const

/** Codes of {@link ConfigurationError}, thrown at construction. */
const CONFIGURATION = {
  option_missing: 'A mandatory option is missing',
  option_invalid: 'An option has a value that is not allowed',
  option_unknown: 'An option is not known',
} as const

export type MissingTokenCode = keyof typeof MISSING_TOKEN
export type InvalidRequestCode = keyof typeof INVALID_REQUEST
export type InvalidTokenCode = keyof typeof INVALID_TOKEN
export type InsufficientScopeCode = keyof typeof INSUFFICIENT_SCOPE
export type UnavailableCode = keyof typeof UNAVAILABLE
export type ConfigurationCode = keyof typeof CONFIGURATION

/** Every code a refusal may carry. */
export type ErrorCode =
  | MissingTokenCode
  | InvalidRequestCode
  | InvalidTokenCode
  | InsufficientScopeCode
  | UnavailableCode

/** What is asked of the client in a challenge beside the error code. */
export interface ChallengeParameters {
  /** The scopes that the resource needs (RFC 6750 §3, `scope`). */
  readonly scope?: readonly string[]
}

/** The description of each code, class by class: the source of the documentation's error table. */
export const ERROR_CATALOGUE: {
  readonly MissingTokenError: Readonly<Record<MissingTokenCode, string>>
  readonly InvalidRequestError: Readonly<Record<InvalidRequestCode, string>>
  readonly InvalidTokenError: Readonly<Record<InvalidTokenCode, string>>
  readonly InsufficientScopeError: Readonly<Record<InsufficientScopeCode, string>>
  readonly AuthorizationServerUnavailableError: Readonly<Record<UnavailableCode, string>>
  readonly ConfigurationError: Readonly<Record<ConfigurationCode, string>>
} = Object.freeze({
  MissingTokenError: MISSING_TOKEN,
  InvalidRequestError: INVALID_REQUEST,
  InvalidTokenError: INVALID_TOKEN,
  InsufficientScopeError: INSUFFICIENT_SCOPE,
  AuthorizationServerUnavailableError: UNAVAILABLE,
  ConfigurationError: CONFIGURATION,
})

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
    super('MissingTokenError', 401, undefined, code, MISSING_TOKEN[code], challenge(undefined, ''))
  }
}

/** A request that breaks RFC 6750 §2: 400 `invalid_request`. */
export class InvalidRequestError extends ResourceServerError {
  override readonly name: 'InvalidRequestError' = 'InvalidRequestError'
  declare readonly code: InvalidRequestCode
  constructor(code: InvalidRequestCode) {
    const message = INVALID_REQUEST[code]
    super('InvalidRequestError', 400, 'invalid_request', code, message, challenge('invalid_request', message))
  }
}

/** A token that is refused: 401 `invalid_token`; `code` tells why. */
export class InvalidTokenError extends ResourceServerError {
  override readonly name: 'InvalidTokenError' = 'InvalidTokenError'
  declare readonly code: InvalidTokenCode
  constructor(code: InvalidTokenCode) {
    const message = INVALID_TOKEN[code]
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
    const message = INSUFFICIENT_SCOPE[code]
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
    super('AuthorizationServerUnavailableError', 503, undefined, code, UNAVAILABLE[code], headers, cause)
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

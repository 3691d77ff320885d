import {
  type ChallengePolicy,
  DEFAULT_POLICY,
  type RefusalFacts,
  refusalBody,
  refusalHeaders,
  type UsedCredentials,
} from './challenge.ts'
import {
  type ConfigurationCode,
  ERROR_CATALOGUE,
  type ErrorCode,
  type InsufficientScopeCode,
  type InsufficientUserAuthenticationCode,
  type InvalidProofCode,
  type InvalidRequestCode,
  type InvalidTokenCode,
  type MissingTokenCode,
  type ProofNonceCode,
  type UnavailableCode,
} from './codes.ts'
import { declareKind } from './kinds.ts'

/** Sets how many stack frames errors record, and returns the previous number. It cannot be set on a frozen `Error`. */
function setStackTraceLimit(limit: number): number {
  const previous = Error.stackTraceLimit
  try {
    Error.stackTraceLimit = limit
  } catch {
    // Recording a few frames is slower and does no harm: `stack` is replaced below.
  }
  return previous
}

/** The facts that differ between the classes of refusals. */
interface Kind {
  readonly name: string
  readonly status: number
  readonly error?: ResourceServerError['error']
}

let attachPolicy: (
  error: ResourceServerError,
  policy: ChallengePolicy,
  used: UsedCredentials | undefined,
) => void
let headersWithScopes: (error: ResourceServerError, scopes: readonly string[]) => Record<string, string>

/**
 * The base class of every refusal of a request.
 *
 * It has no stack frames: a refusal is not a fault, and frameworks print stacks to clients.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3 RFC 6750, section 3}
 * @example
 * ```ts
 * try {
 *   await verifier.verify(token)
 * } catch (error) {
 *   if (error instanceof ResourceServerError) console.warn(error.code, error.status)
 *   else throw error
 * }
 * ```
 */
export abstract class ResourceServerError extends Error implements RefusalFacts {
  static {
    declareKind(ResourceServerError, 'ResourceServerError')
    attachPolicy = (error, policy, used) => {
      // An error of another copy of this package has no such field, and keeps the policy of its copy.
      if (!(#policy in error) || error.#policy !== undefined) return
      error.#policy = policy
      // A copy, because what is passed may hold the request.
      error.#used = used && { scheme: used.scheme, newNonce: used.newNonce }
    }
    headersWithScopes = (error, scopes) => {
      if (!(#policy in error)) return { ...(error as ResourceServerError).headers }
      const facts = { ...error, message: error.message, requiredScopes: scopes }
      return refusalHeaders(facts, error.#policy ?? DEFAULT_POLICY, error.#used)
    }
  }
  abstract override readonly name: string
  /** Stable and documented; safe to compare with. */
  readonly code: ErrorCode
  /** HTTP status of the response. */
  readonly status: number
  /** Same as `status`. Fastify reads this name. */
  readonly statusCode: number
  /**
   * Error code of RFC 6750, section 3.1, of RFC 9449, sections 7.1 and 9, or of RFC 9470, section 3; `undefined` if the
   * response has none.
   */
  readonly error:
    | 'invalid_request'
    | 'invalid_token'
    | 'insufficient_scope'
    | 'invalid_dpop_proof'
    | 'use_dpop_nonce'
    | 'insufficient_user_authentication'
    | undefined
  #policy: ChallengePolicy | undefined
  #used: UsedCredentials | undefined

  constructor({ name, status, error }: Kind, code: ErrorCode, cause?: unknown) {
    const message = (ERROR_CATALOGUE as Readonly<Record<string, Readonly<Record<string, string>>>>)[name]?.[
      code
    ]
    const limit = setStackTraceLimit(0)
    super(message, cause === undefined ? undefined : { cause })
    setStackTraceLimit(limit)
    Object.defineProperty(this, 'stack', { value: `${name}: ${message}`, writable: true, configurable: true })
    this.code = code
    this.status = status
    this.statusCode = status
    this.error = error
  }

  /** Headers of the response, challenge included. Names are in lower case. */
  get headers(): Readonly<Record<string, string>> {
    // An object that wraps the error has no such fields.
    if (!(#policy in this)) return refusalHeaders(this, DEFAULT_POLICY)
    return refusalHeaders(this, this.#policy ?? DEFAULT_POLICY, this.#used)
  }

  /** Packages such as http-errors set the headers of an error that they wrap. */
  set headers(value) {
    Object.defineProperty(this, 'headers', { value, writable: true, configurable: true })
  }

  /**
   * The response as a Fetch `Response`, for servers such as Hono that ask an error for it.
   *
   * @returns a new response with status, headers and a JSON body
   */
  getResponse(): Response {
    const headers = { ...this.headers, 'content-type': 'application/json' }
    return new Response(JSON.stringify(refusalBody(this)), { status: this.status, headers })
  }
}

/** Makes an error render its challenge with the policy of the verifier that refused the request: the first that did. */
export function setChallengePolicy(
  error: ResourceServerError,
  policy: ChallengePolicy,
  used: UsedCredentials | undefined,
): void {
  attachPolicy(error, policy, used)
}

/** The headers of an error, with a challenge that names these scopes. The error itself, which requests share, stays. */
export function headersNaming(error: ResourceServerError, scopes: readonly string[]): Record<string, string> {
  return headersWithScopes(error, scopes)
}

/**
 * The request has no credentials: 401 and a challenge without an error code.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 RFC 6750, section 3.1}
 */
export class MissingTokenError extends ResourceServerError {
  static {
    declareKind(MissingTokenError, 'MissingTokenError')
  }
  override readonly name: 'MissingTokenError' = 'MissingTokenError'
  declare readonly code: MissingTokenCode
  constructor(code: MissingTokenCode = 'missing_token') {
    super({ name: 'MissingTokenError', status: 401 }, code)
  }
}

/**
 * The request is malformed: 400 `invalid_request`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 RFC 6750, section 3.1}
 */
export class InvalidRequestError extends ResourceServerError {
  static {
    declareKind(InvalidRequestError, 'InvalidRequestError')
  }
  override readonly name: 'InvalidRequestError' = 'InvalidRequestError'
  declare readonly code: InvalidRequestCode
  constructor(code: InvalidRequestCode) {
    super({ name: 'InvalidRequestError', status: 400, error: 'invalid_request' }, code)
  }
}

/**
 * The access token is not accepted: 401 `invalid_token`. `code` says why.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 RFC 6750, section 3.1}
 */
export class InvalidTokenError extends ResourceServerError {
  static {
    declareKind(InvalidTokenError, 'InvalidTokenError')
  }
  override readonly name: 'InvalidTokenError' = 'InvalidTokenError'
  declare readonly code: InvalidTokenCode
  constructor(code: InvalidTokenCode) {
    super({ name: 'InvalidTokenError', status: 401, error: 'invalid_token' }, code)
  }
}

/**
 * The DPoP proof is not accepted: 401 `invalid_dpop_proof`. `code` says why.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-7.1 RFC 9449, section 7.1}
 */
export class InvalidProofError extends ResourceServerError {
  static {
    declareKind(InvalidProofError, 'InvalidProofError')
  }
  override readonly name: 'InvalidProofError' = 'InvalidProofError'
  declare readonly code: InvalidProofCode
  constructor(code: InvalidProofCode) {
    super({ name: 'InvalidProofError', status: 401, error: 'invalid_dpop_proof' }, code)
  }
}

/**
 * The DPoP proof needs a nonce of this server: 401 `use_dpop_nonce`, with the nonce in the header `DPoP-Nonce`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-9 RFC 9449, section 9}
 */
export class ProofNonceError extends ResourceServerError {
  static {
    declareKind(ProofNonceError, 'ProofNonceError')
  }
  override readonly name: 'ProofNonceError' = 'ProofNonceError'
  declare readonly code: ProofNonceCode
  constructor(code: ProofNonceCode) {
    super({ name: 'ProofNonceError', status: 401, error: 'use_dpop_nonce' }, code)
  }
}

/**
 * The access token is valid but does not meet the requirements of the route: 403 `insufficient_scope`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 RFC 6750, section 3.1}
 */
export class InsufficientScopeError extends ResourceServerError {
  static {
    declareKind(InsufficientScopeError, 'InsufficientScopeError')
  }
  override readonly name: 'InsufficientScopeError' = 'InsufficientScopeError'
  declare readonly code: InsufficientScopeCode
  /** Scopes that the client needs; the challenge names them. Empty if a claim is missing. */
  readonly requiredScopes: readonly string[]
  /** Name of the requirement that failed, such as `scopes`, `claims.department` or `anyOf`. */
  readonly requirement: string
  constructor(code: InsufficientScopeCode, requirement: string, requiredScopes: readonly string[] = []) {
    super({ name: 'InsufficientScopeError', status: 403, error: 'insufficient_scope' }, code)
    this.requirement = requirement
    this.requiredScopes = requiredScopes
  }
}

/** What a client needs to know to authenticate its user as required. */
export interface RequiredAuthentication {
  /** Authentication levels of which one is enough, the preferred one first; empty if any is. */
  readonly acrValues: readonly string[]
  /** Seconds since the user authenticated; `undefined` if any time is enough. */
  readonly maxAge: number | undefined
  /** Scopes that the route requires as well. */
  readonly requiredScopes: readonly string[]
}

/**
 * The access token is valid but its user has not authenticated as the route requires: 401
 * `insufficient_user_authentication`. The client must send the user to the authorization server again.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9470#section-3 RFC 9470, section 3}
 */
export class InsufficientUserAuthenticationError
  extends ResourceServerError
  implements RequiredAuthentication
{
  static {
    declareKind(InsufficientUserAuthenticationError, 'InsufficientUserAuthenticationError')
  }
  override readonly name: 'InsufficientUserAuthenticationError' = 'InsufficientUserAuthenticationError'
  declare readonly code: InsufficientUserAuthenticationCode
  readonly acrValues: readonly string[]
  readonly maxAge: number | undefined
  readonly requiredScopes: readonly string[]
  /** Name of the requirement that failed, such as `authentication.acrValues`. */
  readonly requirement: string
  constructor(
    code: InsufficientUserAuthenticationCode,
    requirement: string,
    { acrValues = [], maxAge, requiredScopes = [] }: Partial<RequiredAuthentication> = {},
  ) {
    const error = 'insufficient_user_authentication'
    super({ name: 'InsufficientUserAuthenticationError', status: 401, error }, code)
    this.requirement = requirement
    this.acrValues = acrValues
    this.maxAge = maxAge
    this.requiredScopes = requiredScopes
  }
}

/**
 * The token cannot be judged now, because metadata or keys are unavailable: 503 with `Retry-After`.
 *
 * It is not a 401, which would make clients discard valid tokens. `cause` says what happened on the network.
 */
export class AuthorizationServerUnavailableError extends ResourceServerError {
  static {
    declareKind(AuthorizationServerUnavailableError, 'AuthorizationServerUnavailableError')
  }
  override readonly name: 'AuthorizationServerUnavailableError' = 'AuthorizationServerUnavailableError'
  declare readonly code: UnavailableCode
  /** Seconds after which a retry makes sense, at least 1. */
  readonly retryAfter: number
  constructor(code: UnavailableCode, retryAfter: number, cause?: unknown) {
    super({ name: 'AuthorizationServerUnavailableError', status: 503 }, code, cause)
    this.retryAfter = Math.max(1, Math.ceil(retryAfter))
  }
}

/** The configuration is wrong. `message` names the option or variable and says how to fix it. */
export class ConfigurationError extends Error {
  static {
    declareKind(ConfigurationError, 'ConfigurationError')
  }
  override readonly name: 'ConfigurationError' = 'ConfigurationError'
  /** Stable and documented; safe to compare with. */
  readonly code: ConfigurationCode
  /** The option, requirement or environment variable that is missing or wrong. */
  readonly option: string
  constructor(code: ConfigurationCode, option: string, message: string) {
    super(message)
    this.code = code
    this.option = option
  }
}

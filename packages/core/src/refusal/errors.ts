import type { ChallengePolicy, UsedCredentials } from './challenge.ts'
import type {
  ConfigurationCode,
  InsufficientScopeCode,
  InsufficientUserAuthenticationCode,
  InvalidProofCode,
  InvalidRequestCode,
  InvalidTokenCode,
  MissingTokenCode,
  ProofNonceCode,
  UnavailableCode,
} from './codes.ts'
import { declareKind } from './kinds.ts'
import { ResourceServerError, setChallengePolicy } from './resource-server-error.ts'

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

/** Seconds: the most that every HTTP cache and client can count (RFC 9111, section 1.2.2). */
const MAX_RETRY_AFTER = 2_147_483_647

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
  /** Seconds after which a retry makes sense: an integer, at least 1. */
  readonly retryAfter: number
  constructor(code: UnavailableCode, retryAfter: number, cause?: unknown) {
    super({ name: 'AuthorizationServerUnavailableError', status: 503 }, code, cause)
    // What is no number would be no number in the response either.
    this.retryAfter = Math.min(Math.max(1, Math.ceil(retryAfter) || 1), MAX_RETRY_AFTER)
  }
}

/** A new error like this one, if it is one that verifications end with. */
function copyOf(error: ResourceServerError): ResourceServerError {
  if (error instanceof InvalidTokenError) return new InvalidTokenError(error.code)
  if (!(error instanceof AuthorizationServerUnavailableError)) return error
  return new AuthorizationServerUnavailableError(error.code, error.retryAfter, error.cause)
}

/**
 * The error that refuses one request, with the challenge of the verifier.
 *
 * Requests that wait for the same verification are refused with the same error. Each gets its own, because the challenge depends on
 * the request, and error handlers change the errors that they get.
 */
export function refusalFor(
  error: ResourceServerError,
  policy: ChallengePolicy,
  used: UsedCredentials | undefined,
): ResourceServerError {
  if (setChallengePolicy(error, policy, used)) return error
  const own = copyOf(error)
  setChallengePolicy(own, policy, used)
  return own
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

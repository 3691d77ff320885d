import {
  type ChallengePolicy,
  DEFAULT_POLICY,
  type RefusalFacts,
  refusalBody,
  refusalHeaders,
  type UsedCredentials,
} from './challenge.ts'
import { ERROR_CATALOGUE, type ErrorCode } from './codes.ts'
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
) => boolean
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
      if (!(#policy in error)) return true
      if (error.#policy !== undefined) return false
      error.#policy = policy
      // A copy, because what is passed may hold the request.
      error.#used = used && { scheme: used.scheme, newNonce: used.newNonce }
      return true
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
    // It is an own property already, and stays hidden. To define it again takes as long as the rest.
    this.stack = `${name}: ${message}`
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

/**
 * Makes an error render its challenge with the policy of the verifier that refused the request.
 *
 * @returns `false` if the error is already that of another request
 */
export function setChallengePolicy(
  error: ResourceServerError,
  policy: ChallengePolicy,
  used: UsedCredentials | undefined,
): boolean {
  return attachPolicy(error, policy, used)
}

/** The headers of an error, with a challenge that names these scopes. The error itself is not changed. */
export function headersNaming(error: ResourceServerError, scopes: readonly string[]): Record<string, string> {
  return headersWithScopes(error, scopes)
}

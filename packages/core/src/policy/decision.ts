import { nonceHeaders } from '../refusal/challenge.ts'
import { type RequestLike, serverRequest } from '../request/request.ts'
import type { Use } from '../request/use.ts'
import type { VerifiedToken } from '../token/verification.ts'
import type { VerifiedAccessToken } from '../token/verified-access-token.ts'
import type { Requirements } from './requirements.ts'

// The decision is kept on the request under a registered symbol, so that a guard finds it even if middleware and guard
// come from two copies of this package.
// The name ends with the version of what a decision offers.
const DECISION = Symbol.for('okta-resource-server.decision.2')

/** The part of a verifier that decides about requests. */
interface Decider {
  require(token: VerifiedToken | undefined, requirements: Requirements, use: Use | undefined): void
}

/** The decision about one request: its token, or that it has no credentials and was let through. */
export class Decision {
  readonly #decider: Decider
  readonly #use: Use | undefined
  readonly #token: VerifiedToken | undefined

  constructor(decider: Decider, use: Use | undefined, token: VerifiedToken | undefined) {
    this.#decider = decider
    this.#use = use
    this.#token = token
  }

  get auth(): VerifiedAccessToken<object> | undefined {
    return this.#token?.auth
  }

  /** Headers that the response needs although the request was accepted. */
  get responseHeaders(): Readonly<Record<string, string>> {
    return nonceHeaders(this.#use?.newNonce)
  }

  /** The token, if this verifier decided about these credentials. */
  tokenFor(decider: Decider, request: RequestLike, header: string): VerifiedToken | undefined {
    if (this.#decider !== decider || this.#use?.isRepeatedBy(request, header) !== true) return undefined
    return this.#token
  }

  /** Whether this verifier let the request through without credentials, or refused it. */
  isAnonymousFor(decider: Decider): boolean {
    return this.#decider === decider && this.#token === undefined
  }

  /**
   * Checks requirements with the verifier that made the decision.
   *
   * @throws {ResourceServerError} there is no token, or it does not meet the requirements
   */
  require(requirements: Requirements): void {
    this.#decider.require(this.#token, requirements, this.#use)
  }
}

/** All wrappers of a request share one decision. */
const carrierOf = (request: object): Record<symbol, unknown> =>
  serverRequest<RequestLike>(request) as unknown as Record<symbol, unknown>

/** The decision about this request, if there was one. */
export function decisionOn(request: object): Decision | undefined {
  return carrierOf(request)[DECISION] as Decision | undefined
}

export function recordDecision(request: object, decision: Decision): void {
  try {
    carrierOf(request)[DECISION] = decision
  } catch {
    // A frozen request is decided about each time.
  }
}

/**
 * Headers to add to the response to a request that was accepted: a nonce for the next DPoP proof, if the client needs one soon.
 *
 * @returns names are in lower case; usually empty
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-8.2 RFC 9449, section 8.2}
 * @example
 * ```ts
 * const auth = await verifier.authenticate(request)
 * const answer = Response.json(auth.claims, { headers: responseHeaders(request) })
 * ```
 */
export function responseHeaders(request: object): Readonly<Record<string, string>> {
  return decisionOn(request)?.responseHeaders ?? {}
}

/**
 * Sets {@link responseHeaders} on a response of Node's server, unless it has been sent.
 *
 * @param auth - the verified token; plain tokens need no headers
 */
export function setResponseHeaders(
  request: object,
  auth: VerifiedAccessToken<object> | undefined,
  response: { readonly headersSent: boolean; setHeader(name: string, value: string): unknown } | undefined,
): void {
  if (auth?.confirmation === undefined || response === undefined || response.headersSent) return
  for (const [name, value] of Object.entries(responseHeaders(request))) response.setHeader(name, value)
}

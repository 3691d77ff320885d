import { nonceHeaders } from '../refusal/challenge.ts'
import { type RequestLike, serverRequest } from '../request/request.ts'
import { Use } from '../request/use.ts'
import { copyText } from '../token/text.ts'
import type { VerifiedToken } from '../token/verification.ts'
import type { VerifiedAccessToken } from '../token/verified-access-token.ts'
import { type Requirements, unmetRequirement } from './requirements.ts'

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
  // Private, because it has the token and the configuration: a request is printed with its decision.
  readonly #use: Use | undefined
  readonly #token: VerifiedToken | undefined
  /** The request was refused. There is a token if it only lacks what the call required. */
  readonly isRefusal: boolean

  constructor(
    decider: Decider,
    use: Use | undefined,
    token: VerifiedToken | undefined,
    isRefusal: boolean = false,
  ) {
    this.#decider = decider
    this.#use = use
    this.#token = token
    this.isRefusal = isRefusal
  }

  /** Without a request, if the decision is about every request with the same header. */
  get use(): Use | undefined {
    return this.#use
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

  /** @param keepsToken - guards may still find the token */
  refused(keepsToken: boolean): Decision {
    return keepsToken
      ? new Decision(this.#decider, this.#use, this.#token, true)
      : new Decision(this.#decider, undefined, undefined, true)
  }

  /** Whether this verifier let the request through without credentials. */
  isAnonymousFor(decider: Decider): boolean {
    return this.#decider === decider && this.#token === undefined && !this.isRefusal
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
 * Keeps an acceptance on the request. Returns `false` if that is known already: guards of several GraphQL fields decide about a
 * request at once.
 */
export function recordAcceptance(
  request: RequestLike | undefined,
  decider: Decider,
  use: Use,
  token: VerifiedToken,
): boolean {
  if (request === undefined) return true
  const earlier = use.opening === undefined ? decisionOn(request) : undefined
  if (earlier?.isRefusal === false && earlier.tokenFor(decider, request, use.text) === token) return false
  recordDecision(request, new Decision(decider, use, token))
  return true
}

/** Keeps that the request was let through without credentials. Returns `false` if that is known already. */
export function recordAnonymous(request: object, decider: Decider, isMessage: boolean): boolean {
  if (decisionOn(request)?.isAnonymousFor(decider)) return false
  if (!isMessage) recordDecision(request, new Decision(decider, undefined, undefined))
  return true
}

/**
 * Keeps a refusal on the request. Guards still find a token that only lacks what this call requires, if no proof is left to
 * claim: with its proof, the request has to be decided about again (ADR 31).
 *
 * @param decision - with the token, if it was verified
 */
export function recordRefusal(error: unknown, request: object, decision: Decision, isMessage: boolean): void {
  const isKnown = unmetRequirement(error) !== undefined && decision.use?.proof === undefined
  // What was proved when the connection was opened outlives a message that is refused.
  if (isKnown || !isMessage) recordDecision(request, decision.refused(isKnown))
}

/**
 * Remembers the header in which a cached token has come; returns the token. If nothing else of a request matters, the decision
 * about each request with this header is remembered, too.
 */
export function rememberHeader(
  known: VerifiedToken<Decision> | undefined,
  { text, scheme, configuration }: Use,
  decider: Decider,
): VerifiedToken | undefined {
  if (known === undefined) return undefined
  known.start += text.length - known.text.length
  known.text = copyText(text)
  const isPlain = known.isPlain && scheme === 'Bearer'
  const use = isPlain ? new Use(undefined, known.text, configuration) : undefined
  known.decision = use && new Decision(decider, use, known)
  return known
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

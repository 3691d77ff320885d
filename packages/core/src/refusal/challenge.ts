/** An authentication scheme (RFC 6750; RFC 9449). */
export type Scheme = 'Bearer' | 'DPoP'

/** What a response says about the credentials of its request. */
export interface UsedCredentials {
  readonly scheme: Scheme
  /** A nonce for the next DPoP proof, if the client needs one now or soon. */
  readonly newNonce: string | undefined
}

/** What a challenge is made of, besides the error: the same for all answers of one verifier. */
export interface ChallengePolicy {
  /** `realm` of the challenge (RFC 9110, section 11.5). */
  readonly realm: string
  /** Schemes that are advertised, in this order. */
  readonly schemes: readonly Scheme[]
  /** Algorithms of DPoP proofs; empty if the scheme DPoP is not accepted. */
  readonly proofAlgorithms: readonly string[]
  /** URL of the protected resource metadata (RFC 9728, section 5.1). */
  readonly resourceMetadata: string | undefined
}

/** The facts about a refusal that its response is made of. */
export interface RefusalFacts {
  readonly status: number
  readonly code: string
  /** Error code of the challenge, such as `invalid_token`; `undefined` where the response has none. */
  readonly error: string | undefined
  readonly message: string
  /** Scopes that the client should ask for. */
  readonly requiredScopes?: readonly string[]
  /** Authentication levels that the client should ask for, the preferred one first (RFC 9470, section 3). */
  readonly acrValues?: readonly string[]
  /** Seconds since the user may have authenticated at most (RFC 9470, section 3). */
  readonly maxAge?: number | undefined
  /** Seconds. */
  readonly retryAfter?: number
}

/** What to send to the client. */
export interface ErrorResponse {
  /** HTTP status. 500 means a fault of the application, which should be logged; no refusal has that status. */
  readonly status: number
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** `{ error, error_description }`, or `{ message }` if the request had no credentials. Serialize it as JSON. */
  readonly body: Readonly<Record<string, string>>
}

/** RFC 6750, section 3: the scheme is followed by at least one parameter, so every challenge has a realm. */
export const DEFAULT_POLICY: ChallengePolicy = Object.freeze({
  realm: 'api',
  schemes: Object.freeze(['Bearer'] as const),
  proofAlgorithms: Object.freeze([]),
  resourceMetadata: undefined,
})

/** A quoted-string (RFC 9110, section 5.6.4). Characters that RFC 6750, section 3 does not allow are removed. */
function quoted(value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, '').replace(/["\\]/g, '\\$&')}"`
}

function challenge(
  scheme: Scheme,
  { error, message, requiredScopes = [], acrValues = [], maxAge }: RefusalFacts,
  { realm, proofAlgorithms, resourceMetadata }: ChallengePolicy,
  hasError: boolean,
): string {
  const parameters = [`realm=${quoted(realm)}`]
  if (error !== undefined && hasError) {
    parameters.push(`error="${error}"`, `error_description=${quoted(message)}`)
    if (acrValues.length > 0) parameters.push(`acr_values=${quoted(acrValues.join(' '))}`)
    if (maxAge !== undefined) parameters.push(`max_age="${maxAge}"`)
  }
  if (requiredScopes.length > 0) parameters.push(`scope=${quoted(requiredScopes.join(' '))}`)
  if (scheme === 'DPoP') parameters.push(`algs=${quoted(proofAlgorithms.join(' '))}`)
  if (resourceMetadata !== undefined) parameters.push(`resource_metadata=${quoted(resourceMetadata)}`)
  return `${scheme} ${parameters.join(', ')}`
}

/**
 * Headers of the response to a refusal: the challenges, or `Retry-After`.
 *
 * @param used - the credentials of the request, if their scheme is known
 */
export function refusalHeaders(
  refusal: RefusalFacts,
  policy: ChallengePolicy,
  used?: UsedCredentials,
): Record<string, string> {
  const common = { ...nonceHeaders(used?.newNonce), 'cache-control': 'no-store' }
  if (refusal.retryAfter !== undefined) return { 'retry-after': String(refusal.retryAfter), ...common }
  const schemes = namedSchemes(policy, used?.scheme)
  // RFC 9449, section 7.2: the error is in the challenge of the scheme that the request used.
  const isNamed = used !== undefined && schemes.includes(used.scheme)
  const challenges = schemes.map((scheme) =>
    challenge(scheme, refusal, policy, !isNamed || scheme === used.scheme),
  )
  return { 'www-authenticate': challenges.join(', '), ...common }
}

/** The schemes of the challenges: those that are advertised, and DPoP if the request used it and it is accepted. */
function namedSchemes(
  { schemes, proofAlgorithms }: ChallengePolicy,
  used: Scheme | undefined,
): readonly Scheme[] {
  const isUnadvertised = used === 'DPoP' && proofAlgorithms.length > 0 && !schemes.includes(used)
  return isUnadvertised ? [...schemes, used] : schemes
}

/**
 * Headers of a response that brings a nonce.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-8.2 RFC 9449, section 8.2}
 */
export function nonceHeaders(nonce: string | undefined): Record<string, string> {
  return nonce === undefined ? {} : { 'dpop-nonce': nonce, 'cache-control': 'no-store' }
}

/** Body of the response to a refusal. RFC 6750, section 3.1: a request without credentials gets no error code. */
export function refusalBody({ status, error, code, message }: RefusalFacts): Record<string, string> {
  if (status === 401 && error === undefined) return { message: 'Unauthorized' }
  return { error: error ?? code, error_description: message }
}

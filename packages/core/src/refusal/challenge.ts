/** What a challenge is made of, besides the error: the same for all answers of one verifier. */
export interface ChallengePolicy {
  /** `realm` of the challenge (RFC 9110, section 11.5). */
  readonly realm: string
  /** URL of the protected resource metadata (RFC 9728, section 5.1); `undefined`: none is published. */
  readonly resourceMetadata: string | undefined
}

/** The facts about a refusal that its response is made of. */
export interface RefusalFacts {
  readonly status: number
  readonly code: string
  /** Error code of RFC 6750, section 3.1; `undefined` where the response has none. */
  readonly error: string | undefined
  readonly message: string
  /** Scopes that the client should ask for. */
  readonly requiredScopes?: readonly string[]
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
export const DEFAULT_POLICY: ChallengePolicy = Object.freeze({ realm: 'api', resourceMetadata: undefined })

/** A quoted-string (RFC 9110, section 5.6.4). Characters that RFC 6750, section 3 does not allow are removed. */
function quoted(value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, '').replace(/["\\]/g, '\\$&')}"`
}

function challenge(
  { error, message, requiredScopes = [] }: RefusalFacts,
  { realm, resourceMetadata }: ChallengePolicy,
): string {
  const parameters = [`realm=${quoted(realm)}`]
  if (error !== undefined) parameters.push(`error="${error}"`, `error_description=${quoted(message)}`)
  if (requiredScopes.length > 0) parameters.push(`scope=${quoted(requiredScopes.join(' '))}`)
  if (resourceMetadata !== undefined) parameters.push(`resource_metadata=${quoted(resourceMetadata)}`)
  return `Bearer ${parameters.join(', ')}`
}

/** Headers of the response to a refusal: the challenge, or `Retry-After`. */
export function refusalHeaders(refusal: RefusalFacts, policy: ChallengePolicy): Record<string, string> {
  return refusal.retryAfter === undefined
    ? { 'www-authenticate': challenge(refusal, policy), 'cache-control': 'no-store' }
    : { 'retry-after': String(refusal.retryAfter), 'cache-control': 'no-store' }
}

/** Body of the response to a refusal. RFC 6750, section 3.1: a request without credentials gets no error code. */
export function refusalBody({ status, error, code, message }: RefusalFacts): Record<string, string> {
  if (status === 401 && error === undefined) return { message: 'Unauthorized' }
  return { error: error ?? code, error_description: message }
}

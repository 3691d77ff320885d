import { DEFAULT_POLICY } from '../refusal/challenge.ts'
import { ConfigurationError, refusalFor } from '../refusal/errors.ts'
import { ResourceServerError } from '../refusal/resource-server-error.ts'
import { factsOf } from '../token/facts.ts'
import type { VerifiedAccessToken } from '../token/verified-access-token.ts'
import { decisionOn } from './decision.ts'
import { Outcome, policyFor, publishRefusal } from './outcome.ts'
import { assertRequirements, type Requirements, unmetRequirement } from './requirements.ts'
import { warnOfUnknownCaller } from './unknown-caller.ts'

type Auth = VerifiedAccessToken<object>

/** Whether this is a verified token, as far as that can be seen. Tests set one by hand. */
function isAuth(value: unknown): value is Auth {
  const { scopes, claims } = (value ?? {}) as { readonly scopes?: unknown; readonly claims?: unknown }
  return Array.isArray(scopes) && typeof claims === 'object' && claims !== null
}

function middlewareMissing(): ConfigurationError {
  return new ConfigurationError(
    'middleware_missing',
    'oktaAuth',
    'The request did not pass oktaAuth(); register it before this route and its guards',
  )
}

/**
 * Checks the requirements of a route guard, with the verifier that decided about the request.
 *
 * @param auth - the verified token that a test has set by hand, for a request without a decision
 * @throws {ResourceServerError} the request has no token, or the token does not meet the requirements
 * @throws {ConfigurationError} `middleware_missing`: there was no decision about the request
 */
export function requireOn(request: object, auth: unknown, requirements: Requirements): void {
  const decision = decisionOn(request)
  if (decision !== undefined) {
    decision.require(requirements)
    return
  }
  if (!isAuth(auth)) throw middlewareMissing()
  try {
    assertRequirements(auth, requirements)
  } catch (error) {
    throw new Outcome(DEFAULT_POLICY).refusalOf(error, undefined)
  }
}

/**
 * Checks a verified access token against requirements.
 *
 * @param auth - what a verifier returned. For a copy of it, `caller` is not known and `impliedScopes` do not count
 * @throws {InsufficientScopeError} `insufficient_scope`, `insufficient_claims`, `caller_not_allowed`,
 * `delegation_not_allowed`, `actor_not_allowed`, `insufficient_authorization_details`, `user_required`
 * @throws {InsufficientUserAuthenticationError} `insufficient_user_authentication`, `authentication_too_old`
 * @throws {InvalidTokenError} `possession_required`
 * @throws {ConfigurationError} the requirements are empty, malformed or unknown
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 RFC 6750, section 3.1}
 * @example
 * ```ts
 * const auth = await verifier.verify(token)
 * checkRequirements(auth, { scopes: ['messages:delete'] })
 * ```
 */
export function checkRequirements(auth: Auth, requirements: Requirements): void {
  try {
    assertRequirements(auth, requirements)
  } catch (error) {
    if (!(error instanceof ResourceServerError)) throw error
    const { challengePolicy = DEFAULT_POLICY, caller, issuer } = factsOf(auth) ?? {}
    const unmet = unmetRequirement(error)
    if (unmet?.caller === 'user' && caller === undefined && issuer) warnOfUnknownCaller(issuer)
    const scheme = auth.confirmation?.jkt === undefined ? 'Bearer' : 'DPoP'
    const policy = policyFor(unmet, challengePolicy)
    // A copy of a verified token may have been changed.
    const clientId = issuer && auth.clientId
    publishRefusal(error, { issuer: issuer?.issuer, clientId, cached: issuer !== undefined })
    throw refusalFor(error, policy, { scheme, newNonce: undefined })
  }
}

/**
 * The verified token of a request; `undefined` if it was let through without credentials.
 *
 * @param auth - the verified token that a test has set by hand, for a request without a decision
 * @throws {ConfigurationError} `middleware_missing`: there was no decision about the request
 */
export function verifiedTokenOf(request: object, auth?: unknown): Auth | undefined {
  const decision = decisionOn(request)
  if (decision !== undefined) return decision.auth
  if (!isAuth(auth)) throw middlewareMissing()
  return auth
}

import { DEFAULT_POLICY } from '../refusal/challenge.ts'
import { ConfigurationError } from '../refusal/errors.ts'
import type { VerifiedAccessToken } from '../token/verified-access-token.ts'
import { decisionOn } from './decision.ts'
import { Outcome } from './outcome.ts'
import { checkRequirements, type Requirements } from './requirements.ts'

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
    checkRequirements(auth, requirements)
  } catch (error) {
    new Outcome(DEFAULT_POLICY).refused(error, undefined)
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

import { defineRequirements, type Requirements } from '@okta-resource-server/core'
import { detachRefusal, requireOn, verifiedTokenOf } from '@okta-resource-server/core/adapter'
import { refuse } from './next.ts'
import type { AuthMiddleware, VerifiedAuth } from './types.ts'

type Scopes = readonly string[] | readonly [readonly string[]]

/** `('a', 'b')` or `(['a', 'b'])`. */
function listed(scopes: Scopes): readonly string[] {
  return (scopes.length === 1 && Array.isArray(scopes[0]) ? scopes[0] : scopes) as readonly string[]
}

/**
 * Creates a guard for a route behind `oktaAuth()`: the token must meet the requirements.
 *
 * The response is 401 without a token, and 403 `insufficient_scope` with a token that does not meet them.
 *
 * @throws {ConfigurationError} the requirements are empty, malformed or unknown
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 RFC 6750, section 3.1}
 * @example
 * ```ts
 * app.delete('/messages', requireAuth({ scopes: ['messages:write'], claims: { tenant: 'a' } }), handler)
 * ```
 */
export function requireAuth(requirements: Requirements): AuthMiddleware {
  const defined = defineRequirements(requirements)
  return function oktaAuthGuard(req, res, next) {
    try {
      requireOn(req, req.auth, defined)
    } catch (error) {
      refuse(req, res, next, error)
      return
    }
    detachRefusal(res)
    next()
  }
}

/**
 * Creates a guard for a route behind `oktaAuth()`: the token must have all of these scopes.
 *
 * @throws {ConfigurationError} there is no scope, or one that contains a space
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 RFC 6750, section 3.1}
 * @example
 * ```ts
 * app.get('/messages', requireScopes('messages:read', 'profile'), handler)
 * ```
 */
export function requireScopes(...scopes: Scopes): AuthMiddleware {
  return requireAuth({ scopes: listed(scopes) })
}

/**
 * Creates a guard for a route behind `oktaAuth()`: the token must have at least one of these scopes.
 *
 * @throws {ConfigurationError} there is no scope, or one that contains a space
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 RFC 6750, section 3.1}
 * @example
 * ```ts
 * app.get('/messages', requireAnyScope('messages:read', 'messages:admin'), handler)
 * ```
 */
export function requireAnyScope(...scopes: Scopes): AuthMiddleware {
  return requireAuth({ anyScope: listed(scopes) })
}

/**
 * Creates a guard for a route behind `oktaAuth()`: each of these claims must equal the value, or one of a list of
 * values. A claim that is a list must contain it. A function returns `true` to accept the claim.
 *
 * @throws {ConfigurationError} there is no claim, or a value that claims cannot be compared with
 * @example
 * ```ts
 * app.get('/reports', requireClaims({ department: ['sales', 'finance'] }), handler)
 * ```
 */
export function requireClaims(claims: NonNullable<Requirements['claims']>): AuthMiddleware {
  return requireAuth({ claims })
}

/**
 * The verified access token of a request; `undefined` if the request was let through without credentials.
 *
 * It is the token that `oktaAuth()` verified, whatever another package has put into `req.auth`. Only for a request that
 * never passed `oktaAuth()`, as in unit tests of handlers, is `req.auth` read: an object with the list `scopes` and the
 * object `claims`.
 *
 * @throws {ConfigurationError} `middleware_missing`: the request did not pass `oktaAuth()`
 * @example
 * ```ts
 * app.get('/me', (req, res) => res.json(authOf(req)?.claims))
 * ```
 */
export function authOf(req: object): VerifiedAuth | undefined {
  return verifiedTokenOf(req, (req as { auth?: unknown }).auth) as VerifiedAuth | undefined
}

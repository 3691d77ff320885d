import {
  ConfigurationError,
  checkRequirements,
  defineRequirements,
  MissingTokenError,
  type Requirements,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
import type { AuthMiddleware } from './types.ts'

type Scopes = readonly string[] | readonly [readonly string[]]

/** `('a', 'b')` or `(['a', 'b'])`. */
function listed(scopes: Scopes): readonly string[] {
  return (scopes.length === 1 && Array.isArray(scopes[0]) ? scopes[0] : scopes) as readonly string[]
}

function guard(requirements: Requirements): AuthMiddleware {
  const defined = defineRequirements(requirements)
  return function oktaAuthGuard(req, _res, next) {
    const { auth } = req as { auth?: VerifiedAccessToken<object> }
    try {
      if (auth === undefined || auth === null) throw new MissingTokenError('missing_token')
      checkRequirements(auth, defined)
    } catch (error) {
      next(error)
      return
    }
    next()
  }
}

/**
 * Guard for a route behind `oktaAuth()`: the token must have every one of these scopes.
 *
 * Without a token the answer is 401, without a scope 403 `insufficient_scope`.
 *
 * @throws {ConfigurationError} there is no scope, or one that is not a single word
 * @see RFC 6750 §3.1
 */
export function requireScopes(...scopes: Scopes): AuthMiddleware {
  return guard({ scopes: listed(scopes) })
}

/**
 * Guard for a route behind `oktaAuth()`: the token must have at least one of these scopes.
 *
 * @throws {ConfigurationError} there is no scope, or one that is not a single word
 * @see RFC 6750 §3.1
 */
export function requireAnyScope(...scopes: Scopes): AuthMiddleware {
  return guard({ anyScope: listed(scopes) })
}

/**
 * Guard for a route behind `oktaAuth()`: each of these claims must be equal to the value, or to one of the list; a
 * claim that is a list must contain it; a function says for itself.
 *
 * @throws {ConfigurationError} there is no claim, or a value that no claim can be compared with
 */
export function requireClaims(claims: NonNullable<Requirements['claims']>): AuthMiddleware {
  const middleware = guard({ claims })
  if (claims === undefined || Object.keys(claims).length === 0) {
    throw new ConfigurationError('option_invalid', 'claims', 'requireClaims must be given at least one claim')
  }
  return middleware
}

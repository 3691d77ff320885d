import { defineRequirements, type Requirements } from '@okta-resource-server/core'
import { invalidOption, isOptional, isPlainObject } from '@okta-resource-server/core/adapter'
import type { RouteAuth } from './types.ts'

/** What a route requires, validated; `null` for an open route. */
export type RoutePolicy = {
  readonly requirements: Requirements | undefined
  /** Requests without credentials are let through. */
  readonly optional: boolean
} | null

const OPEN: RoutePolicy = null
const REQUIRED: RoutePolicy = Object.freeze({ requirements: undefined, optional: false })
const OPTIONAL: RoutePolicy = Object.freeze({ requirements: undefined, optional: true })

/** By the object that the user wrote. Fastify passes the same one to `onRoute` and to every request. */
const policies = new WeakMap<object, RoutePolicy>()

/** The policy of routes without `config.auth`. */
export function defaultPolicy(global: boolean, optional: boolean): RoutePolicy {
  if (!global) return OPEN
  return optional ? OPTIONAL : REQUIRED
}

/**
 * Reads `config.auth` of a route. Each object is validated once.
 *
 * A route with requirements needs a token, even if the plugin has `credentials: 'optional'`: scopes that an anonymous
 * request need not have would protect nothing.
 *
 * @throws {ConfigurationError} it is neither a boolean nor an object with valid requirements
 */
export function routePolicy(auth: RouteAuth | undefined, whenAbsent: RoutePolicy): RoutePolicy {
  if (auth === undefined) return whenAbsent
  if (auth === true) return REQUIRED
  if (auth === false) return OPEN
  const known = policies.get(auth)
  if (known !== undefined) return known
  if (!isPlainObject(auth)) {
    invalidOption(
      'config.auth',
      'config.auth must be true, false, or an object such as { scopes: ["messages:read"] }',
    )
  }
  const { credentials, ...requirements } = auth
  const policy = Object.freeze({
    // `{ credentials }` alone has no requirements.
    requirements:
      credentials !== undefined && Object.keys(requirements).length === 0
        ? undefined
        : defineRequirements(requirements),
    optional: isOptional(credentials),
  })
  policies.set(auth, policy)
  return policy
}

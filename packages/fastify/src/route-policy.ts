import {
  ConfigurationError,
  defineRequirements,
  isOptional,
  type Requirements,
} from '@okta-resource-server/core'
import type { RouteAuth } from './types.ts'

/** What a route asks, validated; `null` is an open route. */
export type RoutePolicy = {
  readonly requirements: Requirements | undefined
  /** Lets requests without credentials through. */
  readonly optional: boolean
} | null

const OPEN: RoutePolicy = null
const REQUIRED: RoutePolicy = Object.freeze({ requirements: undefined, optional: false })
const OPTIONAL: RoutePolicy = Object.freeze({ requirements: undefined, optional: true })

/** By the object that the user wrote; Fastify hands the same one to `onRoute` and to every request. */
const policies = new WeakMap<object, RoutePolicy>()

/** The policy of routes that say nothing. */
export function defaultPolicy(global: boolean, optional: boolean): RoutePolicy {
  if (!global) return OPEN
  return optional ? OPTIONAL : REQUIRED
}

/**
 * Reads `config.auth` of a route; validates each object once.
 *
 * A route that asks for something asks for a token too, whatever the plugin's `credentials` say: scopes that an
 * anonymous request need not have would protect nothing.
 *
 * @throws {ConfigurationError} it is neither a boolean nor an object of known and well-formed requirements
 */
export function routePolicy(auth: RouteAuth | undefined, whenAbsent: RoutePolicy): RoutePolicy {
  if (auth === undefined) return whenAbsent
  if (auth === true) return REQUIRED
  if (auth === false) return OPEN
  if (typeof auth !== 'object' || auth === null || Array.isArray(auth)) {
    throw new ConfigurationError(
      'option_invalid',
      'config.auth',
      'config.auth must be true, false, or an object such as { scopes: ["messages:read"] }',
    )
  }
  const known = policies.get(auth)
  if (known !== undefined) return known
  const { credentials, ...requirements } = auth
  const policy = Object.freeze({
    requirements: defineRequirements(requirements),
    optional: isOptional(credentials),
  })
  policies.set(auth, policy)
  return policy
}

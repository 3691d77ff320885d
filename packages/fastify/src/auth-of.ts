import { ConfigurationError } from '@okta-resource-server/core'
import type { VerifiedAuth } from './types.ts'

/**
 * The verified access token of a request; `undefined` if the route is open, or was called without credentials.
 *
 * @throws {ConfigurationError} `middleware_missing`: the plugin is not registered in this context
 * @example
 * ```ts
 * fastify.get('/messages', async (request) => authOf(request)?.claims)
 * ```
 */
export function authOf(request: object): VerifiedAuth | undefined {
  const { auth } = request as { auth?: VerifiedAuth | null }
  if (auth === undefined) {
    throw new ConfigurationError(
      'middleware_missing',
      'oktaAuth',
      'The request did not pass oktaAuth(); register the plugin in this context or an outer one',
    )
  }
  return auth ?? undefined
}

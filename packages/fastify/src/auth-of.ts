import { ConfigurationError } from '@okta-resource-server/core'
import type { VerifiedAuth } from './types.ts'

/** The property of the server that holds the option `decoratorName`. */
export const DECORATOR_NAME: unique symbol = Symbol.for('okta-resource-server.fastify.decoratorName')

/**
 * The verified access token of a request, whatever name the option `decoratorName` gives it; `undefined` if the route is open, or was called without credentials.
 *
 * @throws {ConfigurationError} `middleware_missing`: the plugin is not registered in this context
 * @example
 * ```ts
 * fastify.get('/messages', async (request) => authOf(request)?.claims)
 * ```
 */
export function authOf(request: object): VerifiedAuth | undefined {
  const { server } = request as { server?: { [DECORATOR_NAME]?: string } }
  // A request that a unit test makes by hand has no server.
  const name = server?.[DECORATOR_NAME] ?? 'auth'
  const auth = (request as Record<string, VerifiedAuth | null | undefined>)[name]
  if (auth === undefined) {
    throw new ConfigurationError(
      'middleware_missing',
      'oktaAuth',
      'The request did not pass oktaAuth(); register the plugin in this context or an outer one',
    )
  }
  return auth ?? undefined
}

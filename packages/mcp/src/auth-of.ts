import type { VerifiedAccessToken } from '@okta-resource-server/core'
import { verifiedTokenOf } from '@okta-resource-server/core/adapter'

/**
 * The verified access token of a request that passed `mcpAuth()`, with header, claims and everything else that `AuthInfo`
 * does not have.
 *
 * @throws {ConfigurationError} `middleware_missing`: the request did not pass `mcpAuth()`
 * @example
 * ```ts
 * import express from 'express'
 *
 * const app = express()
 * app.use(mcpAuth())
 * app.get('/whoami', (req, res) => res.json(authOf(req)?.subject))
 * ```
 */
export function authOf(req: object): VerifiedAccessToken | undefined {
  return verifiedTokenOf(req) as VerifiedAccessToken | undefined
}

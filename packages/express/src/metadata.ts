import {
  type AdapterOptions,
  requireProtectedResource,
  sendMetadata,
} from '@okta-resource-server/core/adapter'
import type { AuthMiddleware } from './types.ts'

/**
 * Creates a middleware that serves the protected resource metadata, and passes every other request on. Mount it at the root
 * of an application that uses `oktaAuth()` per route or under a path; elsewhere `oktaAuth()` serves the document itself.
 *
 * The document is open to everyone. Its URL and content come from the option `resource` only.
 *
 * @param options - the options of `oktaAuth()`, or `{ verifier }`; with `resource`
 * @throws {ConfigurationError} the option `resource` is missing, or an option is wrong
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728#section-3 RFC 9728, section 3}
 * @example
 * ```ts
 * import express from 'express'
 *
 * const verifier = createAccessTokenVerifier({
 *   issuer: 'https://example.okta.com/oauth2/default',
 *   audience: 'https://api.example.com/v1',
 *   resource: 'https://api.example.com/v1',
 * })
 * const app = express()
 * app.use(protectedResourceMetadata({ verifier }))
 * app.use('/v1', oktaAuth({ verifier }))
 * ```
 */
export function protectedResourceMetadata(options: AdapterOptions = {}): AuthMiddleware {
  const resource = requireProtectedResource(options)
  return function oktaAuthMetadata(req, res, next) {
    if (!sendMetadata(resource, req, res)) next()
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type AdapterOptions,
  requireProtectedResource,
  sendMetadata,
} from '@okta-resource-server/core/adapter'

/** A middleware for `app.use()`, on Express and Fastify. */
export type MetadataMiddleware = (req: IncomingMessage, res: ServerResponse, next: () => void) => void

/**
 * Creates a middleware that serves the protected resource metadata, and passes every other request on.
 *
 * The document is open to everyone. Its URL and content come from the option `resource` only.
 *
 * @param options - those of {@link OktaAuthModule.forRoot}, or `{ verifier }`; with `resource`
 * @throws {ConfigurationError} the option `resource` is missing, or an option is wrong
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728#section-3 RFC 9728, section 3}
 * @example
 * ```ts
 * import type { INestApplication } from '@nestjs/common'
 *
 * function serveMetadata(app: INestApplication): void {
 *   app.use(protectedResourceMetadata({ verifier: app.get(ACCESS_TOKEN_VERIFIER) }))
 * }
 * ```
 */
export function protectedResourceMetadata(options: AdapterOptions = {}): MetadataMiddleware {
  const resource = requireProtectedResource(options)
  return function oktaAuthMetadata(req, res, next) {
    if (!sendMetadata(resource, req, res)) next()
  }
}

import {
  metadataResponse,
  type ProtectedResource,
  requireProtectedResource,
} from '@okta-resource-server/core/adapter'
import type { FastifyPluginAsync, onRequestHookHandler } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { adapterOptions, type OktaAuthOptions } from './options.ts'

/** Answers requests for the protected resource metadata, also where there is no route for them. */
export function metadataHook(resource: ProtectedResource): onRequestHookHandler {
  return function oktaAuthMetadataHook({ method, originalUrl }, reply, done) {
    const found = metadataResponse(resource, { method, url: originalUrl })
    if (found === undefined) {
      done()
      return
    }
    reply.code(found.status).headers(found.headers).send(found.body)
  }
}

async function plugin(fastify: Parameters<FastifyPluginAsync>[0], options: OktaAuthOptions): Promise<void> {
  const resource = requireProtectedResource(adapterOptions(options))
  fastify.addHook('onRequest', metadataHook(resource))
}

/**
 * Fastify plugin that serves the protected resource metadata. Register it at the root of an application that registers
 * `oktaAuth` in a context with a prefix; elsewhere `oktaAuth` serves the document itself.
 *
 * The document is open to everyone. Its URL and content come from the option `resource` only.
 *
 * @throws {ConfigurationError} from `register()` or `ready()`: the option `resource` is missing, or an option is wrong
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728#section-3 RFC 9728, section 3}
 * @example
 * ```ts
 * import fastify from 'fastify'
 *
 * const verifier = createAccessTokenVerifier({
 *   issuer: 'https://example.okta.com/oauth2/default',
 *   audience: 'https://api.example.com/v1',
 *   resource: 'https://api.example.com/v1',
 * })
 * const app = fastify()
 * await app.register(protectedResourceMetadata, { verifier })
 * await app.register(async (api) => void (await api.register(oktaAuth, { verifier })), { prefix: '/v1' })
 * ```
 */
export const protectedResourceMetadata: FastifyPluginAsync<OktaAuthOptions> = fastifyPlugin(plugin, {
  fastify: '^4.28.0 || ^5.0.0',
  name: '@okta-resource-server/fastify/metadata',
})

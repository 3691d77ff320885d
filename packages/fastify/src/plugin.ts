import { ResourceServerError } from '@okta-resource-server/core'
import { invalidOption, noteRequirements } from '@okta-resource-server/core/adapter'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { DECORATOR_NAME } from './auth-of.ts'
import { authHook } from './hook.ts'
import { metadataHook } from './metadata.ts'
import { securityOf } from './openapi.ts'
import { type OktaAuthOptions, settingsFrom } from './options.ts'
import { defaultPolicy, routePolicy } from './route-policy.ts'
import type { RouteAuthOptions } from './types.ts'

function checkNotRegistered(fastify: FastifyInstance): void {
  if (fastify.hasDecorator('accessTokenVerifier')) {
    invalidOption(
      'oktaAuth',
      'oktaAuth is already registered here or in an outer context; pass several issuers to one registration, or register each in a context that is not inside the other',
    )
  }
}

function checkNameIsFree(fastify: FastifyInstance, name: string): void {
  if (fastify.hasRequestDecorator(name)) {
    invalidOption(
      'decoratorName',
      `another plugin or Fastify itself has already decorated request.${name}; set the option decoratorName to another name`,
    )
  }
}

async function plugin(fastify: FastifyInstance, options: OktaAuthOptions): Promise<void> {
  checkNotRegistered(fastify)
  const settings = settingsFrom(options)
  const { verifier, closesVerifier, optional, resource, global, decoratorName, securityScheme } = settings
  checkNameIsFree(fastify, decoratorName)
  const policyWhenAbsent = defaultPolicy(global, optional)

  // A value rather than a getter, so that every request has the same shape. The type omits null on purpose.
  fastify.decorateRequest(decoratorName, null as never)
  fastify.decorate(DECORATOR_NAME, decoratorName)
  fastify.decorate('accessTokenVerifier', verifier)
  fastify.decorate('requireAuth', (auth?: RouteAuthOptions) => {
    // TypeScript refuses a boolean. In JavaScript, false would create a hook that opens the route.
    if (typeof auth === 'boolean') {
      invalidOption(
        'requireAuth',
        'requireAuth takes an object such as { scopes: ["messages:read"] }, or nothing',
      )
    }
    const policy = routePolicy(auth === undefined ? true : auth, policyWhenAbsent)
    if (policy?.requirements !== undefined) noteRequirements(verifier, policy.requirements)
    return authHook(verifier, decoratorName, () => policy)
  })

  if (resource !== undefined) fastify.addHook('onRequest', metadataHook(resource))
  // Wrong route options fail at start.
  fastify.addHook('onRoute', (route) => {
    const policy = routePolicy(route.config?.auth, policyWhenAbsent)
    if (policy?.requirements !== undefined) noteRequirements(verifier, policy.requirements)
    if (securityScheme !== undefined) {
      const security = securityOf(policy, securityScheme)
      route.schema = { security, ...route.schema } as NonNullable<typeof route.schema>
    }
  })
  // They are read again for each request: without `await fastify.register(…)`, routes of the same context are declared
  // before this plugin is loaded, so onRoute is not called for them.
  fastify.addHook(
    'onRequest',
    authHook(verifier, decoratorName, (request) =>
      routePolicy(request.routeOptions.config.auth, policyWhenAbsent),
    ),
  )
  // For error handlers that set no status.
  fastify.addHook('onError', (_request, reply, error, done) => {
    if (error instanceof ResourceServerError) reply.code(error.status)
    done()
  })

  if (closesVerifier) {
    fastify.addHook('onClose', async () => {
      verifier.close()
    })
  }
}

/**
 * Fastify plugin that verifies the access token of each request and sets `request.auth`.
 *
 * Every route of the context is protected, and so is the response to unknown routes, unless `global: false` is set.
 * `config.auth` of a route sets its requirements. A refusal passes through the error handling of Fastify with status and
 * headers. Register `@fastify/cors` before it, since a preflight request has no token.
 *
 * With the option `resource` it also serves the protected resource metadata, if it is registered without a prefix.
 *
 * Await the registration: an invalid `config.auth` then throws when the route is declared, and `fastify.requireAuth`
 * exists for the lines that follow. Without `await`, Fastify loads the plugin later. Routes are protected all the same,
 * but an invalid `config.auth` appears at the first request, which is refused.
 *
 * @throws {ConfigurationError} from `register()` or `ready()`: an option or environment variable is missing or wrong
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3 RFC 6750, section 3}
 * @example
 * ```ts
 * import fastify from 'fastify'
 *
 * const app = fastify()
 * await app.register(oktaAuth, { issuer: 'https://example.okta.com/oauth2/default', audience: 'api://default' })
 * app.get('/messages', { config: { auth: { scopes: ['messages:read'] } } }, async (request) => request.auth.claims)
 * ```
 */
export const oktaAuth: FastifyPluginAsync<OktaAuthOptions> = fastifyPlugin(plugin, {
  fastify: '^4.28.0 || ^5.0.0',
  name: '@okta-resource-server/fastify',
})

import { ConfigurationError } from '@okta-resource-server/core'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { authHook } from './hook.ts'
import { type OktaAuthOptions, settingsFrom } from './options.ts'
import { defaultPolicy, routePolicy } from './route-policy.ts'
import type { RouteAuthOptions } from './types.ts'

function refuseSecond(fastify: FastifyInstance): void {
  if (fastify.hasDecorator('accessTokenVerifier')) {
    throw new ConfigurationError(
      'option_invalid',
      'oktaAuth',
      'oktaAuth is already registered here or in an outer context, and a request has one auth; give several issuers to one registration, or register each in a context of its own',
    )
  }
  if (fastify.hasRequestDecorator('auth')) {
    throw new ConfigurationError(
      'option_invalid',
      'oktaAuth',
      'another plugin has already decorated request.auth',
    )
  }
}

function refuseBoolean(): never {
  throw new ConfigurationError(
    'option_invalid',
    'requireAuth',
    'requireAuth takes an object such as { scopes: ["messages:read"] }, or nothing',
  )
}

async function plugin(fastify: FastifyInstance, options: OktaAuthOptions): Promise<void> {
  refuseSecond(fastify)
  const { verifier, owned, optional, global } = settingsFrom(options)
  const whenAbsent = defaultPolicy(global, optional)

  // A value first and never a getter, so that every request keeps one shape. The type leaves out null by intent.
  fastify.decorateRequest('auth', null as never)
  fastify.decorate('accessTokenVerifier', verifier)
  fastify.decorate('requireAuth', (auth: RouteAuthOptions = {}) => {
    // A boolean, which TypeScript refuses, would make a hook that opens the route.
    if (typeof auth === 'boolean') refuseBoolean()
    const policy = routePolicy(auth, whenAbsent)
    return authHook(verifier, () => policy)
  })

  // Wrong route options fail at start …
  fastify.addHook('onRoute', ({ config }) => {
    routePolicy(config?.auth, whenAbsent)
  })
  // … and are read per request all the same: without `await fastify.register(…)`, routes of the same context are
  // there before this plugin is, and onRoute never hears of them.
  fastify.addHook(
    'onRequest',
    authHook(verifier, (request) => routePolicy(request.routeOptions.config.auth, whenAbsent)),
  )

  if (owned) {
    fastify.addHook('onClose', async () => {
      verifier.close()
    })
  }
}

/**
 * Fastify plugin that verifies the access token of each request and puts it into `request.auth`.
 *
 * Every route of the context is protected, and so is the answer to unknown routes, unless `global: false` is set.
 * `config.auth` of a route says what it asks. A refusal flows through Fastify's error handling with status and
 * headers set. Register `@fastify/cors` before it: a preflight request carries no token.
 *
 * With `await fastify.register(oktaAuth)` a mistake in a route's `config.auth` is told when the route is declared, and
 * `fastify.requireAuth` is there for the lines that follow. Without `await`, Fastify loads the plugin later: routes of
 * the same context are protected all the same, but such a mistake shows at the first request, which is refused.
 *
 * @throws {ConfigurationError} from `ready()`: an option, or an environment variable, is missing or wrong
 * @see RFC 6750 §3
 */
export const oktaAuth: FastifyPluginAsync<OktaAuthOptions> = fastifyPlugin(plugin, {
  fastify: '5.x',
  name: '@okta-resource-server/fastify',
})

import type { Server } from 'node:http'
import fastify, { type FastifyInstance, type FastifyPluginCallback, type onRequestHookHandler } from 'fastify'
import type { FastifyJwtJwksOptions } from 'fastify-jwt-jwks'
import { firstVersionModule } from '../library.ts'
import { AUDIENCE, ISSUER, type Setting } from '../policy.ts'
import { readKeys } from '../token-store.ts'
import { BARE, type HttpCandidate } from './candidates.ts'

/** The least that users write around a verifier of bare tokens. */
function around(verify: (token: string) => unknown): onRequestHookHandler {
  return (request, reply, done) => {
    const { authorization } = request.headers
    const refuse = (): void => {
      reply.code(401).send({ error: 'invalid_token' })
    }
    if (authorization?.startsWith('Bearer ') !== true) {
      refuse()
      return
    }
    let outcome: unknown
    try {
      outcome = verify(authorization.slice(7))
    } catch {
      refuse()
      return
    }
    const accept = (claims: unknown): void => {
      ;(request as unknown as { caller: unknown }).caller = claims
      done()
    }
    if (outcome instanceof Promise) outcome.then(accept, refuse)
    else accept(outcome)
  }
}

async function protect(
  app: FastifyInstance,
  { name, kind, core, options }: HttpCandidate,
  setting: Setting,
): Promise<void> {
  if (core !== undefined) {
    app.decorateRequest('caller', null)
    app.addHook('onRequest', around((await core.make(setting, 'RS256')).verify as (token: string) => unknown))
  } else if (name === 'fastify-jwt-jwks') {
    const { default: fastifyJwtJwks } = await import('fastify-jwt-jwks')
    await app.register(fastifyJwtJwks as unknown as FastifyPluginCallback<FastifyJwtJwksOptions>, {
      jwksUrl: setting.jwksUri,
      issuer: ISSUER,
      audience: AUDIENCE,
    })
    app.addHook('onRequest', app.authenticate)
  } else {
    const { default: oktaAuth } =
      kind === 'earlier'
        ? await firstVersionModule<typeof import('@okta-resource-server/fastify')>(setting, 'fastify')
        : await import('@okta-resource-server/fastify')
    await app.register(oktaAuth, {
      issuer: ISSUER,
      audience: AUDIENCE,
      jwks: readKeys(setting.folder).jwks as never,
      ...(await options?.(setting)),
    })
  }
}

export async function fastifyServer(candidate: HttpCandidate, setting: Setting): Promise<Server> {
  const app = fastify()
  if (candidate.name !== BARE) await protect(app, candidate, setting)
  app.get('/messages', (_request, reply) => {
    reply.send({ messages: ['hello'] })
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server
}

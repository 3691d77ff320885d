import fastifyAuth, { type FastifyAuthFunction } from '@fastify/auth'
import { bearer, signToken, unavailableOptions, verifierOptions } from '@okta-resource-server/testing'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { type OktaAuthOptions, oktaAuth } from '../src/index.ts'
import { closeApps, create, get } from './apps.ts'

afterEach(closeApps)

const apiKey: FastifyAuthFunction = (request, _reply, done) => {
  if (request.headers['x-api-key'] === 'right') done()
  else done(Object.assign(new Error('wrong key'), { statusCode: 401 }))
}
const RIGHT = { 'x-api-key': 'right' }
const EXPIRED_BEARER = bearer(signToken({ claims: { exp: 1 } }))

/** An app whose routes accept a token or an API key, in both orders. */
async function appWithAlternatives(options: OktaAuthOptions = verifierOptions()): Promise<FastifyInstance> {
  const app = create()
  await app.register(fastifyAuth)
  // @fastify/auth decorates the instance, this plugin the request.
  await app.register(oktaAuth, { ...options, global: false })
  const either = (...functions: readonly unknown[]) => app.auth(functions as FastifyAuthFunction[])
  app.get('/token-first', { onRequest: either(app.requireAuth(), apiKey) }, async () => 'inside')
  app.get('/key-first', { onRequest: either(apiKey, app.requireAuth()) }, async () => 'inside')
  const admin = app.requireAuth({ scopes: ['admin'] })
  const reader = app.requireAuth({ scopes: ['messages:read'] })
  app.get('/scopes', { preHandler: either(admin, reader) }, async (_request, reply) => reply.code(403).send())
  return app
}

describe('alternatives of @fastify/auth', () => {
  it.each([
    ['without a token', {}],
    ['with a bad token', EXPIRED_BEARER],
  ])('leave no challenge in the response to an API key %s', async (_what, headers) => {
    const app = await appWithAlternatives()
    for (const url of ['/token-first', '/key-first']) {
      const response = await get(app, url, { headers: { ...headers, ...RIGHT } })
      expect(response.statusCode).toBe(200)
      expect(response.body).toBe('inside')
      expect(response.headers['www-authenticate']).toBeUndefined()
      expect(response.headers['cache-control']).toBeUndefined()
    }
  })

  it('accept a token', async () => {
    const app = await appWithAlternatives()
    for (const url of ['/token-first', '/key-first']) {
      expect((await get(app, url, { headers: bearer(signToken()) })).statusCode).toBe(200)
    }
  })

  it.each(['/token-first', '/key-first'])('challenge a request without token and key (%s)', async (url) => {
    const app = await appWithAlternatives()
    const response = await get(app, url)
    expect(response.statusCode).toBe(401)
    expect(response.headers['www-authenticate']).toBe('Bearer realm="api"')
  })

  it.each([undefined, true])(
    'answer 503 while the authorization server is unavailable, also with an error handler (%j)',
    async (ownHandler) => {
      const app = await appWithAlternatives(unavailableOptions())
      if (ownHandler) app.setErrorHandler((_error, _request, reply) => reply.send({}))
      const response = await get(app, '/key-first', { headers: bearer(signToken()) })
      expect(response.statusCode).toBe(503)
      expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
    },
  )

  it('leave no challenge of a refused alternative in a response with the same status', async () => {
    const app = await appWithAlternatives()
    const response = await get(app, '/scopes', { headers: bearer(signToken()) })
    expect(response.statusCode).toBe(403)
    expect(response.headers['www-authenticate']).toBeUndefined()
  })
})

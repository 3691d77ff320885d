import { ERROR_CATALOGUE } from '@okta-resource-server/core'
import { bearer, NOW, signToken, unavailableOptions } from '@okta-resource-server/testing'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { errorResponse } from '../src/index.ts'
import { closeApps, get, protectedApp } from './apps.ts'

afterEach(closeApps)

describe('the error of a refusal', () => {
  it("reaches Fastify's default handler with a fixed message, no stack and no token", async () => {
    const canary = signToken({ claims: { exp: NOW - 3_600 } })
    const response = await get(protectedApp(), '/me', { headers: bearer(canary) })
    expect(response.json()).toEqual({
      statusCode: 401,
      code: 'token_expired',
      error: 'Unauthorized',
      message: ERROR_CATALOGUE.InvalidTokenError.token_expired,
    })
    expect(response.body).not.toContain(canary)
  })

  it('keeps its status and headers in a custom handler that sets neither', async () => {
    const app = protectedApp()
    app.setErrorHandler((_error, _request, reply) => reply.send({ mine: true }))
    const response = await get(app, '/admin', { headers: bearer(signToken()) })
    expect(response.statusCode).toBe(403)
    expect(response.headers['www-authenticate']).toContain('insufficient_scope')
    expect(response.headers['cache-control']).toBe('no-store')
    expect(response.json()).toEqual({ mine: true })
  })

  it('keeps them in a handler that sets the status, or writes to the socket itself', async () => {
    const handlers: Parameters<FastifyInstance['setErrorHandler']>[0][] = [
      (error, _request, reply) => reply.code((error as { statusCode: number }).statusCode).send({}),
      (error, _request, reply) => {
        reply.hijack()
        reply.raw.writeHead((error as { statusCode: number }).statusCode).end()
      },
    ]
    for (const handler of handlers) {
      const app = protectedApp()
      app.setErrorHandler(handler)
      const response = await get(app, '/me')
      expect(response.statusCode).toBe(401)
      expect(response.headers['www-authenticate']).toBe('Bearer realm="api"')
    }
  })

  it('does not replace headers that a handler sets, and leaves none in a response with another status', async () => {
    const app = protectedApp()
    app.setErrorHandler((_error, request, reply) =>
      request.url === '/me'
        ? reply.header('WWW-Authenticate', 'Basic realm="a"').send({})
        : reply.code(200).send({}),
    )
    const replaced = await get(app, '/me')
    expect(replaced.statusCode).toBe(401)
    expect(replaced.headers['www-authenticate']).toBe('Basic realm="a"')
    const recovered = await get(app, '/explicit')
    expect(recovered.statusCode).toBe(200)
    expect(recovered.headers['www-authenticate']).toBeUndefined()
    expect(recovered.headers['cache-control']).toBeUndefined()
  })

  it('keeps Retry-After too, when the refusal is asynchronous', async () => {
    const app = protectedApp(unavailableOptions())
    app.setErrorHandler((_error, _request, reply) => reply.send({ mine: true }))
    const response = await get(app, '/me', { headers: bearer(signToken()) })
    expect(response.statusCode).toBe(503)
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('can be turned into an RFC 6750 response with errorResponse', async () => {
    const app = protectedApp()
    app.setErrorHandler((error, _request, reply) => {
      const { status, headers, body } = errorResponse(error)
      return reply.code(status).headers(headers).send(body)
    })
    const response = await get(app, '/me', { headers: { authorization: 'Bearer a.b.c' } })
    expect(response.statusCode).toBe(401)
    expect(response.json()).toMatchObject({ error: 'invalid_token' })
  })

  it('is not confused with the error of a route handler, which arrives once', async () => {
    const app = protectedApp()
    const seen: string[] = []
    app.get('/broken', () => {
      throw new Error('handler failed')
    })
    app.setErrorHandler((error: Error, _request, reply) => {
      seen.push(error.message)
      return reply.code(500).send({})
    })
    const headers = bearer(signToken())
    for (let round = 0; round < 3; round++)
      expect((await get(app, '/broken', { headers })).statusCode).toBe(500)
    expect(seen).toEqual(['handler failed', 'handler failed', 'handler failed'])
  })
})

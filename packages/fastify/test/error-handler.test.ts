import { afterEach, describe, expect, it } from 'vitest'
import { errorResponse } from '../src/index.ts'
import { closeApps, get, protectedApp } from './apps.ts'
import { bearer, strandedVerifier, token } from './support.ts'

afterEach(closeApps)

describe('the error', () => {
  it("arrives in Fastify's own handler with fixed text, no stack and no token", async () => {
    const canary = await token({ exp: 1_000_000_000 })
    const response = await get(protectedApp(), '/me', { headers: bearer(canary) })
    expect(response.json()).toEqual({
      statusCode: 401,
      code: 'token_expired',
      error: 'Unauthorized',
      message: 'The access token has expired',
    })
    expect(response.body).not.toContain(canary)
  })

  it('keeps status and headers in a handler of your own that sets neither', async () => {
    const app = protectedApp()
    app.setErrorHandler((_error, _request, reply) => reply.send({ mine: true }))
    const response = await get(app, '/admin', { headers: bearer(await token()) })
    expect(response.statusCode).toBe(403)
    expect(response.headers['www-authenticate']).toContain('insufficient_scope')
    expect(response.headers['cache-control']).toBe('no-store')
    expect(response.json()).toEqual({ mine: true })
  })

  it('keeps Retry-After too, where the refusal comes later', async () => {
    const app = protectedApp({ verifier: strandedVerifier() })
    app.setErrorHandler((_error, _request, reply) => reply.send({ mine: true }))
    const response = await get(app, '/me', { headers: bearer(await token()) })
    expect(response.statusCode).toBe(503)
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('can be answered as RFC 6750 has it, with errorResponse', async () => {
    const app = protectedApp()
    app.setErrorHandler((error, _request, reply) => {
      const { status, headers, body } = errorResponse(error)
      return reply.code(status).headers(headers).send(body)
    })
    const response = await get(app, '/me', { headers: { authorization: 'Bearer a.b.c' } })
    expect(response.statusCode).toBe(401)
    expect(response.json()).toMatchObject({ error: 'invalid_token' })
  })

  it('of a handler that throws is that handler’s, and arrives once', async () => {
    const app = protectedApp()
    const seen: string[] = []
    app.get('/broken', () => {
      throw new Error('handler failed')
    })
    app.setErrorHandler((error: Error, _request, reply) => {
      seen.push(error.message)
      return reply.code(500).send({})
    })
    const headers = bearer(await token())
    for (let round = 0; round < 2; round++)
      expect((await get(app, '/broken', { headers })).statusCode).toBe(500)
    expect(seen).toEqual(['handler failed', 'handler failed'])
  })
})

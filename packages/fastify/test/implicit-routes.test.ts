import cors from '@fastify/cors'
import { bearer, signToken, verifierOptions } from '@okta-resource-server/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { oktaAuth } from '../src/index.ts'
import { closeApps, create, get, protectedApp } from './apps.ts'

afterEach(closeApps)

describe('unknown routes', () => {
  it('answer 401 without a token and 404 with one, as in Express, so that routes cannot be discovered without a token', async () => {
    const app = protectedApp()
    expect((await get(app, '/unknown')).statusCode).toBe(401)
    expect((await get(app, '/me', { method: 'DELETE' })).statusCode).toBe(401)
    const headers = bearer(signToken())
    expect((await get(app, '/unknown', { headers })).statusCode).toBe(404)
    expect((await get(app, '/me', { method: 'DELETE', headers })).statusCode).toBe(404)
  })

  it('answer 404 outside the protected context', async () => {
    const app = create()
    app.register(
      async (api) => {
        api.register(oktaAuth, verifierOptions())
        api.get('/me', async () => ({}))
      },
      { prefix: '/api' },
    )
    expect((await get(app, '/unknown')).statusCode).toBe(404)
    expect((await get(app, '/api/unknown')).statusCode).toBe(404)
    expect((await get(app, '/api/me')).statusCode).toBe(401)
  })

  it('are protected with a custom handler too, which can be declared open', async () => {
    const page = async () => 'page'
    const closed = protectedApp()
    closed.setNotFoundHandler(page)
    expect((await get(closed, '/unknown')).statusCode).toBe(401)
    const open = protectedApp()
    open.setNotFoundHandler({ config: { auth: false } } as object, page)
    expect((await get(open, '/unknown')).body).toBe('page')
  })

  it('answer 400, not 500, for a path that cannot be decoded', async () => {
    const response = await get(protectedApp(), '/%zz', { headers: bearer(signToken()) })
    expect(response.statusCode).toBe(400)
  })
})

describe('methods without a declared route', () => {
  it('HEAD is as protected as the GET route that Fastify derives it from', async () => {
    const app = protectedApp()
    const method = 'HEAD'
    const headers = bearer(signToken())
    expect((await get(app, '/admin', { method })).statusCode).toBe(401)
    expect((await get(app, '/admin', { method, headers })).statusCode).toBe(403)
    expect((await get(app, '/messages', { method, headers })).statusCode).toBe(200)
    expect((await get(app, '/health', { method })).statusCode).toBe(200)
  })

  it('OPTIONS is refused when no route handles it', async () => {
    expect((await get(protectedApp(), '/me', { method: 'OPTIONS' })).statusCode).toBe(401)
  })

  it('@fastify/cors before the plugin answers preflight requests, and refusals keep the CORS headers', async () => {
    const app = create()
    app.register(cors, { origin: 'https://app.example', exposedHeaders: ['WWW-Authenticate'] })
    app.register(oktaAuth, verifierOptions())
    app.get('/me', async () => ({}))
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' }
    expect((await get(app, '/me', { method: 'OPTIONS', headers })).statusCode).toBe(204)
    const refused = await get(app, '/me', { headers: { origin: 'https://app.example' } })
    expect(refused.statusCode).toBe(401)
    expect(refused.headers['access-control-allow-origin']).toBe('https://app.example')
    expect(refused.headers['access-control-expose-headers']).toBe('WWW-Authenticate')
  })
})

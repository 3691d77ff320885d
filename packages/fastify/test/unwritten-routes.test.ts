import cors from '@fastify/cors'
import { afterEach, describe, expect, it } from 'vitest'
import { oktaAuth } from '../src/index.ts'
import { closeApps, create, get, protectedApp } from './apps.ts'
import { bearer, token, verifier } from './support.ts'

afterEach(closeApps)

describe('unknown routes', () => {
  it('answer 401 without a token and 404 with one, as in Express: nobody learns which routes there are', async () => {
    const app = protectedApp()
    expect((await get(app, '/unknown')).statusCode).toBe(401)
    expect((await get(app, '/me', { method: 'DELETE' })).statusCode).toBe(401)
    const headers = bearer(await token())
    expect((await get(app, '/unknown', { headers })).statusCode).toBe(404)
    expect((await get(app, '/me', { method: 'DELETE', headers })).statusCode).toBe(404)
  })

  it('answer 404 outside of the context that is protected', async () => {
    const app = create()
    app.register(
      async (api) => {
        api.register(oktaAuth, { verifier: verifier() })
        api.get('/me', async () => ({}))
      },
      { prefix: '/api' },
    )
    expect((await get(app, '/unknown')).statusCode).toBe(404)
    expect((await get(app, '/api/unknown')).statusCode).toBe(404)
    expect((await get(app, '/api/me')).statusCode).toBe(401)
  })

  it('are protected with a handler of your own, which may say that it is open', async () => {
    const page = async () => 'page'
    const closed = protectedApp()
    closed.setNotFoundHandler(page)
    expect((await get(closed, '/unknown')).statusCode).toBe(401)
    const open = protectedApp()
    open.setNotFoundHandler({ config: { auth: false } } as object, page)
    expect((await get(open, '/unknown')).body).toBe('page')
  })

  it('never become a 500 for a path that cannot be decoded', async () => {
    const response = await get(protectedApp(), '/%zz', { headers: bearer(await token()) })
    expect(response.statusCode).toBe(400)
  })
})

describe('methods that users do not write themselves', () => {
  it('HEAD is as protected as the GET from which Fastify makes it', async () => {
    const app = protectedApp()
    const method = 'HEAD'
    const headers = bearer(await token())
    expect((await get(app, '/admin', { method })).statusCode).toBe(401)
    expect((await get(app, '/admin', { method, headers })).statusCode).toBe(403)
    expect((await get(app, '/messages', { method, headers })).statusCode).toBe(200)
    expect((await get(app, '/health', { method })).statusCode).toBe(200)
  })

  it('OPTIONS is refused like any other where no route is there for it', async () => {
    expect((await get(protectedApp(), '/me', { method: 'OPTIONS' })).statusCode).toBe(401)
  })

  it('a preflight is answered by @fastify/cors before it, and refusals keep the CORS headers', async () => {
    const app = create()
    app.register(cors, { origin: 'https://app.example', exposedHeaders: ['WWW-Authenticate'] })
    app.register(oktaAuth, { verifier: verifier() })
    app.get('/me', async () => ({}))
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' }
    expect((await get(app, '/me', { method: 'OPTIONS', headers })).statusCode).toBe(204)
    const refused = await get(app, '/me', { headers: { origin: 'https://app.example' } })
    expect(refused.statusCode).toBe(401)
    expect(refused.headers['access-control-allow-origin']).toBe('https://app.example')
    expect(refused.headers['access-control-expose-headers']).toBe('WWW-Authenticate')
  })
})

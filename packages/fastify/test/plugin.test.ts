import {
  bearer,
  CLIENT_ID,
  NOW,
  signToken,
  unavailableOptions,
  verifierOptions,
} from '@okta-resource-server/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { oktaAuth } from '../src/index.ts'
import { closeApps, create, get, optional, protectedApp } from './apps.ts'

/** RFC 6750, section 3.1: no error code for a request without credentials. */
const BARE_CHALLENGE = /^Bearer( realm="[^"]*")?$/

afterEach(closeApps)

describe('a protected route', () => {
  it('is the default for every route, without await and without configuration', async () => {
    const response = await get(protectedApp(), '/me')
    expect(response.statusCode).toBe(401)
    expect(response.headers['www-authenticate']).toMatch(BARE_CHALLENGE)
    expect(response.headers['cache-control']).toBe('no-store')
  })

  it('accepts a valid token and sets request.auth', async () => {
    const app = protectedApp()
    const headers = bearer(signToken())
    expect((await get(app, '/messages', { headers })).json()).toMatchObject({
      sub: 'someone@example.com',
      cid: CLIENT_ID,
    })
    expect((await get(app, '/explicit', { headers })).statusCode).toBe(200)
    expect((await get(app, '/any', { headers })).statusCode).toBe(200)
  })

  it('answers 401 invalid_token to an expired token', async () => {
    const response = await get(protectedApp(), '/me', {
      headers: bearer(signToken({ claims: { exp: NOW - 3_600 } })),
    })
    expect(response.statusCode).toBe(401)
    expect(response.headers['www-authenticate']).toContain('error="invalid_token"')
  })

  it('answers 403 insufficient_scope with the required scopes', async () => {
    const response = await get(protectedApp(), '/admin', { headers: bearer(signToken()) })
    expect(response.statusCode).toBe(403)
    expect(response.headers['www-authenticate']).toContain('scope="messages:read messages:write"')
  })

  it('answers 403 without a required claim, and does not disclose the required value', async () => {
    const response = await get(protectedApp(), '/claim', { headers: bearer(signToken()) })
    expect(response.statusCode).toBe(403)
    expect(JSON.stringify(response.headers) + response.body).not.toContain('another')
  })

  it('answers 400 invalid_request to a token in the query', async () => {
    const response = await get(protectedApp(), `/me?access_token=${signToken()}`)
    expect(response.statusCode).toBe(400)
    expect(response.headers['www-authenticate']).toContain('error="invalid_request"')
  })

  it('answers 503 with Retry-After while the authorization server is unavailable', async () => {
    const app = protectedApp(unavailableOptions())
    const response = await get(app, '/me', { headers: bearer(signToken()) })
    expect(response.statusCode).toBe(503)
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
    expect(response.headers['www-authenticate']).toBeUndefined()
  })

  it('answers before the body is read', async () => {
    const headers = { 'content-type': 'application/json' }
    const response = await get(protectedApp(), '/messages', { method: 'POST', headers, payload: '{broken' })
    expect(response.statusCode).toBe(401)
  })

  it('can have a prefix, and is protected with and without a trailing slash', async () => {
    const app = create()
    app.register(oktaAuth, verifierOptions())
    app.register(
      async (child) => {
        child.get('/', { config: { auth: { scopes: ['messages:write'] } } }, async () => ({}))
      },
      { prefix: '/v1' },
    )
    const headers = bearer(signToken())
    for (const url of ['/v1', '/v1/']) {
      expect((await get(app, url)).statusCode).toBe(401)
      expect((await get(app, url, { headers })).statusCode).toBe(403)
    }
  })

  it('may be declared before the plugin in the same context', async () => {
    const app = create()
    app.get('/', async () => ({}))
    await app.register(oktaAuth, verifierOptions())
    expect((await get(app, '/')).statusCode).toBe(401)
  })
})

describe('an open route', () => {
  it('needs no token, and request.auth is null', async () => {
    expect((await get(protectedApp(), '/health')).json()).toEqual({ auth: null })
  })

  it('ignores credentials', async () => {
    const response = await get(protectedApp(), '/health', { headers: { authorization: 'Basic YTpi' } })
    expect(response.json()).toEqual({ auth: null })
  })
})

describe("with credentials: 'optional'", () => {
  it('a route without configuration accepts a request without credentials, and request.auth is null', async () => {
    expect((await get(protectedApp(optional), '/me')).json()).toEqual({ subject: null })
  })

  it('request.auth is set when the request has a token', async () => {
    const response = await get(protectedApp(optional), '/me', {
      headers: bearer(signToken()),
    })
    expect(response.json()).toEqual({ subject: 'someone@example.com' })
  })

  it.each([
    ['a bad token', { authorization: 'Bearer x.y.z' }, 401],
    ['another scheme', { authorization: 'Basic YTpi' }, 401],
    ['no token after the scheme', { authorization: 'Bearer' }, 400],
  ])('%s is still refused', async (_what, headers, status) => {
    expect((await get(protectedApp(optional), '/me', { headers })).statusCode).toBe(status)
  })

  it('a token is answered with 503 while the authorization server is unavailable', async () => {
    const app = protectedApp({ ...unavailableOptions(), credentials: 'optional' })
    expect((await get(app, '/me', { headers: bearer(signToken()) })).statusCode).toBe(503)
  })

  it.each(['/explicit', '/messages', '/any', '/claim'])(
    'a route with requirements, %s, requires a token',
    async (url) => {
      expect((await get(protectedApp(optional), url)).statusCode).toBe(401)
    },
  )

  it('set for one route, its scopes are required only of requests with a token', async () => {
    const app = protectedApp()
    expect((await get(app, '/maybe')).json()).toEqual({ auth: null })
    expect((await get(app, '/maybe', { headers: bearer(signToken()) })).statusCode).toBe(403)
  })
})

describe('with global: false', () => {
  it('only routes that opt in are protected, for example by config.auth', async () => {
    const app = protectedApp({ ...verifierOptions(), global: false })
    expect((await get(app, '/me')).statusCode).toBe(200)
    expect((await get(app, '/health')).statusCode).toBe(200)
    expect((await get(app, '/unknown')).statusCode).toBe(404)
    for (const url of ['/explicit', '/messages', '/any', '/claim'])
      expect((await get(app, url)).statusCode).toBe(401)
    expect((await get(app, '/messages', { headers: bearer(signToken()) })).statusCode).toBe(200)
  })

  it('requireAuth protects the route whose hook it is', async () => {
    const app = create()
    await app.register(oktaAuth, { ...verifierOptions(), global: false })
    app.get('/any-token', { onRequest: app.requireAuth() }, async (request) => request.auth.claims)
    app.get('/write', { onRequest: app.requireAuth({ scopes: ['messages:write'] }) }, async () => ({}))
    app.get('/read', { onRequest: [app.requireAuth({ scopes: ['messages:read'] })] }, async () => ({}))
    app.get('/maybe', { onRequest: app.requireAuth({ credentials: 'optional' }) }, async (request) => ({
      auth: request.auth,
    }))
    const headers = bearer(signToken())
    expect((await get(app, '/any-token')).statusCode).toBe(401)
    expect((await get(app, '/any-token', { headers })).json()).toMatchObject({ cid: CLIENT_ID })
    expect((await get(app, '/write', { headers })).statusCode).toBe(403)
    expect((await get(app, '/read', { headers })).statusCode).toBe(200)
    expect((await get(app, '/maybe')).json()).toEqual({ auth: null })
  })
})

describe('requireAuth under global protection', () => {
  it('adds to the requirements of the plugin, and protects a route that config.auth opens', async () => {
    const app = create()
    await app.register(oktaAuth, verifierOptions())
    const onRequest = app.requireAuth({ scopes: ['messages:write'] })
    app.get('/a', { onRequest }, async () => ({}))
    app.get('/b', { onRequest, config: { auth: false } }, async () => ({}))
    const headers = bearer(signToken())
    for (const url of ['/a', '/b']) {
      expect((await get(app, url)).statusCode).toBe(401)
      expect((await get(app, url, { headers })).statusCode).toBe(403)
    }
  })
})

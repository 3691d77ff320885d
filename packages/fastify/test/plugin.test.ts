import { afterEach, describe, expect, it } from 'vitest'
import named, { oktaAuth } from '../src/index.ts'
import { closeApps, create, get, protectedApp } from './apps.ts'
import { bearer, strandedVerifier, token, verifier } from './support.ts'

/** RFC 6750 §3.1: no error code where there was no token. */
const BARE_CHALLENGE = /^Bearer( realm="[^"]*")?$/

afterEach(closeApps)

describe('a protected route', () => {
  it('is what every route is, without await and without a word of its own', async () => {
    const response = await get(protectedApp(), '/me')
    expect(response.statusCode).toBe(401)
    expect(response.headers['www-authenticate']).toMatch(BARE_CHALLENGE)
    expect(response.headers['cache-control']).toBe('no-store')
  })

  it('lets a valid token in and puts what it says into request.auth', async () => {
    const app = protectedApp()
    const headers = bearer(await token())
    expect((await get(app, '/messages', { headers })).json()).toMatchObject({
      sub: 'ada@example.com',
      cid: 'client-1',
    })
    expect((await get(app, '/explicit', { headers })).statusCode).toBe(200)
    expect((await get(app, '/any', { headers })).statusCode).toBe(200)
  })

  it('answers 401 invalid_token to an expired token', async () => {
    const response = await get(protectedApp(), '/me', {
      headers: bearer(await token({ exp: 1_000_000_000 })),
    })
    expect(response.statusCode).toBe(401)
    expect(response.headers['www-authenticate']).toContain('error="invalid_token"')
  })

  it('answers 403 insufficient_scope and names the scopes', async () => {
    const response = await get(protectedApp(), '/admin', { headers: bearer(await token()) })
    expect(response.statusCode).toBe(403)
    expect(response.headers['www-authenticate']).toContain('scope="messages:read messages:write"')
  })

  it('answers 403 where a claim is not as asked, and never tells its value', async () => {
    const response = await get(protectedApp(), '/claim', { headers: bearer(await token()) })
    expect(response.statusCode).toBe(403)
    expect(JSON.stringify(response.headers) + response.body).not.toContain('another')
  })

  it('answers 400 invalid_request to a token in the query', async () => {
    const response = await get(protectedApp(), `/me?access_token=${await token()}`)
    expect(response.statusCode).toBe(400)
    expect(response.headers['www-authenticate']).toContain('error="invalid_request"')
  })

  it('answers 503 with Retry-After while the authorization server is out of reach', async () => {
    const app = protectedApp({ verifier: strandedVerifier() })
    const response = await get(app, '/me', { headers: bearer(await token()) })
    expect(response.statusCode).toBe(503)
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
    expect(response.headers['www-authenticate']).toBeUndefined()
  })

  it('answers before the body is read', async () => {
    const headers = { 'content-type': 'application/json' }
    const response = await get(protectedApp(), '/messages', { method: 'POST', headers, payload: '{broken' })
    expect(response.statusCode).toBe(401)
  })

  it('is one with a prefix too, with and without a slash at the end', async () => {
    const app = create()
    app.register(oktaAuth, { verifier: verifier() })
    app.register(
      async (child) => {
        child.get('/', { config: { auth: { scopes: ['messages:write'] } } }, async () => ({}))
      },
      { prefix: '/v1' },
    )
    const headers = bearer(await token())
    for (const url of ['/v1', '/v1/']) {
      expect((await get(app, url)).statusCode).toBe(401)
      expect((await get(app, url, { headers })).statusCode).toBe(403)
    }
  })

  it('is one also where it was declared before the plugin, in the same context', async () => {
    const app = create()
    app.get('/', async () => ({}))
    await app.register(oktaAuth, { verifier: verifier() })
    expect((await get(app, '/')).statusCode).toBe(401)
  })
})

describe('an open route', () => {
  it('needs no token, and request.auth is null', async () => {
    expect((await get(protectedApp(), '/health')).json()).toEqual({ auth: null })
  })

  it('does not look at credentials either', async () => {
    const response = await get(protectedApp(), '/health', { headers: { authorization: 'Basic YTpi' } })
    expect(response.json()).toEqual({ auth: null })
  })
})

describe("with credentials: 'optional'", () => {
  it('a route without a word of its own lets a request without credentials through, and auth is null', async () => {
    expect((await get(protectedApp({ credentials: 'optional' }), '/me')).json()).toEqual({ subject: null })
  })

  it('the caller who sends a token is known', async () => {
    const response = await get(protectedApp({ credentials: 'optional' }), '/me', {
      headers: bearer(await token()),
    })
    expect(response.json()).toEqual({ subject: 'ada@example.com' })
  })

  it.each([
    ['a bad token', { authorization: 'Bearer x.y.z' }, 401],
    ['another scheme', { authorization: 'Basic YTpi' }, 401],
    ['no token after the scheme', { authorization: 'Bearer' }, 400],
  ])('%s is refused all the same', async (_what, headers, status) => {
    expect((await get(protectedApp({ credentials: 'optional' }), '/me', { headers })).statusCode).toBe(status)
  })

  it('nobody is let through while the authorization server is out of reach', async () => {
    const app = protectedApp({ credentials: 'optional', verifier: strandedVerifier() })
    expect((await get(app, '/me', { headers: bearer(await token()) })).statusCode).toBe(503)
  })

  it.each(['/explicit', '/messages', '/any', '/claim'])(
    'a route that asks for something, %s, asks for a token',
    async (url) => {
      expect((await get(protectedApp({ credentials: 'optional' }), url)).statusCode).toBe(401)
    },
  )

  it('said of one route, its scopes are asked only of those who send a token', async () => {
    const app = protectedApp()
    expect((await get(app, '/maybe')).json()).toEqual({ auth: null })
    expect((await get(app, '/maybe', { headers: bearer(await token()) })).statusCode).toBe(403)
  })
})

describe('with global: false', () => {
  it('only routes that ask are protected, by config.auth too', async () => {
    const app = protectedApp({ global: false })
    expect((await get(app, '/me')).statusCode).toBe(200)
    expect((await get(app, '/health')).statusCode).toBe(200)
    expect((await get(app, '/unknown')).statusCode).toBe(404)
    for (const url of ['/explicit', '/messages', '/any', '/claim'])
      expect((await get(app, url)).statusCode).toBe(401)
    expect((await get(app, '/messages', { headers: bearer(await token()) })).statusCode).toBe(200)
  })

  it('requireAuth protects the route that it is given to', async () => {
    const app = create()
    await app.register(oktaAuth, { verifier: verifier(), global: false })
    app.get('/any-token', { onRequest: app.requireAuth() }, async (request) => request.auth.claims)
    app.get('/write', { onRequest: app.requireAuth({ scopes: ['messages:write'] }) }, async () => ({}))
    app.get('/read', { onRequest: [app.requireAuth({ scopes: ['messages:read'] })] }, async () => ({}))
    app.get('/maybe', { onRequest: app.requireAuth({ credentials: 'optional' }) }, async (request) => ({
      auth: request.auth,
    }))
    const headers = bearer(await token())
    expect((await get(app, '/any-token')).statusCode).toBe(401)
    expect((await get(app, '/any-token', { headers })).json()).toMatchObject({ cid: 'client-1' })
    expect((await get(app, '/write', { headers })).statusCode).toBe(403)
    expect((await get(app, '/read', { headers })).statusCode).toBe(200)
    expect((await get(app, '/maybe')).json()).toEqual({ auth: null })
  })

  it('requireAuth in a later hook sees a second token in the parsed form', async () => {
    const app = create()
    await app.register(oktaAuth, { verifier: verifier(), global: false })
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => {
        done(null, Object.fromEntries(new URLSearchParams(body as string)))
      },
    )
    app.post('/', { preHandler: app.requireAuth() }, async () => ({}))
    const value = await token()
    const headers = { ...bearer(value), 'content-type': 'application/x-www-form-urlencoded' }
    const post = (payload: string) => app.inject({ method: 'POST', url: '/', headers, payload })
    expect((await post(`access_token=${value}`)).statusCode).toBe(400)
    expect((await post('text=hello')).statusCode).toBe(200)
  })
})

describe('requireAuth under global protection', () => {
  it('asks on top of what the plugin asks, and closes a route that config.auth opens', async () => {
    const app = create()
    await app.register(oktaAuth, { verifier: verifier() })
    const onRequest = app.requireAuth({ scopes: ['messages:write'] })
    app.get('/a', { onRequest }, async () => ({}))
    app.get('/b', { onRequest, config: { auth: false } }, async () => ({}))
    const headers = bearer(await token())
    for (const url of ['/a', '/b']) {
      expect((await get(app, url)).statusCode).toBe(401)
      expect((await get(app, url, { headers })).statusCode).toBe(403)
    }
  })
})

it('is the default export and a named one', () => {
  expect(named).toBe(oktaAuth)
})

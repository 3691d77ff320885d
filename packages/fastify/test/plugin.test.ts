import cors from '@fastify/cors'
import fastify, { type FastifyInstance, type InjectOptions, type LightMyRequestResponse } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import named, { errorResponse, type OktaAuthOptions, oktaAuth } from '../src/index.ts'
import { bearer, strandedVerifier, token, verifier } from './support.ts'

/** RFC 6750 §3.1: no error code where there was no token. */
const BARE_CHALLENGE = /^Bearer( realm="[^"]*")?$/

const apps: FastifyInstance[] = []

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

function create(): FastifyInstance {
  const app = fastify()
  apps.push(app)
  return app
}

/** Registered as users do it: without await, routes right after. */
function protectedApp(options: object = {}): FastifyInstance {
  const app = create()
  app.register(oktaAuth, { verifier: verifier(), ...options } as OktaAuthOptions)
  app.get('/me', async (request) => ({ subject: request.auth?.subject ?? null }))
  app.get('/explicit', { config: { auth: true } }, async (request) => request.auth.claims)
  app.get('/health', { config: { auth: false } }, async (request) => ({ auth: request.auth }))
  app.get(
    '/messages',
    { config: { auth: { scopes: ['messages:read'] } } },
    async (request) => request.auth.claims,
  )
  app.get('/admin', { config: { auth: { scopes: ['messages:read', 'messages:write'] } } }, async () => ({}))
  app.get('/any', { config: { auth: { anyScope: ['other', 'messages:read'] } } }, async () => ({}))
  app.get('/claim', { config: { auth: { claims: { cid: 'another' } } } }, async () => ({}))
  app.get(
    '/maybe',
    { config: { auth: { credentials: 'optional', scopes: ['messages:write'] } } },
    async (request) => ({
      auth: request.auth,
    }),
  )
  app.post('/messages', async (request) => request.body)
  return app
}

const get = (
  app: FastifyInstance,
  url: string,
  options: InjectOptions = {},
): Promise<LightMyRequestResponse> => app.inject({ url, ...options })

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

it('is the default export and a named one', () => {
  expect(named).toBe(oktaAuth)
})

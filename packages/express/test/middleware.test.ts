import cors from 'cors'
import express5, { type NextFunction, type Request, type Response } from 'express'
import express4 from 'express4'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { errorResponse, oktaAuth, requireScopes } from '../src/index.ts'
import { bearer, serve, stopServers, strandedVerifier, token, verifier } from './support.ts'

/** RFC 6750 §3.1: no error code where there was no token. */
const BARE_CHALLENGE = /^Bearer( realm="[^"]*")?$/

afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await stopServers()
})

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('oktaAuth in %s', (_name, express) => {
  function protectedApp(options = {}) {
    const app = express()
    app.use(oktaAuth({ verifier: verifier(), ...options }))
    app.get('/me', (req, res) => {
      res.json({ subject: req.auth?.subject ?? null })
    })
    app.get('/messages', requireScopes('messages:read'), (req, res) => {
      res.json(req.auth.claims)
    })
    app.get('/admin', requireScopes('messages:read', 'messages:write'), (_req, res) => {
      res.json({})
    })
    return app
  }

  it('lets a valid token in and puts what it says into req.auth', async () => {
    const url = await serve(protectedApp())
    const response = await fetch(`${url}/messages`, { headers: bearer(await token()) })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ sub: 'ada@example.com', cid: 'client-1' })
  })

  it('answers 401 with a bare challenge when there is no token', async () => {
    const url = await serve(protectedApp())
    const response = await fetch(`${url}/me`)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(BARE_CHALLENGE)
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('answers 401 to an unknown path too, so that nobody learns which paths there are', async () => {
    const url = await serve(protectedApp())
    expect((await fetch(`${url}/unknown`)).status).toBe(401)
    expect((await fetch(`${url}/unknown`, { headers: bearer(await token()) })).status).toBe(404)
  })

  it('answers 401 invalid_token to an expired token', async () => {
    const url = await serve(protectedApp())
    const response = await fetch(`${url}/me`, { headers: bearer(await token({ exp: 1_000_000_000 })) })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  it('answers 400 invalid_request to a token in the query, also below a mount path', async () => {
    const app = express()
    app.use('/api', oktaAuth({ verifier: verifier() }))
    const url = await serve(app)
    const response = await fetch(`${url}/api/me?access_token=${await token()}`)
    expect(response.status).toBe(400)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_request"')
  })

  it('answers 400 to a second token in a form body that was parsed before', async () => {
    const app = express()
    app.use(express.urlencoded({ extended: false }), oktaAuth({ verifier: verifier() }))
    const url = await serve(app)
    const value = await token()
    const body = new URLSearchParams({ access_token: value })
    expect((await fetch(url, { method: 'POST', headers: bearer(value), body })).status).toBe(400)
  })

  it('answers 403 insufficient_scope and names the scopes', async () => {
    const url = await serve(protectedApp())
    const response = await fetch(`${url}/admin`, { headers: bearer(await token()) })
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toContain('scope="messages:read messages:write"')
  })

  it('answers 503 with Retry-After while the authorization server is out of reach', async () => {
    const url = await serve(protectedApp({ verifier: strandedVerifier() }))
    const response = await fetch(`${url}/me`, { headers: bearer(await token()) })
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(response.headers.get('www-authenticate')).toBeNull()
  })

  it('tells the client nothing in development, where Express prints stacks', async () => {
    vi.stubEnv('NODE_ENV', undefined)
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const url = await serve(protectedApp())
    const canary = await token({ exp: 1_000_000_000 })
    const body = await (await fetch(`${url}/me`, { headers: bearer(canary) })).text()
    expect(body).toContain('InvalidTokenError: The access token has expired')
    expect(body).not.toMatch(/\bat .*:\d+|node_modules|file:|\.ts/)
    expect(body).not.toContain(canary)
    for (const call of vi.mocked(console.error).mock.calls) expect(String(call)).not.toContain(canary)
  })

  it('leaves the answer to an error handler of your own', async () => {
    const app = protectedApp()
    app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
      const { status, headers, body } = errorResponse(error)
      res.status(status).set(headers).send(body)
    })
    const url = await serve(app)
    const response = await fetch(`${url}/me`, { headers: bearer('not.a.token') })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(await response.json()).toMatchObject({ error: 'invalid_token' })
  })

  it('never sees a preflight request when cors() stands before it, and its refusals keep the CORS headers', async () => {
    const app = express()
    app.use(cors({ origin: 'https://app.example', exposedHeaders: ['WWW-Authenticate'] }))
    app.use(oktaAuth({ verifier: verifier() }))
    const url = await serve(app)
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' }
    expect((await fetch(url, { method: 'OPTIONS', headers })).status).toBe(204)
    const refused = await fetch(url, { headers: { origin: 'https://app.example' } })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(refused.headers.get('access-control-expose-headers')).toBe('WWW-Authenticate')
  })

  it('refuses a preflight request like any other where nothing stands before it', async () => {
    const url = await serve(protectedApp())
    expect((await fetch(`${url}/me`, { method: 'OPTIONS' })).status).toBe(401)
  })

  describe("with credentials: 'optional'", () => {
    it('lets a request without credentials through, without req.auth', async () => {
      const url = await serve(protectedApp({ credentials: 'optional' }))
      const response = await fetch(`${url}/me`)
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({ subject: null })
    })

    it('knows the caller who sends a token', async () => {
      const url = await serve(protectedApp({ credentials: 'optional' }))
      const response = await fetch(`${url}/me`, { headers: bearer(await token()) })
      expect(await response.json()).toEqual({ subject: 'ada@example.com' })
    })

    it.each([
      ['a bad token', { authorization: 'Bearer x.y.z' }, 401],
      ['another scheme', { authorization: 'Basic YTpi' }, 401],
      ['no token after the scheme', { authorization: 'Bearer' }, 400],
    ])('refuses %s all the same', async (_what, headers, status) => {
      const url = await serve(protectedApp({ credentials: 'optional' }))
      expect((await fetch(`${url}/me`, { headers })).status).toBe(status)
    })

    it('refuses a token in the query all the same', async () => {
      const url = await serve(protectedApp({ credentials: 'optional' }))
      expect((await fetch(`${url}/me?access_token=x`)).status).toBe(400)
    })

    it('still has guards answer 401 to a request without credentials', async () => {
      const url = await serve(protectedApp({ credentials: 'optional' }))
      const response = await fetch(`${url}/messages`)
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toMatch(BARE_CHALLENGE)
    })

    it('lets nobody through while the authorization server is out of reach', async () => {
      const url = await serve(protectedApp({ verifier: strandedVerifier(), credentials: 'optional' }))
      expect((await fetch(`${url}/me`, { headers: bearer(await token()) })).status).toBe(503)
    })
  })

  it('has a handler that throws answered once, as a fault of that handler', async () => {
    const app = express()
    const value = await token()
    const seen: string[] = []
    app.use(oktaAuth({ verifier: verifier() }))
    app.get('/', () => {
      throw new Error('handler failed')
    })
    app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
      seen.push(error.message)
      res.status(500).end()
    })
    const url = await serve(app)
    for (let round = 0; round < 2; round++) {
      expect((await fetch(url, { headers: bearer(value) })).status).toBe(500)
    }
    expect(seen).toEqual(['handler failed', 'handler failed'])
  })
})

import {
  bearer,
  CLIENT_ID,
  NOW,
  signToken,
  unavailableOptions,
  verifierOptions,
} from '@okta-resource-server/testing'
import { serve } from '@okta-resource-server/testing/vitest'
import cors from 'cors'
import express5, { type NextFunction, type Request, type Response } from 'express'
import express4 from 'express4'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  ERROR_CATALOGUE,
  errorResponse,
  type OktaAuthOptions,
  oktaAuth,
  requireScopes,
} from '../src/index.ts'

/** RFC 6750, section 3.1: no error code for a request without credentials. */
const BARE_CHALLENGE = /^Bearer( realm="[^"]*")?$/
const SUBJECT = 'someone@example.com'

const optional: OktaAuthOptions = { ...verifierOptions(), credentials: 'optional' }
const expired = (): string => signToken({ claims: { exp: NOW - 3_600 } })

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('oktaAuth in %s', (_name, express) => {
  function protectedApp(options: OktaAuthOptions = verifierOptions()) {
    const app = express()
    app.use(oktaAuth(options))
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

  it('accepts a valid token and sets req.auth', async () => {
    const url = await serve(protectedApp())
    const response = await fetch(`${url}/messages`, { headers: bearer(signToken()) })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ sub: SUBJECT, cid: CLIENT_ID })
  })

  it('answers 401 with a bare challenge when there is no token', async () => {
    const url = await serve(protectedApp())
    const response = await fetch(`${url}/me`)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(BARE_CHALLENGE)
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('answers 401 to an unknown path, so that paths cannot be discovered without a token', async () => {
    const url = await serve(protectedApp())
    expect((await fetch(`${url}/unknown`)).status).toBe(401)
    expect((await fetch(`${url}/unknown`, { headers: bearer(signToken()) })).status).toBe(404)
  })

  it('answers 401 invalid_token to an expired token', async () => {
    const url = await serve(protectedApp())
    const response = await fetch(`${url}/me`, { headers: bearer(expired()) })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  it('answers 400 invalid_request to a token in the query, also under a mount path', async () => {
    const app = express()
    app.use('/api', oktaAuth(verifierOptions()))
    const url = await serve(app)
    const response = await fetch(`${url}/api/me?access_token=${signToken()}`)
    expect(response.status).toBe(400)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_request"')
  })

  it.each(['required', 'optional'] as const)(
    'answers 400 to a token in a form body that is already parsed, with or without a token in the header (credentials: %s)',
    async (credentials) => {
      const app = express()
      app.use(express.urlencoded({ extended: false }), oktaAuth({ ...verifierOptions(), credentials }))
      app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
        res.status(errorResponse(error).status).json({ code: (error as { code?: unknown }).code })
      })
      const url = await serve(app)
      const value = signToken()
      const post = async (headers: Record<string, string>, body: URLSearchParams) => {
        const response = await fetch(url, { method: 'POST', headers, body })
        return [response.status, ((await response.json().catch(() => ({}))) as { code?: string }).code]
      }
      const form = new URLSearchParams({ access_token: value })
      expect(await post(bearer(value), form)).toEqual([400, 'multiple_tokens'])
      expect(await post({}, form)).toEqual([400, 'token_in_body'])
      expect(await post(bearer(value), new URLSearchParams({ text: 'hello' }))).toEqual([404, undefined])
    },
  )

  it('answers 403 insufficient_scope with the required scopes', async () => {
    const url = await serve(protectedApp())
    const response = await fetch(`${url}/admin`, { headers: bearer(signToken()) })
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toContain('scope="messages:read messages:write"')
  })

  it('answers 503 with Retry-After while the authorization server is unavailable', async () => {
    const url = await serve(protectedApp(unavailableOptions()))
    const response = await fetch(`${url}/me`, { headers: bearer(signToken()) })
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(response.headers.get('www-authenticate')).toBeNull()
  })

  it('exposes no stack and no token in development, where Express prints stacks', async () => {
    vi.stubEnv('NODE_ENV', undefined)
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const url = await serve(protectedApp())
    const canary = expired()
    const body = await (await fetch(`${url}/me`, { headers: bearer(canary) })).text()
    expect(body).toContain(`InvalidTokenError: ${ERROR_CATALOGUE.InvalidTokenError.token_expired}`)
    expect(body).not.toMatch(/\bat .*:\d+|node_modules|file:|\.ts/)
    expect(body).not.toContain(canary)
    for (const call of vi.mocked(console.error).mock.calls) expect(String(call)).not.toContain(canary)
  })

  it('leaves the response to a custom error handler', async () => {
    const app = protectedApp()
    app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
      const { status, headers, body } = errorResponse(error)
      res.status(status).set(headers).json(body)
    })
    const url = await serve(app)
    const response = await fetch(`${url}/me`, { headers: bearer('not.a.token') })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(await response.json()).toMatchObject({ error: 'invalid_token' })
  })

  it('lets cors() before it answer preflight requests, and keeps the CORS headers of refusals', async () => {
    const app = express()
    app.use(cors({ origin: 'https://app.example', exposedHeaders: ['WWW-Authenticate'] }))
    app.use(oktaAuth(verifierOptions()))
    const url = await serve(app)
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' }
    expect((await fetch(url, { method: 'OPTIONS', headers })).status).toBe(204)
    const refused = await fetch(url, { headers: { origin: 'https://app.example' } })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(refused.headers.get('access-control-expose-headers')).toBe('WWW-Authenticate')
  })

  it('refuses a preflight request if nothing before it answers', async () => {
    const url = await serve(protectedApp())
    expect((await fetch(`${url}/me`, { method: 'OPTIONS' })).status).toBe(401)
  })

  describe("with credentials: 'optional'", () => {
    it('accepts a request without credentials, without req.auth', async () => {
      const url = await serve(protectedApp(optional))
      const response = await fetch(`${url}/me`)
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({ subject: null })
    })

    it('sets req.auth when the request has a token', async () => {
      const url = await serve(protectedApp(optional))
      const response = await fetch(`${url}/me`, { headers: bearer(signToken()) })
      expect(await response.json()).toEqual({ subject: SUBJECT })
    })

    it.each([
      ['a bad token', { authorization: 'Bearer x.y.z' }, 401],
      ['another scheme', { authorization: 'Basic YTpi' }, 401],
      ['no token after the scheme', { authorization: 'Bearer' }, 400],
    ])('still refuses %s', async (_what, headers, status) => {
      const url = await serve(protectedApp(optional))
      expect((await fetch(`${url}/me`, { headers })).status).toBe(status)
    })

    it('still refuses a token in the query', async () => {
      const url = await serve(protectedApp(optional))
      expect((await fetch(`${url}/me?access_token=x`)).status).toBe(400)
    })

    it('makes guards answer 401 to a request without credentials', async () => {
      const url = await serve(protectedApp(optional))
      const response = await fetch(`${url}/messages`)
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toMatch(BARE_CHALLENGE)
    })

    it('answers 503 to a token while the authorization server is unavailable', async () => {
      const url = await serve(protectedApp({ ...unavailableOptions(), credentials: 'optional' }))
      expect((await fetch(`${url}/me`, { headers: bearer(signToken()) })).status).toBe(503)
    })
  })

  it('passes the error of a route handler to the error handler once', async () => {
    const app = express()
    const value = signToken()
    const seen: string[] = []
    app.use(oktaAuth(verifierOptions()))
    app.get('/', () => {
      throw new Error('handler failed')
    })
    app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
      seen.push(error.message)
      res.status(500).end()
    })
    const url = await serve(app)
    for (let round = 0; round < 3; round++) {
      expect((await fetch(url, { headers: bearer(value) })).status).toBe(500)
    }
    expect(seen).toEqual(['handler failed', 'handler failed', 'handler failed'])
  })
})

import { bearer, CLIENT_ID, ISSUER, NOW, signToken, verifierOptions } from '@okta-resource-server/testing'
import { published, serve } from '@okta-resource-server/testing/vitest'
import express5, { type NextFunction, type Request, type Response } from 'express'
import express4 from 'express4'
import { describe, expect, it, vi } from 'vitest'
import {
  authOf,
  ConfigurationError,
  createAccessTokenVerifier,
  errorResponse,
  oktaAuth,
  requireScopes,
} from '../src/index.ts'

const EXPIRED = { claims: { exp: NOW - 3_600 } }
const verifier = createAccessTokenVerifier(verifierOptions())
const headers = bearer(signToken())

/** Responds as the documentation recommends. */
function respond(error: unknown, _req: Request, res: Response, _next: NextFunction): void {
  const { status, headers, body } = errorResponse(error)
  res.status(status).set(headers).json(body)
}

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('the decision about a request in %s', (_name, express) => {
  it('is made once by two oktaAuth() with one verifier, also if each is mounted on a different path', async () => {
    const accepted = published('okta-resource-server:token.accepted')
    const app = express()
    app.use(oktaAuth({ verifier }))
    app.use('/api', oktaAuth({ verifier, credentials: 'optional' }))
    app.get('/api/me', (req, res) => {
      res.json({ subject: req.auth.subject })
    })
    const url = await serve(app)
    const answer = await fetch(`${url}/api/me`, { headers: bearer(signToken()) })
    expect(await answer.json()).toEqual({ subject: 'someone@example.com' })
    expect(accepted).toHaveLength(1)
  })

  it('is made by each of two verifiers, and guards ask the last one', async () => {
    const accepted = published('okta-resource-server:token.accepted')
    const refused = published('okta-resource-server:token.refused')
    const app = express()
    app.use(oktaAuth({ ...verifierOptions(), realm: 'first' }))
    app.use(oktaAuth({ ...verifierOptions(), realm: 'second' }))
    app.get('/', requireScopes('messages:write'), (_req, res) => {
      res.end()
    })
    app.use(respond)
    const answer = await fetch(await serve(app), { headers })
    expect(answer.status).toBe(403)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="second"/)
    expect(accepted).toHaveLength(2)
    expect(refused).toHaveLength(1)
  })

  it('is that of the verifier that refused, if another has accepted the token', async () => {
    const app = express()
    app.use(oktaAuth({ verifier }), oktaAuth({ ...verifierOptions(), audience: 'api://other' }))
    // Swallows the refusal.
    app.use((_error: unknown, _req: Request, _res: Response, next: NextFunction) => next())
    app.get('/', requireScopes('messages:read'), (_req, res) => {
      res.end()
    })
    app.use(respond)
    expect((await fetch(await serve(app), { headers })).status).toBe(401)
  })

  it.each([
    ['missing', {}],
    ['expired', bearer(signToken(EXPIRED))],
    ['of an unknown key', bearer(`${signToken()}AAAA`)],
  ])(
    'protects a guarded route after an error handler that swallowed the refusal of a token that is %s',
    async (_what, credentials) => {
      const app = express()
      app.use(oktaAuth({ verifier }))
      app.use((_error: unknown, _req: Request, _res: Response, next: NextFunction) => next())
      app.get('/open', (req, res) => {
        res.json({ auth: authOf(req) ?? null, same: req.auth ?? null })
      })
      app.get('/guarded', requireScopes('messages:read'), (_req, res) => {
        res.end()
      })
      app.use(respond)
      const url = await serve(app)
      expect((await fetch(`${url}/guarded`, { headers: credentials })).status).toBe(401)
      const open = await fetch(`${url}/open`, { headers: credentials })
      expect(await open.json()).toEqual({ auth: null, same: null })
    },
  )

  it('is published: an acceptance, a refusal with its code, and an anonymous request', async () => {
    const accepted = published('okta-resource-server:token.accepted')
    const refused = published('okta-resource-server:token.refused')
    const anonymous = published('okta-resource-server:request.anonymous')
    const app = express()
    app.use(oktaAuth({ ...verifierOptions(), credentials: 'optional' }))
    app.get('/open', (_req, res) => {
      res.end()
    })
    app.get('/guarded', requireScopes('messages:write'), (_req, res) => {
      res.end()
    })
    app.use(respond)
    const url = await serve(app)

    expect((await fetch(`${url}/open`)).status).toBe(200)
    expect([accepted, refused, anonymous]).toEqual([[], [], [{}]])

    expect((await fetch(`${url}/guarded`)).status).toBe(401)
    const unknown = { issuer: undefined, clientId: undefined, cached: false, requirement: undefined }
    expect(anonymous).toHaveLength(2)
    expect(refused.splice(0)).toMatchObject([{ ...unknown, code: 'missing_token' }])

    expect((await fetch(`${url}/guarded`, { headers })).status).toBe(403)
    const known = { issuer: ISSUER, clientId: CLIENT_ID }
    expect(accepted).toEqual([{ ...known, cached: false }])
    expect(refused.splice(0)).toMatchObject([
      { ...known, cached: true, code: 'insufficient_scope', requirement: 'scopes' },
    ])

    expect((await fetch(`${url}/open`, { headers: bearer(signToken(EXPIRED)) })).status).toBe(401)
    expect(refused).toMatchObject([{ issuer: ISSUER, code: 'token_expired', requirement: undefined }])
    expect(accepted).toHaveLength(1)
    expect(anonymous).toHaveLength(2)
  })

  it('is missing if a guard is mounted before oktaAuth(), which is a fault of the application', async () => {
    const refused = published('okta-resource-server:token.refused')
    const seen: unknown[] = []
    const app = express()
    app.get('/', requireScopes('messages:read'), (_req, res) => {
      res.end()
    })
    app.use(oktaAuth({ verifier }))
    app.use((error: unknown, req: Request, res: Response, next: NextFunction) => {
      seen.push(error)
      respond(error, req, res, next)
    })
    const answer = await fetch(await serve(app), { headers })
    expect(answer.status).toBe(500)
    expect(await answer.json()).toMatchObject({ error: 'server_error' })
    expect(seen).toEqual([expect.any(ConfigurationError)])
    expect(seen).toMatchObject([{ code: 'middleware_missing' }])
    expect(refused).toEqual([])
  })
})

describe('authOf', () => {
  it('returns the verified token of the request', async () => {
    const app = express5()
    app.use(oktaAuth({ verifier }))
    app.get('/', (req, res) => {
      res.json({ same: authOf(req) === req.auth, clientId: authOf(req)?.clientId })
    })
    const answer = await fetch(await serve(app), { headers })
    expect(await answer.json()).toEqual({ same: true, clientId: CLIENT_ID })
  })

  it('returns undefined for a request without credentials, if they are optional', async () => {
    const handler = vi.fn((req: Request, res: Response) => {
      res.json({ type: typeof authOf(req) })
    })
    const app = express5()
    app.use(oktaAuth({ verifier, credentials: 'optional' }))
    app.get('/', handler)
    expect(await (await fetch(await serve(app))).json()).toEqual({ type: 'undefined' })
    expect(handler).toHaveBeenCalledOnce()
  })

  it('returns the verified token, whatever another package has put into req.auth', async () => {
    const app = express5()
    const other = { token: 'x', clientId: 'other', scopes: ['admin'], claims: { sub: 'other' } }
    app.use(oktaAuth({ verifier, credentials: 'optional' }), (req, _res, next) => {
      Object.assign(req, { auth: other })
      next()
    })
    app.get('/', (req, res) => {
      res.json({ clientId: authOf(req)?.clientId ?? null })
    })
    app.get('/admin', requireScopes('admin'), (_req, res) => void res.end())
    app.use(respond)
    const url = await serve(app)
    expect(await (await fetch(url, { headers })).json()).toEqual({ clientId: CLIENT_ID })
    expect(await (await fetch(url)).json()).toEqual({ clientId: null })
    expect((await fetch(`${url}/admin`, { headers })).status).toBe(403)
    expect((await fetch(`${url}/admin`)).status).toBe(401)
  })

  it('returns an auth that a test has set by hand on a request that never passed oktaAuth()', () => {
    const auth = { scopes: ['messages:read'], claims: { sub: 'someone' } }
    expect(authOf({ auth })).toBe(auth)
  })

  it.each([
    ['the AuthInfo of the MCP SDK', { token: 'x', clientId: 'a', scopes: ['admin'], extra: {} }],
    ['the auth of express-oauth2-jwt-bearer', { token: 'x', header: {}, payload: { sub: 'a' } }],
    ['the payload that express-jwt sets', { sub: 'a', scope: 'admin' }],
    ['nothing', undefined],
  ])('throws a ConfigurationError if oktaAuth() did not run and req.auth is %s', (_what, auth) => {
    expect(() => authOf({ auth })).toThrow(ConfigurationError)
  })

  it('throws a ConfigurationError if oktaAuth() did not run', async () => {
    const app = express5()
    app.get('/', (req, res) => {
      res.json(authOf(req))
    })
    app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
      res.status(500).json({ configuration: error instanceof ConfigurationError, ...(error as object) })
    })
    const answer = await fetch(await serve(app), { headers })
    expect(await answer.json()).toMatchObject({ configuration: true, code: 'middleware_missing' })
  })
})

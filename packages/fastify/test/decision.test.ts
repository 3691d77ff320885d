import { bearer, CLIENT_ID, ISSUER, NOW, signToken, verifierOptions } from '@okta-resource-server/testing'
import { published } from '@okta-resource-server/testing/vitest'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { authOf, ConfigurationError, type OktaAuthOptions, oktaAuth } from '../src/index.ts'
import { closeApps, create, get, optional, parseForms, protectedApp } from './apps.ts'

afterEach(closeApps)

const headers = bearer(signToken())

/** An app whose route `/` has an additional hook of `requireAuth` before the handler. */
async function guardedApp(
  options: OktaAuthOptions,
  ...requirements: Parameters<FastifyInstance['requireAuth']>
): Promise<FastifyInstance> {
  const app = create()
  parseForms(app)
  await app.register(oktaAuth, options)
  app.post('/', { preHandler: app.requireAuth(...requirements) }, async (request) => ({
    subject: authOf(request)?.subject ?? null,
  }))
  return app
}

function post(app: FastifyInstance, payload: string, credentials: Record<string, string> = headers) {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  return app.inject({ method: 'POST', url: '/', headers: { ...credentials, ...type }, payload })
}

describe('the decision about a request', () => {
  it('is made once by the hook of the plugin and the hooks of a route', async () => {
    const accepted = published('okta-resource-server:token.accepted')
    const app = create()
    await app.register(oktaAuth, verifierOptions())
    const onRequest = [app.requireAuth(), app.requireAuth({ scopes: ['messages:read'] })]
    const config = { auth: { scopes: ['profile'] } }
    app.get('/', { config, onRequest, preHandler: app.requireAuth({ claims: { ver: 1 } }) }, async () => ({}))
    expect((await get(app, '/', { headers: bearer(signToken()) })).statusCode).toBe(200)
    expect(accepted).toHaveLength(1)
  })

  it('is published: an acceptance, a refusal with its requirement, and an anonymous request', async () => {
    const accepted = published('okta-resource-server:token.accepted')
    const refused = published('okta-resource-server:token.refused')
    const anonymous = published('okta-resource-server:request.anonymous')
    const app = protectedApp(optional)

    expect((await get(app, '/me')).statusCode).toBe(200)
    expect((await get(app, '/health')).statusCode).toBe(200)
    expect([accepted, refused, anonymous]).toEqual([[], [], [{}]])

    expect((await get(app, '/admin')).statusCode).toBe(401)
    const unknown = { issuer: undefined, clientId: undefined, cached: false, requirement: undefined }
    expect(refused.splice(0)).toMatchObject([{ ...unknown, code: 'missing_token' }])

    const own = bearer(signToken())
    expect((await get(app, '/admin', { headers: own })).statusCode).toBe(403)
    const known = { issuer: ISSUER, clientId: CLIENT_ID }
    expect(refused.splice(0)).toMatchObject([
      { ...known, cached: false, code: 'insufficient_scope', requirement: 'scopes' },
    ])
    expect((await get(app, '/claim', { headers: own })).statusCode).toBe(403)
    expect(refused.splice(0)).toMatchObject([{ code: 'insufficient_claims', requirement: 'claims.cid' }])

    const expired = bearer(signToken({ claims: { exp: NOW - 3_600 } }))
    expect((await get(app, '/me', { headers: expired })).statusCode).toBe(401)
    expect(refused).toMatchObject([{ issuer: ISSUER, code: 'token_expired' }])
    expect(accepted).toEqual([])
    expect((await get(app, '/me', { headers: own })).statusCode).toBe(200)
    expect(accepted).toMatchObject([known])
    expect(anonymous).toHaveLength(1)
  })

  it('is made again by a hook that runs after the body was parsed, because a form may contain a token', async () => {
    const options = [{ ...verifierOptions(), global: false }, verifierOptions()]
    for (const app of await Promise.all(options.map((own) => guardedApp(own)))) {
      const form = await post(app, `access_token=${signToken()}`)
      expect(form.statusCode).toBe(400)
      expect(form.json()).toMatchObject({ code: 'multiple_tokens' })
      expect((await post(app, 'text=hello')).json()).toEqual({ subject: 'someone@example.com' })
    }
  })

  it('is a 400 for a token in a parsed form without a token in the header, also if credentials are optional', async () => {
    const options = { ...verifierOptions(), global: false }
    for (const app of [await guardedApp(options), await guardedApp(options, { credentials: 'optional' })]) {
      const form = await post(app, `access_token=${signToken()}`, {})
      expect(form.statusCode).toBe(400)
      expect(form.json()).toMatchObject({ code: 'token_in_body' })
      expect(form.headers['www-authenticate']).toContain('error="invalid_request"')
    }
    expect(
      (await post(await guardedApp(options, { credentials: 'optional' }), 'text=hello', {})).json(),
    ).toEqual({
      subject: null,
    })
  })
})

describe('requireAuth without requirements', () => {
  it('requires a token, even if the plugin has optional credentials', async () => {
    const app = await guardedApp({ ...verifierOptions(), credentials: 'optional' })
    expect((await post(app, '', {})).statusCode).toBe(401)
    expect((await post(app, '')).statusCode).toBe(200)
  })
})

describe('anyScope', () => {
  it('is challenged with its first scope, because a challenge that names several means all of them', async () => {
    const app = await guardedApp(verifierOptions(), { anyScope: ['messages:write', 'admin'] })
    const response = await post(app, '')
    expect(response.statusCode).toBe(403)
    expect(response.headers['www-authenticate']).toMatch(/ scope="messages:write"$/)
  })
})

describe('authOf', () => {
  it('returns the verified token, and undefined for an open or anonymous request', async () => {
    const app = create()
    await app.register(oktaAuth, optional)
    const handler = async (request: object) => ({ clientId: authOf(request)?.clientId ?? null })
    app.get('/', handler)
    app.get('/open', { config: { auth: false } }, handler)
    expect((await get(app, '/', { headers })).json()).toEqual({ clientId: CLIENT_ID })
    expect((await get(app, '/')).json()).toEqual({ clientId: null })
    expect((await get(app, '/open', { headers })).json()).toEqual({ clientId: null })
  })

  it('throws a ConfigurationError where the plugin is not registered', async () => {
    const app = create()
    app.register(async (api) => {
      await api.register(oktaAuth, verifierOptions())
    })
    let error: unknown
    app.get('/', async (request) => {
      try {
        return authOf(request)
      } catch (thrown) {
        error = thrown
        throw thrown
      }
    })
    expect((await get(app, '/', { headers })).statusCode).toBe(500)
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error).toMatchObject({ code: 'middleware_missing' })
  })
})

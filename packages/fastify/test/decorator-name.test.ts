import { bearer, signToken, verifierOptions } from '@okta-resource-server/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { authOf, ConfigurationError, oktaAuth, type VerifiedAuth } from '../src/index.ts'
import { closeApps, create, get } from './apps.ts'

afterEach(closeApps)

const headers = bearer(signToken())
const SUBJECT = 'someone@example.com'

describe('with the option decoratorName', () => {
  async function appWithToken() {
    const app = create()
    app.decorateRequest('auth', 'that of another plugin' as never)
    await app.register(oktaAuth, { ...verifierOptions(), decoratorName: 'token', credentials: 'optional' })
    app.get('/', async (request) => {
      const { token } = request as unknown as { token: VerifiedAuth | null }
      return { token: token?.subject ?? null, authOf: authOf(request)?.subject ?? null, auth: request.auth }
    })
    app.get('/open', { config: { auth: false } }, async (request) => ({ authOf: authOf(request) ?? null }))
    app.get('/hook', { onRequest: app.requireAuth() }, async (request) => authOf(request)?.subject)
    return app
  }

  it('the verified token has that name, and request.auth is left to another plugin', async () => {
    const app = await appWithToken()
    const auth = 'that of another plugin'
    expect((await get(app, '/', { headers })).json()).toEqual({ token: SUBJECT, authOf: SUBJECT, auth })
    expect((await get(app, '/')).json()).toEqual({ token: null, authOf: null, auth })
  })

  it('authOf() finds the token, also behind a hook of requireAuth', async () => {
    const app = await appWithToken()
    expect((await get(app, '/hook', { headers })).body).toBe(SUBJECT)
    expect((await get(app, '/open', { headers })).json()).toEqual({ authOf: null })
  })

  it('each of two contexts can have its own name', async () => {
    const app = create()
    for (const decoratorName of ['one', 'two']) {
      app.register(
        async (context) => {
          await context.register(oktaAuth, { ...verifierOptions(), decoratorName })
          context.get('/', async (request) => authOf(request)?.subject)
        },
        { prefix: `/${decoratorName}` },
      )
    }
    for (const path of ['/one', '/two']) expect((await get(app, path, { headers })).body).toBe(SUBJECT)
  })

  it.each([
    ['', 'decoratorName must be'],
    ['a b', 'decoratorName must be'],
    ['__proto__', 'decoratorName must be'],
    [null, 'decoratorName must be'],
    [Symbol('auth'), 'decoratorName must be'],
    ['query', 'Fastify itself'],
    ['raw', 'Fastify itself'],
    ['headers', 'already decorated'],
    ['routeOptions', 'already decorated'],
    ['constructor', 'already decorated'],
  ])('a name that cannot be used is a ConfigurationError (%s)', async (decoratorName, message) => {
    const app = create()
    app.register(oktaAuth, { ...verifierOptions(), decoratorName } as never)
    const error = await app.ready().then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error).toMatchObject({ option: 'decoratorName', message: expect.stringContaining(message) })
  })
})

describe('authOf', () => {
  it('reads request.auth of a request that a test has made by hand', () => {
    const auth = { scopes: ['messages:read'], claims: { sub: 'someone' } }
    expect(authOf({ auth })).toBe(auth)
    expect(authOf({ auth: null })).toBeUndefined()
    expect(() => authOf({})).toThrow(ConfigurationError)
  })
})

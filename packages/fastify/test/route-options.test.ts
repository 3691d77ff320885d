import {
  AUDIENCE as audience,
  bearer,
  ISSUER as issuer,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import { recordWarnings } from '@okta-resource-server/testing/vitest'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { ConfigurationError, oktaAuth } from '../src/index.ts'
import { closeApps, create } from './apps.ts'

afterEach(closeApps)

describe('config.auth of a route', () => {
  const wrong: [string, unknown, string][] = [
    ['an unknown requirement', { scope: ['a'] }, 'scope'],
    ['an empty object', {}, 'requirements'],
    ['a requirement that is undefined', { scopes: undefined }, 'scopes'],
    ['an empty object of claims', { claims: {} }, 'claims'],
    ['an empty array of scopes', { scopes: [] }, 'scopes'],
    ['a scope that contains a space', { scopes: ['a b'] }, 'scopes'],
    ['credentials of the wrong type', { credentials: true }, 'credentials'],
    ['a string', 'a', 'config.auth'],
    ['an array', ['a'], 'config.auth'],
    ['null', null, 'config.auth'],
    ['scopes that are inherited', Object.create({ scopes: ['a'] }), 'config.auth'],
    [
      'scopes that are inherited, beside credentials',
      Object.assign(Object.create({ scopes: ['a'] }), { credentials: 'required' }),
      'config.auth',
    ],
  ]

  it.each(wrong)(
    'throws a ConfigurationError when the route is declared: %s',
    async (_what, auth, option) => {
      const app = create()
      await app.register(oktaAuth, verifierOptions())
      let error: unknown
      try {
        app.get('/', { config: { auth: auth as never } }, async () => ({}))
      } catch (thrown) {
        error = thrown
      }
      expect(error).toBeInstanceOf(ConfigurationError)
      expect(error).toMatchObject({ option })
    },
  )

  it('makes ready() fail when the route is declared in a plugin', async () => {
    const app = create()
    app.register(oktaAuth, verifierOptions())
    app.register(async (child) => {
      child.get('/', { config: { auth: { scope: ['a'] } as never } }, async () => ({}))
    })
    await expect(app.ready()).rejects.toThrow(ConfigurationError)
  })

  it('answers 500 when it is invalid and the route was declared before the plugin was loaded', async () => {
    const app = create()
    app.register(oktaAuth, verifierOptions())
    app.get('/', { config: { auth: { scope: ['a'] } as never } }, async () => 'inside')
    const response = await app.inject({ url: '/', headers: bearer(signToken()) })
    expect(response.statusCode).toBe(500)
    expect(response.body).not.toContain('inside')
  })

  it('is copied when it is read, so that later changes have no effect', async () => {
    const app = create()
    await app.register(oktaAuth, verifierOptions())
    const auth = { scopes: ['messages:write'] }
    app.get('/', { config: { auth } }, async () => ({}))
    auth.scopes.length = 0
    expect((await app.inject({ url: '/', headers: bearer(signToken()) })).statusCode).toBe(403)
  })
})

describe('requireAuth', () => {
  it.each([[{}], [{ scope: ['a'] }], [{ scopes: 'a' }], ['a'], [['a']], [false], [true], [null]])(
    'throws a ConfigurationError immediately for %j',
    async (auth) => {
      const app = create()
      await app.register(oktaAuth, { ...verifierOptions(), global: false })
      expect(() => app.requireAuth(auth as never)).toThrow(ConfigurationError)
    },
  )
})

describe('a route that requires a caller, although no token can name one,', () => {
  const declared: readonly [string, (app: FastifyInstance) => void][] = [
    [
      'in config.auth',
      (app) => void app.get('/users', { config: { auth: { caller: 'user' } } }, async () => 'hello'),
    ],
    ['as a guard', (app) => void app.requireAuth({ caller: 'user' })],
  ]

  it.each(declared)('is reported when it is declared: %s', async (_title, declare) => {
    const warnings = recordWarnings((code) => code === 'ORS_CALLER_UNKNOWN')
    const app = create()
    const { jwks } = verifierOptions()
    const issuers = [issuer, 'https://a.example'].map((each) => ({ issuer: each, jwks }))
    await app.register(oktaAuth, { audience, issuer: issuers })
    expect(warnings).toEqual([])
    declare(app)
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('(issuer https://a.example)'),
    ])
  })

  it('is not reported for a route of another context', async () => {
    const warnings = recordWarnings((code) => code === 'ORS_CALLER_UNKNOWN')
    const app = create()
    await app.register(async (context) => {
      await context.register(oktaAuth, { ...verifierOptions(), profile: 'rfc9068' })
      context.get('/a', async () => 'hello')
    })
    await app.register(async (context) => {
      await context.register(oktaAuth, verifierOptions())
      for (const [, declare] of declared) declare(context)
    })
    await app.ready()
    expect(warnings).toEqual([])
  })

  it('is reported with the first request if it is declared before the plugin is loaded', async () => {
    const warnings = recordWarnings((code) => code === 'ORS_CALLER_UNKNOWN')
    const app = create()
    app.register(oktaAuth, { ...verifierOptions(), profile: 'rfc9068' })
    app.get('/users', { config: { auth: { caller: 'user' } } }, async () => 'hello')
    expect((await app.inject('/users')).statusCode).toBe(401)
    expect(warnings).toHaveLength(1)
  })
})

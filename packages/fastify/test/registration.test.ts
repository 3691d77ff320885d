import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ConfigurationError, oktaAuth } from '../src/index.ts'
import { audience, bearer, issuer, jwks, token, verifier } from './support.ts'

const apps: FastifyInstance[] = []

afterEach(async () => {
  vi.unstubAllEnvs()
  for (const app of apps.splice(0)) await app.close().catch(() => {})
})

function create(): FastifyInstance {
  const app = fastify()
  apps.push(app)
  return app
}

async function failure(options?: unknown): Promise<ConfigurationError> {
  const app = create()
  app.register(oktaAuth, options as never)
  const error = await app.ready().then(
    () => new Error('nothing was thrown'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ConfigurationError)
  return error as ConfigurationError
}

describe('options', () => {
  it.each([[undefined], [{}], [{ global: false, credentials: 'optional' } as const]])(
    'come from the environment where there is none for the verifier (%j)',
    async (options) => {
      vi.stubEnv('OKTA_OAUTH2_ISSUER', issuer)
      vi.stubEnv('OKTA_OAUTH2_AUDIENCE', audience)
      const app = create()
      if (options === undefined) app.register(oktaAuth)
      else app.register(oktaAuth, options)
      await app.ready()
      expect(app.accessTokenVerifier.status().issuers).toHaveLength(1)
    },
  )

  it('that Fastify reads itself, and autoloaders set, are let be', async () => {
    const app = create()
    app.register(oktaAuth, { verifier: verifier(), prefix: '/v1', logLevel: 'warn' })
    await app.ready()
  })

  it('missing from the environment make ready() fail with a ConfigurationError that names the variable', async () => {
    vi.stubEnv('OKTA_OAUTH2_ISSUER', issuer)
    vi.stubEnv('OKTA_OAUTH2_AUDIENCE', undefined)
    expect((await failure()).message).toContain('OKTA_OAUTH2_AUDIENCE')
  })

  it.each([
    ['an unknown option', { issuer, audience, isuer: '' }, 'isuer'],
    ['options that are there but undefined', { issuer: undefined, audience: undefined }, 'issuer'],
    ['credentials of another kind', { issuer, audience, credentials: false }, 'credentials'],
    ['global of another kind', { issuer, audience, global: 'no' }, 'global'],
    ['a verifier of another kind', { verifier: {} }, 'verifier'],
    ['no verifier', { verifier: null }, 'verifier'],
    ['a verifier and an option of it', { verifier: verifier(), audience }, 'audience'],
  ])('that are wrong make ready() fail with a ConfigurationError: %s', async (_what, options, option) => {
    expect((await failure(options)).option).toBe(option)
  })
})

describe('config.auth of a route', () => {
  const wrong: [string, unknown, string][] = [
    ['an unknown requirement', { scope: ['a'] }, 'scope'],
    ['no scope', { scopes: [] }, 'scopes'],
    ['a scope of two words', { scopes: ['a b'] }, 'scopes'],
    ['credentials of another kind', { credentials: true }, 'credentials'],
    ['a string', 'a', 'config.auth'],
    ['a list', ['a'], 'config.auth'],
    ['null', null, 'config.auth'],
  ]

  it.each(wrong)(
    'throws a ConfigurationError when the route is declared: %s',
    async (_what, auth, option) => {
      const app = create()
      await app.register(oktaAuth, { verifier: verifier() })
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

  it('makes ready() fail where the route is declared in a plugin', async () => {
    const app = create()
    app.register(oktaAuth, { verifier: verifier() })
    app.register(async (child) => {
      child.get('/', { config: { auth: { scope: ['a'] } as never } }, async () => ({}))
    })
    await expect(app.ready()).rejects.toThrow(ConfigurationError)
  })

  it('lets nobody in where it is wrong and was declared before the plugin was loaded', async () => {
    const app = create()
    app.register(oktaAuth, { verifier: verifier() })
    app.get('/', { config: { auth: { scope: ['a'] } as never } }, async () => 'inside')
    const response = await app.inject({ url: '/', headers: bearer(await token()) })
    expect(response.statusCode).toBe(500)
    expect(response.body).not.toContain('inside')
  })

  it('counts as it was when it was read', async () => {
    const app = create()
    await app.register(oktaAuth, { verifier: verifier() })
    const auth = { scopes: ['messages:write'] }
    app.get('/', { config: { auth } }, async () => ({}))
    auth.scopes.length = 0
    expect((await app.inject({ url: '/', headers: bearer(await token()) })).statusCode).toBe(403)
  })
})

describe('requireAuth', () => {
  it.each([[{ scope: ['a'] }], [{ scopes: 'a' }], ['a'], [['a']], [false], [true], [null]])(
    'throws a ConfigurationError at once for %j',
    async (auth) => {
      const app = create()
      await app.register(oktaAuth, { verifier: verifier(), global: false })
      expect(() => app.requireAuth(auth as never)).toThrow(ConfigurationError)
    },
  )
})

describe('registered twice', () => {
  it.each([
    ['in the same context', (app: FastifyInstance) => app.register(oktaAuth, { verifier: verifier() })],
    [
      'in an inner one',
      (app: FastifyInstance) =>
        app.register(async (child) => {
          await child.register(oktaAuth, { verifier: verifier() })
        }),
    ],
  ])('it makes ready() fail with a ConfigurationError that says what to do: %s', async (_where, again) => {
    const app = create()
    app.register(oktaAuth, { verifier: verifier() })
    again(app)
    await expect(app.ready()).rejects.toThrow(/already registered/)
    await expect(app.ready()).rejects.toThrow(ConfigurationError)
  })

  it('in contexts side by side it serves an issuer each', async () => {
    const app = create()
    const other = { issuer: 'https://other.example/oauth2/default', audience, jwks }
    for (const [prefix, options] of [
      ['/a', { verifier: verifier() }],
      ['/b', other],
    ] as const) {
      app.register(
        async (child) => {
          child.register(oktaAuth, options)
          child.get('/me', async (request) => ({ issuer: request.auth.issuer }))
        },
        { prefix },
      )
    }
    const call = async (url: string, iss: string) =>
      (await app.inject({ url, headers: bearer(await token({ iss })) })).statusCode
    expect(await call('/a/me', issuer)).toBe(200)
    expect(await call('/b/me', other.issuer)).toBe(200)
    expect(await call('/a/me', other.issuer)).toBe(401)
    expect(await call('/b/me', issuer)).toBe(401)
  })

  it('another plugin that owns request.auth is told from that', async () => {
    const app = create()
    app.decorateRequest('auth', null as never)
    app.register(oktaAuth, { verifier: verifier() })
    await expect(app.ready()).rejects.toThrow(/another plugin/)
  })
})

describe('close', () => {
  it('closes the verifier that the plugin has made', async () => {
    const app = create()
    await app.register(oktaAuth, { issuer, audience, jwks })
    const close = vi.spyOn(app.accessTokenVerifier, 'close')
    await app.close()
    expect(close).toHaveBeenCalledOnce()
  })

  it('leaves a verifier that was handed over open', async () => {
    const mine = verifier()
    const close = vi.spyOn(mine, 'close')
    const app = create()
    await app.register(oktaAuth, { verifier: mine })
    expect(app.accessTokenVerifier).toBe(mine)
    await app.close()
    expect(close).not.toHaveBeenCalled()
  })
})

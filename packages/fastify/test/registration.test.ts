import {
  AUDIENCE as audience,
  bearer,
  ISSUER as issuer,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import { recordWarnings } from '@okta-resource-server/testing/vitest'
import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type AccessTokenVerifier,
  ConfigurationError,
  createAccessTokenVerifier,
  oktaAuth,
} from '../src/index.ts'

const verifier = (): AccessTokenVerifier => createAccessTokenVerifier(verifierOptions())

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

function environment(): void {
  vi.stubEnv('OKTA_OAUTH2_ISSUER', issuer)
  vi.stubEnv('OKTA_OAUTH2_AUDIENCE', audience)
}

describe('options', () => {
  it.each([
    [undefined],
    [{}],
    [{ global: false, credentials: 'optional' } as const],
    [{ clockTolerance: 10, prefix: '/v1' }],
  ])('that are absent are read from the environment (%j)', async (options) => {
    environment()
    const app = create()
    if (options === undefined) app.register(oktaAuth)
    else app.register(oktaAuth, options)
    await app.ready()
    expect(app.accessTokenVerifier.status().issuers).toMatchObject([{ issuer }])
  })

  it('that are given are used in place of the environment', async () => {
    environment()
    const app = create()
    const other = 'https://other.example/oauth2/default'
    await app.register(oktaAuth, { issuer: other })
    expect(app.accessTokenVerifier.status().issuers).toMatchObject([{ issuer: other }])
  })

  it('of Fastify itself, which autoloaders set, are ignored', async () => {
    const app = create()
    app.register(oktaAuth, { ...verifierOptions(), prefix: '/v1', logLevel: 'warn' })
    await app.ready()
  })

  it.each([[undefined], [{ issuer }], [{ clockTolerance: 10 }]])(
    'that are neither given nor in the environment make ready() fail with a ConfigurationError that names the variable (%j)',
    async (options) => {
      vi.stubEnv('OKTA_OAUTH2_ISSUER', issuer)
      vi.stubEnv('OKTA_OAUTH2_AUDIENCE', undefined)
      const error = await failure(options)
      expect(error).toMatchObject({ code: 'option_missing', option: 'OKTA_OAUTH2_AUDIENCE' })
      expect(error.message).toContain('OKTA_OAUTH2_AUDIENCE')
    },
  )

  it.each([
    ['an unknown option', { issuer, audience, isuer: '' }, 'isuer'],
    ['an issuer that is undefined', { issuer: undefined, audience }, 'issuer'],
    ['an empty audience', { issuer, audience: '' }, 'audience'],
    ['credentials of the wrong type', { issuer, audience, credentials: false }, 'credentials'],
    ['global of the wrong type', { issuer, audience, global: 'no' }, 'global'],
    ['an object that is not a verifier', { verifier: {} }, 'verifier'],
    [
      'an object with the methods of a verifier',
      { verifier: { ...verifier(), verify: () => {} } },
      'verifier',
    ],
    ['a verifier that is null', { verifier: null }, 'verifier'],
    ['a verifier together with an option of the verifier', { verifier: verifier(), audience }, 'audience'],
  ])('that are wrong make ready() fail with a ConfigurationError: %s', async (_what, options, option) => {
    environment()
    expect((await failure(options)).option).toBe(option)
  })
})

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

describe('registered twice', () => {
  it.each([
    ['in the same context', (app: FastifyInstance) => app.register(oktaAuth, verifierOptions())],
    [
      'in a child context',
      (app: FastifyInstance) =>
        app.register(async (child) => {
          await child.register(oktaAuth, verifierOptions())
        }),
    ],
  ])('makes ready() fail with a ConfigurationError that explains the fix: %s', async (_where, again) => {
    const app = create()
    app.register(oktaAuth, verifierOptions())
    again(app)
    await expect(app.ready()).rejects.toThrow(/already registered/)
    await expect(app.ready()).rejects.toThrow(ConfigurationError)
  })

  it('in sibling contexts, each accepts its own issuer', async () => {
    const app = create()
    const other = { ...verifierOptions(), issuer: 'https://other.example/oauth2/default' }
    for (const [prefix, options] of [
      ['/a', verifierOptions()],
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
      (await app.inject({ url, headers: bearer(signToken({ claims: { iss } })) })).statusCode
    expect(await call('/a/me', issuer)).toBe(200)
    expect(await call('/b/me', other.issuer)).toBe(200)
    expect(await call('/a/me', other.issuer)).toBe(401)
    expect(await call('/b/me', issuer)).toBe(401)
  })

  it('reports another plugin that decorates request.auth', async () => {
    const app = create()
    app.decorateRequest('auth', null as never)
    app.register(oktaAuth, verifierOptions())
    await expect(app.ready()).rejects.toThrow(/another plugin/)
  })
})

describe('close', () => {
  it('closes the verifier that the plugin created', async () => {
    const app = create()
    await app.register(oktaAuth, verifierOptions())
    const close = vi.spyOn(app.accessTokenVerifier, 'close')
    await app.close()
    expect(close).toHaveBeenCalledOnce()
  })

  it('leaves a verifier open that was passed as an option', async () => {
    const mine = verifier()
    const close = vi.spyOn(mine, 'close')
    const app = create()
    await app.register(oktaAuth, { verifier: mine })
    expect(app.accessTokenVerifier).toBe(mine)
    await app.close()
    expect(close).not.toHaveBeenCalled()
  })
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

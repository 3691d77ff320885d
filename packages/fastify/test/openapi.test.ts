import swagger from '@fastify/swagger'
import { verifierOptions } from '@okta-resource-server/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { ConfigurationError, type OktaAuthOptions, oktaAuth, type RouteAuth } from '../src/index.ts'
import { closeApps, create } from './apps.ts'

afterEach(closeApps)

const SCHEME = { securityScheme: 'okta' }

/** The `security` of each operation, by path. */
async function securityOf(
  routes: Readonly<Record<string, { readonly auth?: RouteAuth; readonly schema?: object }>>,
  options: OktaAuthOptions = {},
): Promise<Record<string, unknown>> {
  const app = create()
  await app.register(swagger, {
    openapi: {
      components: {
        securitySchemes: {
          okta: { type: 'openIdConnect', openIdConnectUrl: '/' },
          basic: { type: 'http', scheme: 'basic' },
        },
      },
    },
  })
  await app.register(oktaAuth, { ...verifierOptions(), ...SCHEME, ...options } as OktaAuthOptions)
  for (const [path, { auth, schema }] of Object.entries(routes)) {
    const config = auth === undefined ? {} : { auth }
    app.get(path, { config, ...(schema && { schema }) }, async () => ({}))
  }
  await app.ready()
  const { paths = {} } = app.swagger() as { paths?: Record<string, { get?: { security?: unknown } }> }
  return Object.fromEntries(Object.entries(paths).map(([path, { get }]) => [path, get?.security]))
}

describe('with the option securityScheme, the OpenAPI document', () => {
  it('names the scopes that config.auth of a route requires', async () => {
    const found = await securityOf({
      '/any': {},
      '/true': { auth: true },
      '/open': { auth: false },
      '/scopes': { auth: { scopes: ['a', 'b'] } },
      '/any-scope': { auth: { scopes: ['a'], anyScope: ['b', 'c'] } },
      '/claims': { auth: { claims: { tenant: 'x' } } },
      '/any-of': { auth: { scopes: ['a'], anyOf: [{ scopes: ['a', 'b'] }, { claims: { tenant: 'x' } }] } },
      '/optional': { auth: { credentials: 'optional', scopes: ['a'] } },
    })
    expect(found).toEqual({
      '/any': [{ okta: [] }],
      '/true': [{ okta: [] }],
      '/open': [],
      '/scopes': [{ okta: ['a', 'b'] }],
      '/any-scope': [{ okta: ['a', 'b'] }, { okta: ['a', 'c'] }],
      '/claims': [{ okta: [] }],
      '/any-of': [{ okta: ['a', 'b'] }, { okta: ['a'] }],
      '/optional': [{}, { okta: ['a'] }],
    })
  })

  it.each([
    [{ global: false }, []],
    [{ credentials: 'optional' } as const, [{}, { okta: [] }]],
  ])('says what the plugin requires of other routes (%j)', async (options, security) => {
    expect(await securityOf({ '/': {} }, options)).toEqual({ '/': security })
  })

  it('keeps the security that a route has, and the rest of its schema', async () => {
    const schema = { security: [{ basic: [] }] }
    expect(await securityOf({ '/': { schema }, '/other': { schema: { description: 'x' } } })).toEqual({
      '/': [{ basic: [] }],
      '/other': [{ okta: [] }],
    })
    expect(schema).toEqual({ security: [{ basic: [] }] })
  })

  it('describes routes as they are enforced', async () => {
    const app = create()
    await app.register(oktaAuth, { ...verifierOptions(), ...SCHEME })
    app.get('/', { schema: { response: { 200: { type: 'string' } } } }, async () => 'inside')
    expect((await app.inject('/')).statusCode).toBe(401)
  })
})

it('without it, schemas are not touched', async () => {
  const { securityScheme, ...none } = { securityScheme: undefined }
  const app = create()
  await app.register(swagger)
  await app.register(oktaAuth, { ...verifierOptions(), ...none })
  app.get('/', { schema: { description: 'x' } }, async () => ({}))
  await app.ready()
  expect(JSON.stringify(app.swagger())).not.toContain('security')
})

it.each([[''], [1], [null], [['okta']]])(
  'securityScheme %j is a ConfigurationError',
  async (securityScheme) => {
    const app = create()
    app.register(oktaAuth, { ...verifierOptions(), securityScheme } as never)
    const error = await app.ready().then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error).toMatchObject({ option: 'securityScheme' })
  },
)

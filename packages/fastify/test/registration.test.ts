import {
  AUDIENCE as audience,
  bearer,
  ISSUER as issuer,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type AccessTokenVerifier,
  ConfigurationError,
  createAccessTokenVerifier,
  oktaAuth,
} from '../src/index.ts'
import { closeApps, create } from './apps.ts'

const verifier = (): AccessTokenVerifier => createAccessTokenVerifier(verifierOptions())

afterEach(async () => {
  vi.unstubAllEnvs()
  await closeApps()
})

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

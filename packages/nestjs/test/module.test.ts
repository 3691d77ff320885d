import { Controller, Get, type INestApplication, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Test } from '@nestjs/testing'
import { AUDIENCE, ISSUER, signToken, verifierOptions } from '@okta-resource-server/testing'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  ACCESS_TOKEN_VERIFIER,
  type AccessTokenVerifier,
  Auth,
  createAccessTokenVerifier,
  OktaAuthGuard,
  OktaAuthModule,
  type VerifiedAccessToken,
} from '../src/index.ts'
import { createApp, failure, get, Log, listen, start, token } from './apps.ts'

afterEach(() => vi.unstubAllEnvs())

@Controller()
class Me {
  @Get('me')
  me(@Auth() auth: VerifiedAccessToken) {
    return { subject: auth.subject }
  }
}

function create(root: unknown): Promise<INestApplication> {
  return NestFactory.create(root as never, { logger: new Log(), abortOnError: false })
}

describe('OktaAuthModule', () => {
  it('reads an absent issuer and audience from the environment when the application starts', async () => {
    const { jwks, clock } = verifierOptions()
    const app = createApp({ controllers: [Me] }, { jwks, clock })
    expect(await failure(app)).toContain('OKTA_OAUTH2_ISSUER is not set')
    vi.stubEnv('OKTA_OAUTH2_ISSUER', ISSUER)
    vi.stubEnv('OKTA_OAUTH2_AUDIENCE', AUDIENCE)
    const url = await start({ controllers: [Me] }, { jwks, clock })
    expect((await get(`${url}/me`, token)).status).toBe(200)
  })

  it('takes options from a factory with injected providers', async () => {
    class Settings {
      readonly issuer = ISSUER
    }
    @Module({ providers: [Settings], exports: [Settings] })
    class SettingsModule {}
    @Module({
      imports: [
        OktaAuthModule.forRootAsync({
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: async ({ issuer }: Settings) => ({ ...verifierOptions(), issuer }),
        }),
      ],
      controllers: [Me],
    })
    class AppModule {}
    const app = await create(AppModule)
    onTestFinished(() => app.close())
    const url = await listen(app)
    expect((await get(`${url}/me`)).status).toBe(401)
    expect((await get(`${url}/me`, token)).status).toBe(200)
  })

  it('provides its verifier, and closes it with the application', async () => {
    const app = await createApp({ controllers: [Me] })
    const verifier: AccessTokenVerifier = app.get(ACCESS_TOKEN_VERIFIER)
    expect((await verifier.verify(token)).subject).toBe('someone@example.com')
    await app.close()
    expect(await failure(verifier.verify(token))).toBe('The verifier has been closed')
  })

  it('does not close a verifier that it was given', async () => {
    const verifier = createAccessTokenVerifier(verifierOptions())
    const app = await createApp({ controllers: [Me] }, { verifier })
    expect(app.get(ACCESS_TOKEN_VERIFIER)).toBe(verifier)
    await app.close()
    expect((await verifier.verify(token)).subject).toBe('someone@example.com')
  })

  it('stops the start if it is imported without options, or configured twice', async () => {
    const bare = create({ module: class Root {}, imports: [OktaAuthModule] })
    expect(await failure(bare)).toContain('imported without options, which protects nothing')
    for (const audience of [AUDIENCE, 'api://other']) {
      const twice = createApp({ imports: [OktaAuthModule.forRoot({ ...verifierOptions(), audience })] })
      expect(await failure(twice)).toContain('OktaAuthModule is configured more than once')
    }
  })

  it('may be imported without options by other modules of an application that configures it', async () => {
    @Module({ imports: [OktaAuthModule], controllers: [Me] })
    class FeatureModule {}
    const url = await start({ imports: [FeatureModule] })
    expect((await get(`${url}/me`)).status).toBe(401)
  })

  it('stops the start for a wrong option', async () => {
    expect(await failure(createApp({}, { ...verifierOptions(), clientId: 'x' } as never))).toContain(
      'clientIds',
    )
    expect(await failure(createApp({}, { ...verifierOptions(), credentials: 'no' } as never))).toContain(
      "credentials must be 'required' or 'optional'",
    )
  })

  it('protects only handlers of controllers: a route of app.use() is open, and an unknown route is a 404', async () => {
    const app = await createApp({ controllers: [Me] })
    app.use('/middleware', (_request: unknown, response: { end: (text: string) => void }) =>
      response.end('open'),
    )
    const url = await listen(app)
    expect(await (await get(`${url}/middleware`)).text()).toBe('open')
    expect((await get(`${url}/unknown`)).status).toBe(404)
  })
})

describe("Nest's testing module", () => {
  const imports = [OktaAuthModule.forRoot(verifierOptions())]

  async function listenTo(builder: ReturnType<typeof Test.createTestingModule>): Promise<string> {
    const app = (await builder.compile()).createNestApplication({ logger: false })
    onTestFinished(() => app.close())
    return listen(app)
  }

  it('runs the guard with tokens that the test signs', async () => {
    const url = await listenTo(Test.createTestingModule({ imports, controllers: [Me] }))
    expect((await get(`${url}/me`)).status).toBe(401)
    const own = signToken({ claims: { sub: 'tester' } })
    expect(await (await get(`${url}/me`, own)).json()).toEqual({ subject: 'tester' })
  })

  it('can replace the guard, also the global one', async () => {
    @Controller()
    class Plain {
      @Get()
      plain() {
        return {}
      }
    }
    const testing = Test.createTestingModule({ imports, controllers: [Plain] })
    const url = await listenTo(testing.overrideProvider(OktaAuthGuard).useValue({ canActivate: () => true }))
    expect((await get(url)).status).toBe(200)
  })

  it('shows that the guard did not run if @Auth() is used nevertheless', async () => {
    const testing = Test.createTestingModule({ imports, controllers: [Me] })
    const url = await listenTo(testing.overrideProvider(OktaAuthGuard).useValue({ canActivate: () => true }))
    expect((await get(`${url}/me`, token)).status).toBe(500)
  })

  it('calls the guard with a context that a test has made', async () => {
    const { get: provider } = await Test.createTestingModule({ imports })
      .compile()
      .then((each) => ({
        get: each.get.bind(each),
      }))
    const guard: OktaAuthGuard = provider(OktaAuthGuard)
    const context = (headers: Record<string, string>) => {
      const args = [{ headers, rawHeaders: [], url: '/' }, {}]
      return {
        getType: () => 'http',
        getArgs: () => args,
        getArgByIndex: (index: number) => args[index],
        getHandler: () => Me.prototype.me,
        getClass: () => Me,
      } as never
    }
    expect(await guard.canActivate(context({ authorization: `Bearer ${token}` }))).toBe(true)
    expect(() => guard.canActivate(context({}))).toThrow('The request has no access token')
  })
})

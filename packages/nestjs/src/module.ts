import {
  type DynamicModule,
  Inject,
  Module,
  type ModuleMetadata,
  type NestModule,
  Optional,
  type Provider,
} from '@nestjs/common'
import { APP_GUARD, ExternalContextCreator, HttpAdapterHost, ModulesContainer } from '@nestjs/core'
import { ConfigurationError } from '@okta-resource-server/core'
import type { AdapterOptions } from '@okta-resource-server/core/adapter'
import { OktaAuthGuard } from './guard.ts'
import { AuthService } from './service.ts'

/** The injection token of the verifier, for example for a readiness probe. */
export const ACCESS_TOKEN_VERIFIER: unique symbol = Symbol('ACCESS_TOKEN_VERIFIER')

const OPTIONS = Symbol('OKTA_AUTH_OPTIONS')

/** Nest 10 compares modules by their text, in which the options of two registrations look alike. */
const REGISTRATION = Symbol('OKTA_AUTH_REGISTRATION')
let registrations = 0

/** How {@link OktaAuthModule.forRootAsync} finds the options. */
export interface OktaAuthAsyncOptions {
  /** Modules whose providers are injected. */
  readonly imports?: ModuleMetadata['imports']
  /** What is passed to `useFactory`. */
  readonly inject?: readonly unknown[]
  /** Returns the options, as for {@link OktaAuthModule.forRoot}. */
  // biome-ignore lint/suspicious/noExplicitAny: parameters are what `inject` names, which types do not show
  readonly useFactory: (...injected: any[]) => AdapterOptions | Promise<AdapterOptions>
}

async function createService(
  options: AdapterOptions,
  modules: ModulesContainer,
  contexts: ExternalContextCreator,
  host: HttpAdapterHost,
): Promise<AuthService> {
  const configured = [...modules.values()].filter(({ providers }) => providers.has(OPTIONS))
  if (configured.length > 1) {
    const message =
      'OktaAuthModule is configured more than once; call forRoot() or forRootAsync() in one module only, and pass several issuers to it'
    throw new ConfigurationError('option_invalid', 'OktaAuthModule', message)
  }
  const service = new AuthService(options, modules, contexts, host)
  await service.gateways.protect(OktaAuthGuard)
  return service
}

function dynamicModule(imports: ModuleMetadata['imports'], options: Provider): DynamicModule {
  return {
    module: OktaAuthModule,
    global: true,
    ...(imports && { imports }),
    providers: [
      options,
      { provide: REGISTRATION, useValue: ++registrations },
      {
        provide: AuthService,
        useFactory: createService,
        inject: [OPTIONS, ModulesContainer, ExternalContextCreator, HttpAdapterHost],
      },
      {
        provide: ACCESS_TOKEN_VERIFIER,
        useFactory: ({ verifier }: AuthService) => verifier,
        inject: [AuthService],
      },
      OktaAuthGuard,
      { provide: APP_GUARD, useExisting: OktaAuthGuard },
    ],
    exports: [AuthService, ACCESS_TOKEN_VERIFIER, OktaAuthGuard],
  }
}

/**
 * The module that protects an application: every handler of a controller or resolver needs a valid access token, unless it
 * is `@Public()`.
 *
 * With the option `resource`, the module also serves the protected resource metadata.
 *
 * Guards run after middleware, so routes that middleware answers stay open. See the README for what else Nest calls without
 * guards.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common'
 *
 * @Module({
 *   imports: [OktaAuthModule.forRoot({ issuer: 'https://example.okta.com/oauth2/default', audience: 'api://default' })],
 * })
 * class AppModule {}
 * ```
 */
export class OktaAuthModule implements NestModule {
  readonly #service: AuthService

  constructor(service: AuthService | undefined) {
    if (service !== undefined) {
      this.#service = service
      return
    }
    const message =
      'OktaAuthModule is imported without options, which protects nothing; import OktaAuthModule.forRoot({ issuer, audience })'
    throw new ConfigurationError('option_missing', 'OktaAuthModule', message)
  }

  /** Nest calls this after all modules have been created, and before it adds routes. */
  configure(): void {
    this.#service.serveMetadata()
  }

  /**
   * Protects the application. Call it once, in the root module.
   *
   * @param options - options of the verifier, or `{ verifier }`. An absent `issuer` or `audience` is read from
   * `OKTA_OAUTH2_ISSUER` or `OKTA_OAUTH2_AUDIENCE` when the application starts.
   * @throws {ConfigurationError} at the start: an option or environment variable is missing or wrong, or a gateway is not
   * protected
   * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3 RFC 6750, section 3}
   * @example
   * ```ts
   * import { Module } from '@nestjs/common'
   *
   * @Module({ imports: [OktaAuthModule.forRoot()] })
   * class AppModule {}
   * ```
   */
  static forRoot(options: AdapterOptions = {}): DynamicModule {
    return dynamicModule(undefined, { provide: OPTIONS, useFactory: () => options })
  }

  /**
   * Like {@link OktaAuthModule.forRoot}, with options that a factory returns.
   *
   * @throws {ConfigurationError} at the start: an option or environment variable is missing or wrong, or a gateway is not
   * protected
   * @example
   * ```ts
   * import { Module } from '@nestjs/common'
   *
   * class Settings {
   *   readonly issuer = 'https://example.okta.com/oauth2/default'
   * }
   *
   * @Module({ providers: [Settings], exports: [Settings] })
   * class SettingsModule {}
   *
   * @Module({
   *   imports: [
   *     OktaAuthModule.forRootAsync({
   *       imports: [SettingsModule],
   *       inject: [Settings],
   *       useFactory: ({ issuer }: Settings) => ({ issuer, audience: 'api://default' }),
   *     }),
   *   ],
   * })
   * class AppModule {}
   * ```
   */
  static forRootAsync({ imports, inject = [], useFactory }: OktaAuthAsyncOptions): DynamicModule {
    return dynamicModule(imports, { provide: OPTIONS, useFactory, inject: inject as [] })
  }
}

// Without decorators, which Node.js does not run.
Optional()(OktaAuthModule, undefined, 0)
Inject(AuthService)(OktaAuthModule, undefined, 0)
Module({})(OktaAuthModule)

import {
  type AdapterOptions,
  type AdapterSettings,
  adapterSettings,
  checkAdapterOptions,
  invalidOption,
} from '@okta-resource-server/core/adapter'

/** Options of the plugin beside those of a verifier. */
export interface PluginOptions {
  /**
   * `true` protects every route that does not have `config: { auth: false }`. `false` protects only routes that have
   * `config.auth` or a hook from `fastify.requireAuth()`.
   *
   * @default true
   */
  readonly global?: boolean
  /**
   * The name of the request's property for the verified token, if another plugin has decorated `request.auth`. Declare its
   * type in your application, or use `authOf(request)`.
   *
   * @default 'auth'
   */
  readonly decoratorName?: string
  /**
   * The name of a security scheme that your OpenAPI document declares. Routes then get a `schema.security` made of their `config.auth`,
   * for `@fastify/swagger`. A route that has one keeps it. Await the registration, because routes that are declared before
   * the plugin is loaded are not covered. Hooks from `fastify.requireAuth()` are ignored.
   *
   * @default undefined
   */
  readonly securityScheme?: string
}

/**
 * Options of the plugin.
 *
 * `credentials: 'optional'` applies to routes without `config.auth`. A route with requirements needs a token unless it
 * sets `credentials: 'optional'` itself.
 */
export type OktaAuthOptions = AdapterOptions & PluginOptions

/** Options that Fastify itself reads, and that autoloaders set. */
interface RegisterOptions {
  readonly prefix?: unknown
  readonly logLevel?: unknown
  readonly logSerializers?: unknown
}

/** The validated options of the plugin. */
export interface Settings extends AdapterSettings {
  readonly global: boolean
  readonly decoratorName: string
  readonly securityScheme: string | undefined
}

/** Properties that Fastify sets on each request. Fastify 4 lets plugins overwrite them. */
const OWN_PROPERTIES: readonly string[] = ['id', 'params', 'raw', 'query', 'log', 'body']

function checkDecoratorName(name: unknown): string {
  if (typeof name !== 'string' || !/^[A-Za-z_$][\w$]*$/.test(name) || name === '__proto__') {
    invalidOption('decoratorName', 'decoratorName must be the name of a property, such as "token"')
  }
  if (OWN_PROPERTIES.includes(name)) {
    invalidOption(
      'decoratorName',
      `decoratorName is ${name}, which Fastify itself sets on requests; choose another name`,
    )
  }
  return name
}

function checkSecurityScheme(name: unknown): string | undefined {
  if (name === undefined || (typeof name === 'string' && name !== '')) return name
  invalidOption(
    'securityScheme',
    'securityScheme must be the name of a security scheme in the OpenAPI document',
  )
}

/** The options that all adapters have, without those of the plugin and of Fastify. */
export function adapterOptions(options: OktaAuthOptions): AdapterOptions {
  checkAdapterOptions(options)
  const { global, decoratorName, securityScheme, prefix, logLevel, logSerializers, ...rest } =
    options as OktaAuthOptions & RegisterOptions
  return rest as AdapterOptions
}

/**
 * Validates the options, and creates the verifier if there is none.
 *
 * @throws {ConfigurationError} an option or environment variable is missing or wrong
 */
export function settingsFrom(options: OktaAuthOptions): Settings {
  const { global = true, decoratorName = 'auth', securityScheme } = options
  if (typeof global !== 'boolean') {
    invalidOption('global', 'global must be true or false')
  }
  const own = {
    global,
    decoratorName: checkDecoratorName(decoratorName),
    securityScheme: checkSecurityScheme(securityScheme),
  }
  return { ...adapterSettings(adapterOptions(options)), ...own }
}

import { ConfigurationError } from '@okta-resource-server/core'
import {
  type AdapterOptions,
  type AdapterSettings,
  adapterSettings,
} from '@okta-resource-server/core/adapter'

/** Which routes are protected. */
export interface GlobalOption {
  /**
   * `true` protects every route that does not have `config: { auth: false }`. `false` protects only routes that have
   * `config.auth` or a hook from `fastify.requireAuth()`.
   *
   * @default true
   */
  readonly global?: boolean
}

/**
 * Options of the plugin.
 *
 * `credentials: 'optional'` applies to routes without `config.auth`. A route with requirements needs a token unless it
 * sets `credentials: 'optional'` itself.
 */
export type OktaAuthOptions = AdapterOptions & GlobalOption

/** Options that Fastify itself reads, and that autoloaders set. */
interface RegisterOptions {
  readonly prefix?: unknown
  readonly logLevel?: unknown
  readonly logSerializers?: unknown
}

/** The validated options of the plugin. */
export interface Settings extends AdapterSettings {
  readonly global: boolean
}

/** The options that all adapters have, without those that Fastify itself reads. */
export function adapterOptions(options: OktaAuthOptions): AdapterOptions {
  const { global, prefix, logLevel, logSerializers, ...rest } = options as OktaAuthOptions & RegisterOptions
  return rest as AdapterOptions
}

/**
 * Validates the options, and creates the verifier if there is none.
 *
 * @throws {ConfigurationError} an option or environment variable is missing or wrong
 */
export function settingsFrom(options: OktaAuthOptions): Settings {
  const { global = true } = options
  if (typeof global !== 'boolean') {
    throw new ConfigurationError('option_invalid', 'global', 'global must be true or false')
  }
  return { ...adapterSettings(adapterOptions(options)), global }
}

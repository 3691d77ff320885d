import {
  type AdapterOptions,
  type AdapterSettings,
  adapterSettings,
  ConfigurationError,
} from '@okta-resource-server/core'

/** Which routes are protected. */
export interface GlobalOption {
  /** `true` (the default) protects every route that does not say `config: { auth: false }`; `false` only those that ask. */
  readonly global?: boolean
}

/**
 * Options of the plugin: those of core's verifier, or a verifier, or neither.
 *
 * `credentials: 'optional'` is for routes that say nothing; one whose `config.auth` asks for something says so itself.
 */
export type OktaAuthOptions = AdapterOptions & GlobalOption

/** What Fastify itself reads from a plugin's options, and autoloaders set; not ours to judge. */
interface RegisterOptions {
  readonly prefix?: unknown
  readonly logLevel?: unknown
  readonly logSerializers?: unknown
}

/** The validated form of the options. */
export interface Settings extends AdapterSettings {
  /** Protects routes that say nothing. */
  readonly global: boolean
}

function isGlobal(option: unknown): boolean {
  if (option === undefined || option === true) return true
  if (option === false) return false
  throw new ConfigurationError('option_invalid', 'global', 'global must be true or false')
}

/**
 * Validates the options and makes the verifier, where none was given.
 *
 * @throws {ConfigurationError} an option, or an environment variable, is missing or wrong
 */
export function settingsFrom(options: OktaAuthOptions): Settings {
  const {
    global: everywhere,
    prefix,
    logLevel,
    logSerializers,
    ...rest
  } = options as OktaAuthOptions & RegisterOptions
  const global = isGlobal(everywhere)
  return { ...adapterSettings(rest as AdapterOptions), global }
}

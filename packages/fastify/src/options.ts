import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  ConfigurationError,
  configurationFromEnvironment,
  createAccessTokenVerifier,
} from '@okta-resource-server/core'

/** What happens to a request that carries no credentials at all. */
export interface CredentialsOption {
  /**
   * `required` (the default) refuses a request without credentials; `optional` lets it through with `auth` null.
   *
   * Bad credentials are refused either way. A route whose `config.auth` asks for something says so for itself.
   */
  readonly credentials?: 'required' | 'optional'
}

/** Which routes are protected. */
export interface GlobalOption {
  /** `true` (the default) protects every route that does not say `config: { auth: false }`; `false` only those that ask. */
  readonly global?: boolean
}

/** None of the options of core's verifier. */
type NoVerifierOptions = { readonly [Name in keyof AccessTokenVerifierOptions]?: never }

/** A verifier of your own, made with core's `createAccessTokenVerifier`. */
export interface VerifierOption extends NoVerifierOptions {
  readonly verifier: AccessTokenVerifier<object>
}

/** Options of core's verifier. */
export interface VerifierOptions extends AccessTokenVerifierOptions {
  readonly verifier?: never
}

/** Neither: the environment variables `OKTA_OAUTH2_ISSUER` and `OKTA_OAUTH2_AUDIENCE` are read. */
export interface EnvironmentOptions extends NoVerifierOptions {
  readonly verifier?: never
}

/** Options of the plugin: those of core's verifier, or a verifier, or neither. */
export type OktaAuthOptions = CredentialsOption &
  GlobalOption &
  (VerifierOptions | VerifierOption | EnvironmentOptions)

/** What Fastify itself reads from a plugin's options, and autoloaders set; not ours to judge. */
interface RegisterOptions {
  readonly prefix?: unknown
  readonly logLevel?: unknown
  readonly logSerializers?: unknown
}

/** The validated form of the options. */
export interface Settings {
  readonly verifier: AccessTokenVerifier<object>
  /** The plugin made the verifier, and so closes it. */
  readonly owned: boolean
  /** Lets requests without credentials through. */
  readonly optional: boolean
  /** Protects routes that say nothing. */
  readonly global: boolean
}

/** Tells `optional` from `required`, which is also what absence means. */
export function isOptional(credentials: unknown): boolean {
  if (credentials === undefined || credentials === 'required') return false
  if (credentials === 'optional') return true
  throw new ConfigurationError(
    'option_invalid',
    'credentials',
    "credentials must be 'required' or 'optional'",
  )
}

function givenVerifier(verifier: unknown, others: readonly string[]): Settings['verifier'] {
  if (others.length > 0) {
    throw new ConfigurationError(
      'option_invalid',
      others[0] as string,
      `${others.join(', ')} and verifier exclude each other; give the options to createAccessTokenVerifier`,
    )
  }
  if (typeof (verifier as Partial<Settings['verifier']> | null)?.decide !== 'function') {
    throw new ConfigurationError(
      'option_invalid',
      'verifier',
      'verifier must be what createAccessTokenVerifier of @okta-resource-server/core returns',
    )
  }
  return verifier as Settings['verifier']
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
    credentials,
    global: everywhere,
    prefix,
    logLevel,
    logSerializers,
    ...rest
  } = options as OktaAuthOptions & RegisterOptions
  const optional = isOptional(credentials)
  const global = isGlobal(everywhere)
  if ('verifier' in rest) {
    const { verifier, ...others } = rest
    return { verifier: givenVerifier(verifier, Object.keys(others)), owned: false, optional, global }
  }
  const fromEnvironment = Object.keys(rest).length === 0
  const verifierOptions = fromEnvironment
    ? configurationFromEnvironment()
    : (rest as AccessTokenVerifierOptions)
  return { verifier: createAccessTokenVerifier(verifierOptions), owned: true, optional, global }
}

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
   * `required` (the default) refuses a request without credentials; `optional` lets it through, without `auth`.
   *
   * Bad credentials are refused either way.
   */
  readonly credentials?: 'required' | 'optional'
}

/** None of the options of core's verifier. */
type NoVerifierOptions = { readonly [Name in keyof AccessTokenVerifierOptions]?: never }

/** A verifier of your own, made with core's `createAccessTokenVerifier`. */
export interface VerifierOption extends NoVerifierOptions {
  readonly verifier: Pick<AccessTokenVerifier<object>, 'decide'>
}

/** Options of core's verifier. */
export interface VerifierOptions extends AccessTokenVerifierOptions {
  readonly verifier?: never
}

/** Neither: the environment variables `OKTA_OAUTH2_ISSUER` and `OKTA_OAUTH2_AUDIENCE` are read. */
export interface EnvironmentOptions extends NoVerifierOptions {
  readonly verifier?: never
}

/** Options of {@link oktaAuth}: those of core's verifier, or a verifier, or neither. */
export type OktaAuthOptions = CredentialsOption & (VerifierOptions | VerifierOption | EnvironmentOptions)

/** The validated form of the options. */
export interface Settings {
  readonly verifier: Pick<AccessTokenVerifier<object>, 'decide'>
  /** Lets requests without credentials through. */
  readonly optional: boolean
}

function isOptional(credentials: unknown): boolean {
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

/**
 * Validates the options and makes the verifier, where none was given.
 *
 * @throws {ConfigurationError} an option, or an environment variable, is missing or wrong
 */
export function settingsFrom(options: OktaAuthOptions): Settings {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ConfigurationError(
      'option_invalid',
      'options',
      'the options must be an object such as { issuer, audience }, or left out',
    )
  }
  const { credentials, ...rest } = options
  const optional = isOptional(credentials)
  if ('verifier' in rest) {
    const { verifier, ...others } = rest
    return { verifier: givenVerifier(verifier, Object.keys(others)), optional }
  }
  const fromEnvironment = Object.keys(rest).length === 0
  const verifierOptions = fromEnvironment
    ? configurationFromEnvironment()
    : (rest as AccessTokenVerifierOptions)
  return { verifier: createAccessTokenVerifier(verifierOptions), optional }
}

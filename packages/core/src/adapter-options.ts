import { ConfigurationError, MissingTokenError } from './errors.ts'
import { configurationFromEnvironment } from './issuer-options.ts'
import type { AccessTokenVerifierOptions } from './options.ts'
import { type AccessTokenVerifier, createAccessTokenVerifier } from './verifier.ts'

/** What happens to a request that carries no credentials at all. */
export interface CredentialsOption {
  /**
   * `required` (the default) refuses a request without credentials; `optional` lets it through, without `auth`.
   *
   * Bad credentials are refused either way.
   */
  readonly credentials?: 'required' | 'optional'
}

/** None of the options of the verifier. */
type NoVerifierOptions = { readonly [Name in keyof AccessTokenVerifierOptions]?: never }

/** A verifier of your own, made with `createAccessTokenVerifier`. */
export interface VerifierOption extends NoVerifierOptions {
  readonly verifier: AccessTokenVerifier<object>
}

/** Options of the verifier. */
export interface VerifierOptions extends AccessTokenVerifierOptions {
  readonly verifier?: never
}

/** Neither: the environment variables `OKTA_OAUTH2_ISSUER` and `OKTA_OAUTH2_AUDIENCE` are read. */
export interface EnvironmentOptions extends NoVerifierOptions {
  readonly verifier?: never
}

/** What every adapter takes: options of the verifier, or a verifier, or neither. */
export type AdapterOptions = CredentialsOption & (VerifierOptions | VerifierOption | EnvironmentOptions)

/** The validated form of an adapter's options. */
export interface AdapterSettings {
  readonly verifier: AccessTokenVerifier<object>
  /** The verifier was made here, and whoever made it closes it. */
  readonly owned: boolean
  /** Lets requests without credentials through. */
  readonly optional: boolean
}

/**
 * Tells `optional` from `required`, which is also what absence means.
 *
 * @throws {ConfigurationError} it is something else
 */
export function isOptional(credentials: unknown): boolean {
  if (credentials === undefined || credentials === 'required') return false
  if (credentials === 'optional') return true
  throw new ConfigurationError(
    'option_invalid',
    'credentials',
    "credentials must be 'required' or 'optional'",
  )
}

/** Whether nothing that looks like credentials was sent; anything else is an attempt, and refused. */
export function hasNoCredentials(error: unknown): boolean {
  return error instanceof MissingTokenError && error.code === 'missing_token'
}

function givenVerifier(verifier: unknown, others: readonly string[]): AccessTokenVerifier<object> {
  if (others.length > 0) {
    throw new ConfigurationError(
      'option_invalid',
      others[0] as string,
      `${others.join(', ')} and verifier exclude each other; give the options to createAccessTokenVerifier`,
    )
  }
  if (typeof (verifier as Partial<AccessTokenVerifier> | null)?.decide !== 'function') {
    throw new ConfigurationError(
      'option_invalid',
      'verifier',
      'verifier must be what createAccessTokenVerifier of @okta-resource-server/core returns',
    )
  }
  return verifier as AccessTokenVerifier<object>
}

/**
 * Validates an adapter's options and makes the verifier, where none was given.
 *
 * @throws {ConfigurationError} an option, or an environment variable, is missing or wrong
 */
export function adapterSettings(options: AdapterOptions): AdapterSettings {
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
    return { verifier: givenVerifier(verifier, Object.keys(others)), owned: false, optional }
  }
  const fromEnvironment = Object.keys(rest).length === 0
  const verifierOptions = fromEnvironment
    ? configurationFromEnvironment()
    : (rest as AccessTokenVerifierOptions)
  return { verifier: createAccessTokenVerifier(verifierOptions), owned: true, optional }
}

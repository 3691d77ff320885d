// The options of every adapter.
import { checkOwn, invalidOption, isObject, isOptions } from './checks.ts'
import { VERIFIER_OPTIONS } from './options.ts'

/** What happens to a request without credentials. */
export interface CredentialsOption {
  /**
   * `'required'` refuses a request without credentials. `'optional'` lets it through, without `auth`. A request with bad
   * credentials is refused either way.
   *
   * @default 'required'
   */
  readonly credentials?: 'required' | 'optional'
}

/**
 * Validates the option `credentials`.
 *
 * @throws {ConfigurationError} it is neither `'required'` nor `'optional'`
 */
export function isOptional(credentials: unknown): boolean {
  if (credentials === undefined || credentials === 'required') return false
  if (credentials === 'optional') return true
  invalidOption('credentials', "credentials must be 'required' or 'optional'")
}

/**
 * Checks that the options are an object whose members can be copied. Adapters call it before they separate their own options.
 *
 * @throws {ConfigurationError} it is none, or a member would be lost, such as a getter of a class
 */
export function checkAdapterOptions(options: unknown): void {
  if (isObject(options)) checkOwn(options, [...VERIFIER_OPTIONS, 'credentials', 'verifier'], '')
  if (!isOptions(options)) {
    invalidOption('options', 'the options must be an object such as { issuer, audience }, or left out')
  }
}

import { ConfigurationError } from '../refusal/errors.ts'

/**
 * An option of a store that is an integer.
 *
 * @throws {ConfigurationError}
 */
export function checkInteger(option: string, value: unknown, min: number, max: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
    throw new ConfigurationError(
      'option_invalid',
      option,
      `${option} must be an integer from ${min} to ${max}`,
    )
  }
  return value as number
}

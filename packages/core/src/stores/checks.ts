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

/**
 * The options of a store: an object with these members and no others.
 *
 * @throws {ConfigurationError}
 */
export function checkMembers(options: unknown, known: readonly string[]): void {
  const example = `the options of a store must be an object such as { ${known[0]} }, or left out`
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('option_invalid', 'options', example)
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const message = `${unknown} is not an option; the options are ${known.join(', ')}`
  throw new ConfigurationError('option_unknown', unknown, message)
}

import { createHash, timingSafeEqual } from 'node:crypto'
import { invalidOption } from '@okta-resource-server/core/adapter'

const MIN_LENGTH = 16

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Validates the values of the Authorization header that are accepted.
 *
 * @throws {ConfigurationError}
 */
export function checkAuthorization(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const isValid = (item: unknown): boolean =>
    typeof item === 'string' && item.length >= MIN_LENGTH && /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(item)
  if (list.length === 0 || !list.every(isValid)) {
    const message = `authorization must be the whole value of the Authorization header that the transmitter sends, such as "Bearer …", or a list of such values; each at least ${MIN_LENGTH} characters long, without white space at its ends`
    invalidOption('authorization', message, value === undefined ? 'option_missing' : 'option_invalid')
  }
  return list as readonly string[]
}

/** Compares in constant time: digests have the same length, and all of them are compared. */
export function credentialsChecker(values: readonly string[]): (given: string | undefined) => boolean {
  const expected = values.map(digest)
  return (given = '') => {
    const actual = digest(given)
    let found = false
    for (const value of expected) found = timingSafeEqual(actual, value) || found
    return found
  }
}

import { createHash, timingSafeEqual } from 'node:crypto'
import { invalidOption } from '@okta-resource-server/core/adapter'

/** Characters without the scheme, so that "Bearer undefined" is too short. */
const MIN_LENGTH = 16
/** A scheme and a space, or nothing; then visible characters. */
const VALUE = /^(?:[\w-]{1,32} )?([\x21-\x7e]+)$/

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Validates the values of the Authorization header that are accepted.
 *
 * @throws {ConfigurationError}
 */
export function checkAuthorization(value: unknown): readonly string[] {
  // Not the list itself: every() skips the holes of a sparse one.
  const list: readonly unknown[] = Array.isArray(value) ? Array.from(value) : [value]
  const isValid = (item: unknown): boolean =>
    typeof item === 'string' && (VALUE.exec(item)?.[1] ?? '').length >= MIN_LENGTH
  if (list.length === 0 || !list.every(isValid)) {
    const message = `authorization must be the whole value of the Authorization header that the transmitter sends, such as "Bearer …", or a list of such values; each has at least ${MIN_LENGTH} characters after its scheme, and no white space at its ends`
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

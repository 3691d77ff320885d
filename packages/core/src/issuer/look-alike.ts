/** Visible ASCII characters, in a length that no issuer exceeds. */
const PLAIN = /^[\x21-\x7e]{1,512}$/

/** Encoded dots, slashes, backslashes and percent signs, which a server may decode into another path. */
const ENCODED_SEPARATOR = /%(2[ef5]|5c)/i

/**
 * Whether an identifier can be mistaken for another one: as text by a function that compares only its start, or as a URL
 * by an HTTP client or server, which normalizes it.
 *
 * @param iss - the unverified claim `iss`
 */
export function isLookAlike(iss: string): boolean {
  if (!PLAIN.test(iss)) return true
  if (!URL.canParse(iss)) return false
  const { href, hostname, username, password } = new URL(iss)
  return (
    (href !== iss && href !== `${iss}/`) ||
    username !== '' ||
    password !== '' ||
    hostname.endsWith('.') ||
    /[?#]/.test(iss) ||
    ENCODED_SEPARATOR.test(iss)
  )
}

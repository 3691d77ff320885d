import { randomBytes } from 'node:crypto'
import { oktaClaims, unsignedToken } from '../token-mint.ts'

/**
 * Makes every signature pass, in this process: a million RS256 signatures would take ten minutes to make. What
 * memory and the cache cost does not depend on them.
 */
export function passEverySignature(): void {
  const { subtle } = globalThis.crypto
  Object.defineProperty(Object.getPrototypeOf(subtle), 'verify', {
    value: async () => true,
    configurable: true,
  })
  Object.defineProperty(subtle, 'verify', { value: async () => true, configurable: true })
}

/** Distinct tokens of Okta's shape and size by number, unsigned; the same number gives the same token. */
export function forger(kid: string, lifetime: number): (number: number) => string {
  const now = Math.floor(Date.now() / 1_000)
  const claims = oktaClaims(now, lifetime)
  const signature = randomBytes(256)
  const identifier = claims.jti as string
  return (number) => {
    claims.jti = identifier.slice(0, -8) + number.toString(36).padStart(8, '0')
    // No two signatures of one key end alike.
    signature.writeUIntBE(number, 252, 3)
    // As it comes from a header parser: one flat string of its own.
    return Buffer.from(
      `${unsignedToken({ kid, algorithm: 'RS256' }, claims)}.${signature.toString('base64url')}`,
    ).toString('latin1')
  }
}

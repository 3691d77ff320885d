import { hash } from 'node:crypto'
import { oktaClaims, type SigningKey, signingKey, unsignedToken } from '../token-mint.ts'

/**
 * Replaces `SubtleCrypto.prototype.verify` in this process by a function that accepts every signature, since a million
 * RS256 signatures would take ten minutes to make; returns a function that counts its calls.
 *
 * What memory and a hit cost does not depend on signatures. A call means that the token was not in the cache.
 */
export function acceptEverySignature(): () => number {
  let calls = 0
  const verify = async (): Promise<boolean> => {
    calls++
    return true
  }
  const { subtle } = globalThis.crypto
  Object.defineProperty(Object.getPrototypeOf(subtle), 'verify', { value: verify, configurable: true })
  return () => calls
}

export interface Forger {
  /** The key to configure a verifier with. */
  readonly key: SigningKey
  /** Makes the token of this number. */
  readonly token: (number: number) => string
}

/** Makes unsigned tokens of Okta's form and size. They differ in `jti` and in the signature, which look random. */
export function forger(): Forger {
  const key = signingKey('RS256')
  const claims = oktaClaims(Math.floor(Date.now() / 1_000), 36_000)
  const token = (number: number): string => {
    const bytes = hash('sha512', String(number), 'buffer')
    claims.jti = `AT.${bytes.toString('base64url', 0, 32)}`
    const signature = Buffer.concat([bytes, bytes, bytes, bytes])
    return `${unsignedToken(key, claims)}.${signature.toString('base64url')}`
  }
  return { key, token }
}

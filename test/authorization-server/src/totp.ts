import { Secret, TOTP } from 'otpauth'

/** Seconds. */
const PERIOD = 30
/** Number of time steps accepted before and after the current one. */
const WINDOW = 1

/**
 * The TOTP authenticator of a user. Accepts each OTP only once.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6238#section-5.2 RFC 6238, section 5.2}
 */
export class TotpAuthenticator {
  readonly secret: string
  readonly #totp: TOTP
  readonly #usedSteps = new Set<number>()

  /** @param secret - Base32. Default: a random secret. */
  constructor(secret?: string) {
    const key = secret === undefined ? new Secret({ size: 20 }) : Secret.fromBase32(secret)
    this.secret = key.base32
    this.#totp = new TOTP({ secret: key, period: PERIOD })
  }

  /** @param now - Milliseconds since the epoch. */
  accepts(otp: string, now: number): boolean {
    const delta = this.#totp.validate({ token: otp, timestamp: now, window: WINDOW })
    if (delta === null) return false
    const current = Math.floor(now / 1000 / PERIOD)
    const step = current + delta
    if (this.#usedSteps.has(step)) return false
    for (const used of this.#usedSteps) if (used < current - WINDOW) this.#usedSteps.delete(used)
    this.#usedSteps.add(step)
    return true
  }
}

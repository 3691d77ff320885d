import { Secret, TOTP } from 'otpauth'

const PERIOD = 30
/** Steps accepted before and after the current one. */
const WINDOW = 1

/** One user's TOTP authenticator (RFC 6238), which accepts the code of a time step once. */
export class TotpAuthenticator {
  readonly secret: string
  readonly #totp: TOTP
  readonly #usedSteps = new Set<number>()

  /** @param secret Base32; a random one when absent. */
  constructor(secret?: string) {
    const key = secret === undefined ? new Secret({ size: 20 }) : Secret.fromBase32(secret)
    this.secret = key.base32
    this.#totp = new TOTP({ secret: key, period: PERIOD })
  }

  /** @param now Milliseconds. */
  accepts(otp: string, now: number): boolean {
    const delta = this.#totp.validate({ token: otp, timestamp: now, window: WINDOW })
    if (delta === null) return false
    const current = Math.floor(now / 1000 / PERIOD)
    const step = current + delta
    // RFC 6238 section 5.2: a code that was accepted must not be accepted again.
    if (this.#usedSteps.has(step)) return false
    for (const used of this.#usedSteps) if (used < current - WINDOW) this.#usedSteps.delete(used)
    this.#usedSteps.add(step)
    return true
  }
}

import type { Clock } from './clock.ts'
import type { Knobs } from './options.ts'

/** Attempts with an OTP, counted per user in a sliding window. */
export class OtpRateLimit {
  readonly #attempts = new Map<string, number[]>()
  readonly #clock: Clock
  readonly #knobs: Knobs

  constructor(clock: Clock, knobs: Knobs) {
    this.#clock = clock
    this.#knobs = knobs
  }

  /** Counts an attempt; false when it is one too many. */
  admits(userId: string): boolean {
    const limit = this.#knobs.otpRateLimit
    if (limit === false) return true
    const now = this.#clock.now()
    const recent = (this.#attempts.get(userId) ?? []).filter((time) => time > now - limit.seconds * 1000)
    const admitted = recent.length < limit.attempts
    if (admitted) recent.push(now)
    this.#attempts.set(userId, recent)
    return admitted
  }
}

/** The bucket that all requests of a minute share, and the headers that tell its level. */
export class BucketRateLimit {
  #minute = 0
  #count = 0
  readonly #clock: Clock
  readonly #knobs: Knobs

  constructor(clock: Clock, knobs: Knobs) {
    this.#clock = clock
    this.#knobs = knobs
  }

  /** Counts a request. */
  take(): { admitted: boolean; headers: Record<string, string> } {
    const limit = this.#knobs.bucketRateLimit
    if (limit === false) return { admitted: true, headers: {} }
    const minute = Math.floor(this.#clock.seconds() / 60)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#count = 0
    }
    this.#count += 1
    const headers = {
      'X-Rate-Limit-Limit': String(limit),
      'X-Rate-Limit-Remaining': String(Math.max(0, limit - this.#count)),
      // Seconds since the epoch, UTC.
      'X-Rate-Limit-Reset': String((minute + 1) * 60),
    }
    return { admitted: this.#count <= limit, headers }
  }
}

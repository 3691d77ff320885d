import type { Clock } from './clock.ts'
import type { Knobs } from './options.ts'

/** Limits the OTPs per user in a sliding window. */
export class OtpRateLimit {
  readonly #attempts = new Map<string, number[]>()
  readonly #clock: Clock
  readonly #knobs: Knobs

  constructor(clock: Clock, knobs: Knobs) {
    this.#clock = clock
    this.#knobs = knobs
  }

  /** Counts an attempt, and returns `false` if it exceeds the limit. */
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

/** Limits the requests per minute, and creates the rate limit headers. */
export class BucketRateLimit {
  #minute = 0
  #count = 0
  readonly #clock: Clock
  readonly #knobs: Knobs

  constructor(clock: Clock, knobs: Knobs) {
    this.#clock = clock
    this.#knobs = knobs
  }

  /** Counts a request, and returns whether it is within the limit. */
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

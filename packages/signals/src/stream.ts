import type { SignedJwtVerifier } from '@okta-resource-server/core/adapter'
import { channels } from './diagnostics.ts'
import type { SecurityEvents, StreamProblem, StreamStatus } from './events.ts'

/** What is known about the stream: its status, and when it was verified. */
export class Stream {
  readonly #verifier: SignedJwtVerifier
  /** Milliseconds. */
  readonly #maxVerificationAge: number | undefined
  #status: StreamStatus | undefined
  /** Seconds: `iat` of the event that the status comes from. */
  #statusAt = Number.NEGATIVE_INFINITY
  /** Seconds: `iat` of the last verification event. */
  #verifiedAt: number | undefined
  /** When the stream was last known to work, on a clock that never goes back. */
  #aliveAt: number
  #published: StreamProblem | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(verifier: SignedJwtVerifier, maxVerificationAge: number | undefined) {
    this.#verifier = verifier
    this.#maxVerificationAge = maxVerificationAge
    this.#aliveAt = verifier.clock.elapsed()
    this.#watch()
  }

  /** `undefined` before the first stream-updated event. */
  get status(): StreamStatus | undefined {
    return this.#status
  }

  /** Milliseconds since the epoch; `undefined` before the first verification event. */
  get lastVerification(): number | undefined {
    return this.#verifiedAt === undefined ? undefined : this.#verifiedAt * 1_000
  }

  get problem(): StreamProblem | undefined {
    if (this.#status === 'paused' || this.#status === 'disabled') return this.#status
    return this.#overdueIn() > 0 ? undefined : 'verification_overdue'
  }

  /** Takes note of an event. One that was issued before the last one of its kind changes nothing. */
  update({ streamStatus, isVerification, issuedAt }: SecurityEvents): void {
    if (streamStatus !== undefined && issuedAt >= this.#statusAt) {
      this.#status = streamStatus
      this.#statusAt = issuedAt
    }
    if (isVerification && issuedAt >= (this.#verifiedAt ?? 0)) {
      const { clock } = this.#verifier
      this.#verifiedAt = issuedAt
      const age = Math.max(0, clock.wall() - issuedAt * 1_000)
      this.#aliveAt = Math.max(this.#aliveAt, clock.elapsed() - age)
    }
    this.#watch()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Milliseconds until the next verification event is overdue. */
  #overdueIn(): number {
    if (this.#maxVerificationAge === undefined) return Number.POSITIVE_INFINITY
    return this.#aliveAt + this.#maxVerificationAge - this.#verifier.clock.elapsed()
  }

  /** Publishes a change, and looks again when a verification event will be overdue. */
  #watch(): void {
    this.close()
    const { problem } = this
    if (problem !== this.#published) {
      this.#published = problem
      if (channels.problem.hasSubscribers) {
        channels.problem.publish({ issuer: this.#verifier.issuer, problem })
      }
    }
    const remaining = this.#overdueIn()
    if (!Number.isFinite(remaining) || remaining <= 0) return
    this.#timer = setTimeout(() => this.#watch(), Math.ceil(remaining))
    this.#timer.unref?.()
  }
}

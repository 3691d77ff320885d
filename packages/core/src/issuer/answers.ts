import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'
import type { JwtClaims } from '../keys/signature.ts'
import type { UnavailableCode } from '../refusal/codes.ts'

/** Characters of answers that are kept, and that a short one counts as, so that at most 20,000 are kept. */
const MAX_CHARACTERS = 20_000_000
const MIN_CHARACTERS = 1_000
/** Tokens in each of the two lists: those that are not active, and those that were active once. */
const MAX_TOKENS = 10_000
/** Milliseconds for which an answer that is not kept counts for the requests that wait for it. */
const GRACE = 1_000
/** Milliseconds between removals of answers that are too old, at least and at most. */
const MIN_SWEEP = 1_000
const MAX_SWEEP = 30_000

/** The answer that a token is active. */
export class Answer {
  /** Claims of the token. */
  readonly claims: JwtClaims
  /** Whether it may be used for later requests. */
  readonly isKept: boolean
  /** The code of the refusal while there is no other answer. */
  readonly code: UnavailableCode
  /** Wall-clock time in milliseconds. */
  #until: number

  constructor(
    claims: JwtClaims,
    until: number,
    isKept: boolean,
    code: UnavailableCode = 'introspection_unavailable',
  ) {
    this.claims = claims
    this.#until = until
    this.isKept = isKept
    this.code = code
  }

  /**
   * Whether it is not older than `cacheMaxAge`. A request does without the second clock: if the wall clock is set back, the
   * answer is dropped by the timer.
   *
   * @param wall - wall-clock time in milliseconds
   */
  isFresh(wall: number): boolean {
    return wall < this.#until
  }

  /** From now on, the answer counts no more, cached tokens included. */
  drop(): void {
    this.#until = Number.NEGATIVE_INFINITY
  }
}

interface Kept {
  readonly answer: Answer
  /** On the clock that never goes back. */
  readonly until: number
}

/** A token about which there is no positive answer. */
export interface Negative {
  readonly until: number
  /** Why there is no answer; `undefined` if the token is not active. */
  readonly failure: Error | undefined
}

/**
 * Answers of one issuer, by the digest of the token. Positive and negative ones are kept apart, so that made-up tokens do not
 * displace those in use.
 */
export class Answers {
  readonly #clock: Clock
  readonly #maxAge: number
  readonly #positive = new LRUCache<string, Kept>({
    maxSize: MAX_CHARACTERS,
    dispose: ({ answer }) => answer.drop(),
  })
  readonly #negative = new LRUCache<string, Negative>({ maxSize: MAX_TOKENS, sizeCalculation: () => 1 })
  /** Tokens that were active, with the time at which they expire. */
  readonly #wereActive = new LRUCache<string, number>({ maxSize: MAX_TOKENS, sizeCalculation: () => 1 })
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param maxAge - of positive answers, in milliseconds */
  constructor(clock: Clock, maxAge: number) {
    this.#clock = clock
    this.#maxAge = maxAge
  }

  /** The answer, if it is fresh. */
  find(digest: string, now: number): Answer | undefined {
    const kept = this.#positive.get(digest)
    return kept !== undefined && now < kept.until ? kept.answer : undefined
  }

  findNegative(digest: string, now: number): Negative | undefined {
    const negative = this.#negative.get(digest)
    return negative !== undefined && now < negative.until ? negative : undefined
  }

  /** Whether the token was active when it was asked about last, and has not expired since. */
  wasActive(digest: string): boolean {
    const expiresAt = this.#wereActive.peek(digest)
    return expiresAt !== undefined && this.#clock.wall() < expiresAt * 1_000
  }

  /**
   * Keeps the answer that a token is active. With a `cacheMaxAge` of 0 it counts only for the requests that wait for it.
   *
   * @param askedAt - when the question was sent, on the clock that never goes back
   */
  add(digest: string, claims: JwtClaims, askedAt: number): Answer {
    const { exp } = claims
    const now = this.#clock.elapsed()
    const remaining = askedAt + this.#maxAge - now
    if (typeof exp === 'number') this.#wereActive.set(digest, exp)
    // One that is hardly fresh would be too old before the request is decided.
    const isKept = remaining >= GRACE / 2
    const answer = new Answer(claims, this.#clock.wall() + (isKept ? remaining : GRACE), isKept)
    if (!isKept) return answer
    const size = Math.max(JSON.stringify(claims).length, MIN_CHARACTERS)
    this.#positive.set(digest, { answer, until: now + remaining }, { size })
    this.#timer ??= this.#sweepLater()
    return answer
  }

  /** Keeps for some time that there is no positive answer. */
  addNegative(digest: string, maxAge: number, failure?: Error): void {
    this.#positive.delete(digest)
    if (failure === undefined) this.#wereActive.delete(digest)
    this.#negative.set(digest, { until: this.#clock.elapsed() + maxAge, failure })
    this.#timer ??= this.#sweepLater()
  }

  clear(): void {
    clearTimeout(this.#timer)
    this.#positive.clear()
    this.#negative.clear()
    this.#wereActive.clear()
  }

  /** Removes what is too old, so that a quiet API does not keep it, and so that no step of the wall clock prolongs it. */
  #sweepLater(): ReturnType<typeof setTimeout> {
    const interval = Math.min(Math.max(this.#maxAge / 5, MIN_SWEEP), MAX_SWEEP)
    const timer = setTimeout(() => {
      const now = this.#clock.elapsed()
      for (const map of [this.#positive, this.#negative] as const) {
        const expired = [...map.entries()].filter(([, { until }]) => now >= until)
        for (const [digest] of expired) map.delete(digest)
      }
      this.#timer = this.#positive.size + this.#negative.size === 0 ? undefined : this.#sweepLater()
    }, interval)
    timer.unref?.()
    return timer
  }
}

import { LRUCache } from 'lru-cache'

// All times are in milliseconds on a clock that never goes back.

const MIN_FRESHNESS = 60_000
/** A refresh is due between this part of the lifetime and its end, so that a fleet does not refresh in step. */
const FRESHNESS_JITTER = 0.8
const FIRST_RETRY = 1_000
/** Without keys, requests fail until a retry succeeds, so retries stay close together. */
const MAX_RETRY_COLD = 8_000
/** With keys, requests succeed meanwhile, so a fleet spreads its retries over minutes. */
const MAX_RETRY_WARM = 300_000
/** A request with an unknown key is a reason to retry sooner. */
const MAX_RETRY_ON_DEMAND = 60_000
const MAX_RETRY_AFTER = 300_000
/** With keys, at most this time and half of what the server asked for is added, since it may ask a fleet for one moment. */
const MAX_RETRY_AFTER_SPREAD = 60_000
/** Refreshes for unknown keys within one cooldown, if each brings a new key. */
const MAX_UNKNOWN_KEY_FETCHES = 5
/** Those among them that may bring nothing: one stray token must not delay a rotation. */
const MAX_FRUITLESS_FETCHES = 2
/** Characters of unknown key ids that are remembered, in all. */
const MAX_UNKNOWN_KID_CHARACTERS = 66_000
/** Characters that a short key id counts as, so that at most 1,000 are remembered. */
const MIN_UNKNOWN_KID_CHARACTERS = 66

/**
 * Milliseconds for which keys are fresh.
 *
 * It is at least a minute, since Okta and others have sent `no-store`, and at most `ceiling`, so that an emergency
 * rotation is noticed. Jitter makes it between 80 and 100 % of that.
 *
 * @param maxAge - seconds of `Cache-Control: max-age`
 * @param ceiling - milliseconds
 */
export function freshnessDuration(maxAge: number | undefined, ceiling: number): number {
  const lifetime = Math.min(maxAge === undefined ? ceiling : Math.max(maxAge * 1_000, MIN_FRESHNESS), ceiling)
  return lifetime * (FRESHNESS_JITTER + Math.random() * (1 - FRESHNESS_JITTER))
}

/** Milliseconds until the next retry: doubles, with jitter from half to the whole. */
function backoffDelay(failures: number, longest: number): number {
  return Math.min(FIRST_RETRY * 2 ** Math.min(failures - 1, 20), longest) * (0.5 + Math.random() / 2)
}

/** Counts failures in a row, and says when the next attempt may start. */
export class Backoff {
  #failures = 0
  #until = Number.NEGATIVE_INFINITY
  #untilOnDemand = Number.NEGATIVE_INFINITY

  get failing(): boolean {
    return this.#failures > 0
  }

  /** When the next attempt starts without being asked for. */
  get until(): number {
    return this.#until
  }

  /** When the next attempt may start for a request that needs it; never later than `until`. */
  get untilOnDemand(): number {
    return this.#untilOnDemand
  }

  succeeded(): void {
    this.#failures = 0
    this.#until = Number.NEGATIVE_INFINITY
    this.#untilOnDemand = Number.NEGATIVE_INFINITY
  }

  /**
   * @param cold - there are no keys that can be used
   * @param retryAfter - seconds that the server asked to wait; no retry starts before
   */
  failed(now: number, cold: boolean, retryAfter: number | undefined): void {
    this.#failures++
    const asked = Math.min((retryAfter ?? 0) * 1_000, MAX_RETRY_AFTER)
    const onDemand = backoffDelay(this.#failures, cold ? MAX_RETRY_COLD : MAX_RETRY_ON_DEMAND)
    this.#untilOnDemand = now + Math.max(onDemand, asked)
    const spread = Math.random() * Math.min(asked / 2, MAX_RETRY_AFTER_SPREAD)
    const delay = Math.max(backoffDelay(this.#failures, MAX_RETRY_WARM), asked + spread)
    this.#until = cold ? this.#untilOnDemand : Math.max(this.#untilOnDemand, now + delay)
  }
}

/**
 * Says when an unknown `kid` may trigger a refresh.
 *
 * Refreshes that bring a new key keep the gate open for the next rotation, up to a few within one cooldown, since an
 * authorization server that invents keys must not be flooded either. Refreshes that bring nothing close it sooner. A
 * `kid` that a refresh did not bring is remembered for one cooldown, so that one token sent repeatedly triggers one
 * refresh; not for longer, since a `kid` may be guessed before it is published.
 */
export class UnknownKeyGate {
  readonly #cooldown: number
  // Without `max`, which would reserve memory for every issuer.
  readonly #unknown = new LRUCache<string, number>({
    maxSize: MAX_UNKNOWN_KID_CHARACTERS,
    sizeCalculation: (_, kid) => Math.max(kid.length, MIN_UNKNOWN_KID_CHARACTERS),
  })
  #windowEnd = Number.NEGATIVE_INFINITY
  #fetches = 0
  #fruitless = 0

  /** @param cooldown - milliseconds */
  constructor(cooldown: number) {
    this.#cooldown = cooldown
  }

  isOpen(now: number): boolean {
    return (
      now >= this.#windowEnd ||
      (this.#fetches < MAX_UNKNOWN_KEY_FETCHES && this.#fruitless < MAX_FRUITLESS_FETCHES)
    )
  }

  isKnownToBeUnknown(kid: string, now: number): boolean {
    const until = this.#unknown.peek(kid)
    return until !== undefined && now < until
  }

  remember(kid: string, now: number): void {
    this.#unknown.set(kid, now + this.#cooldown)
  }

  fetched(now: number, broughtKeys: boolean): void {
    if (now >= this.#windowEnd) {
      this.#windowEnd = now + this.#cooldown
      this.#fetches = 0
      this.#fruitless = 0
    }
    this.#fetches++
    if (!broughtKeys) this.#fruitless++
  }
}

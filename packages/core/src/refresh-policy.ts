const FRESH_AT_LEAST = 60_000
const FIRST_RETRY = 1_000
/** With no key known each failed second costs requests, so retries stay close together. */
const LONGEST_RETRY_COLD = 8_000
const LONGEST_RETRY_WARM = 60_000
const LONGEST_RETRY_AFTER = 300_000
/** Fetches that may follow each other while each brings a new key. */
const ROTATIONS_IN_A_ROW = 5

/**
 * Milliseconds that keys are fresh: what the server says (seconds), but no less than a minute, since Okta and
 * others have sent `no-store`, and no more than the ceiling, behind which an emergency rotation would hide.
 */
export function freshnessDuration(maxAge: number | undefined, ceiling: number): number {
  return Math.min(maxAge === undefined ? ceiling : Math.max(maxAge * 1_000, FRESH_AT_LEAST), ceiling)
}

/** Milliseconds until the next try: doubling, with jitter between a half and the whole, and never before `Retry-After`. */
export function retryDelay(failures: number, cold: boolean, retryAfter: number | undefined): number {
  const longest = cold ? LONGEST_RETRY_COLD : LONGEST_RETRY_WARM
  const backoff = Math.min(FIRST_RETRY * 2 ** Math.min(failures - 1, 10), longest) * (0.5 + Math.random() / 2)
  return Math.max(backoff, Math.min((retryAfter ?? 0) * 1_000, LONGEST_RETRY_AFTER))
}

/**
 * Says when an unknown key id may cause a fetch.
 *
 * A fetch that brings nothing closes the gate for the cooldown. One that brings a new key leaves it open for the
 * next rotation, but for a few in a row only: a server that makes keys up must not be hammered either.
 */
export class UnknownKeyGate {
  readonly #cooldown: number
  #closedUntil = 0
  #windowEnds = 0
  #inWindow = 0

  constructor(cooldown: number) {
    this.#cooldown = cooldown
  }

  isOpen(now: number): boolean {
    return now >= this.#closedUntil
  }

  fetched(now: number, broughtKeys: boolean): void {
    if (now >= this.#windowEnds) {
      this.#windowEnds = now + this.#cooldown
      this.#inWindow = 0
    }
    this.#inWindow++
    if (!broughtKeys) this.#closedUntil = now + this.#cooldown
    else if (this.#inWindow >= ROTATIONS_IN_A_ROW) this.#closedUntil = this.#windowEnds
  }
}

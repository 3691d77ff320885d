import { type Clock, wallOf } from '../clock.ts'
import { cachedSize, type TokenCacheConfiguration } from '../options/token-cache.ts'
import { copyText, suffixOf } from './text.ts'
import { endOf } from './times.ts'
import type { VerifiedToken } from './verification.ts'

/** Milliseconds between removals of tokens that can no longer be accepted. */
const SWEEP_INTERVAL = 30_000
/** Milliseconds by which a timer may be late before it counts as lost. */
const LATENESS = 1_000
/** Tokens in use that an eviction passes over; the next one is evicted even if it is in use. */
const MAX_SPARED = 16
/** Buckets of the doorkeeper per token of the cache. */
const BUCKETS = 2
/** Suffixes per bucket. */
const BUCKET = 4

/** The token of an entry. A slice takes longer to compare than the whole text, so it is made only if the text is a header. */
const tokenIn = ({ text, start }: VerifiedToken): string => (start === 0 ? text : text.slice(start))

/**
 * Verified tokens, bounded in number and in bytes. Refused tokens are never cached.
 *
 * A token is admitted when it is verified for the second time, so that tokens that are used once cost nothing and evict
 * nothing. The oldest one that is not in use is evicted (ADR 11).
 */
export class TokenCache<Decision = unknown> {
  /** By suffix, the oldest first. */
  readonly #entries = new Map<number, VerifiedToken<Decision>>()
  readonly #limits: TokenCacheConfiguration
  /** Stands at the oldest entry. A new iterator would first pass the gaps that evicted entries have left in the map. */
  #oldest: MapIterator<[number, VerifiedToken<Decision>]> | undefined
  /** Bytes. */
  #size = 0
  /** Buckets with the suffixes of tokens that were verified once, the newest first. */
  readonly #doorkeeper: Int32Array
  readonly #clock: Clock
  #timer: ReturnType<typeof setTimeout> | undefined
  #sweepAt = 0

  constructor(limits: TokenCacheConfiguration, clock: Clock) {
    this.#clock = clock
    this.#limits = limits
    this.#doorkeeper = new Int32Array(limits.max * BUCKETS * BUCKET)
  }

  find(token: string): VerifiedToken<Decision> | undefined {
    const entry = this.#entries.get(suffixOf(token))
    if (entry === undefined || tokenIn(entry) !== token) return undefined
    entry.isUsed = true
    return entry
  }

  /** Finds a token by the Authorization header that it came in last. A token without scheme is no header. */
  findByHeader(header: string): VerifiedToken<Decision> | undefined {
    const entry = this.#entries.get(suffixOf(header))
    if (entry === undefined || entry.text !== header || entry.start === 0) return undefined
    entry.isUsed = true
    return entry
  }

  /** Adds a token if it was verified before. */
  offer(token: string, verified: VerifiedToken<Decision>): void {
    // Timers of Cloudflare Workers end with the request that set them, so tokens that come later do their work.
    if (this.#timer !== undefined && this.#clock.elapsed() >= this.#sweepAt + LATENESS) this.#sweep()
    const suffix = suffixOf(token)
    const size = cachedSize(token.length)
    const { max, maxSize } = this.#limits
    if (!this.#wasOffered(suffix) || size > maxSize) return
    this.#remove(suffix)
    while (this.#entries.size >= max || this.#size + size > maxSize) this.#evict()
    this.#add(suffix, Object.assign(verified, { text: copyText(token), start: 0, size }))
    if (this.#timer === undefined) this.#sweepLater()
  }

  /** Deletes this token, if it is still cached. */
  delete(entry: VerifiedToken): void {
    const suffix = suffixOf(tokenIn(entry))
    if (this.#entries.get(suffix) === entry) this.#remove(suffix)
  }

  clear(): void {
    for (const suffix of this.#entries.keys()) this.#remove(suffix)
    this.#sweep()
  }

  #remove(suffix: number): void {
    this.#size -= this.#entries.get(suffix)?.size ?? 0
    // An iterator that does not move on keeps what was removed in memory.
    if (this.#entries.delete(suffix)) this.#oldest = undefined
  }

  /**
   * Evicts the oldest token that is not in use. One in use becomes the newest instead. A list in the order of use would make
   * each hit a sixth slower.
   */
  #evict(): void {
    const oldest = this.#oldest ?? this.#entries.entries()
    let spared = 0
    for (const [suffix, entry] of oldest) {
      this.#remove(suffix)
      if (!entry.isUsed || spared++ === MAX_SPARED) break
      entry.isUsed = false
      this.#add(suffix, entry)
    }
    this.#oldest = oldest
  }

  #add(suffix: number, entry: VerifiedToken<Decision>): void {
    this.#entries.set(suffix, entry)
    this.#size += entry.size
  }

  #wasOffered(suffix: number): boolean {
    const slots = this.#doorkeeper
    // The upper bits of the product depend on more bits of the suffix.
    const start = ((Math.imul(suffix, 0x9e3779b1) >>> 8) % (slots.length / BUCKET)) * BUCKET
    const last = start + BUCKET - 1
    for (let slot = start; slot <= last; slot++) if (slots[slot] === suffix) return true
    for (let slot = last; slot > start; slot--) slots[slot] = slots[slot - 1] as number
    slots[start] = suffix
    return false
  }

  /** Removes tokens that can no longer be accepted, so that a quiet API does not keep their text. */
  #sweep(): void {
    for (const [suffix, entry] of this.#entries) if (isUseless(entry)) this.#remove(suffix)
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#entries.size > 0) this.#sweepLater()
  }

  #sweepLater(): void {
    this.#sweepAt = this.#clock.elapsed() + SWEEP_INTERVAL
    this.#timer = setTimeout(() => this.#sweep(), SWEEP_INTERVAL)
    this.#timer.unref?.()
  }
}

/** Whether the token has expired or become too old, or its issuer was replaced, evicted or closed. */
function isUseless(token: VerifiedToken): boolean {
  const { inUse, configuration } = token.issuer
  return !inUse || wallOf(configuration.clock) / 1_000 >= endOf(token, configuration)
}

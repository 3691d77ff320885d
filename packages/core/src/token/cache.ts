import { type Clock, wallOf } from '../clock.ts'
import { cachedSize, type TokenCacheConfiguration } from '../options/token-cache.ts'
import type { VerifiedToken } from './verification.ts'

/** Milliseconds between removals of expired tokens. */
const SWEEP_INTERVAL = 30_000
/** Milliseconds by which a timer may be late before it counts as lost. */
const LATENESS = 1_000
/** Tokens in use that an eviction passes over; the next one is evicted even if it is in use. */
const MAX_SPARED = 16
/** Suffixes that the doorkeeper remembers per bucket; there are at least two buckets per token of the cache. */
const BUCKET = 4

/**
 * A number made of the last characters of the signature, under which a token is found before the whole text is compared.
 * A map keyed by the text would have to hash it, which takes longer than the rest of a hit.
 */
export function suffixOf(text: string): number {
  let suffix = 0
  // The last character has fewer bits and is left out.
  for (let i = 2; i <= 6; i++) suffix = (suffix << 6) ^ text.charCodeAt(text.length - i)
  return suffix
}

/** A copy that does not keep alive the string from which a token or header was cut. Both are ASCII. */
export const copyText = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')

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
  /** Bytes. */
  #size = 0
  /** Buckets with the suffixes of tokens that were verified once, the newest first. */
  readonly #doorkeeper: Int32Array
  readonly #shift: number
  readonly #clock: Clock
  #timer: ReturnType<typeof setTimeout> | undefined
  #sweepAt = 0

  constructor(limits: TokenCacheConfiguration, clock: Clock) {
    this.#clock = clock
    this.#limits = limits
    const bits = Math.ceil(Math.log2(limits.max)) + 1
    this.#doorkeeper = new Int32Array(2 ** bits * BUCKET)
    this.#shift = 32 - bits
  }

  /** Finds a token by its text. */
  find(token: string): VerifiedToken<Decision> | undefined {
    const entry = this.#entries.get(suffixOf(token))
    if (entry === undefined || entry.text !== token) return undefined
    entry.isUsed = true
    return entry
  }

  /** Finds a token by the Authorization header that it came in before. A token without scheme is no header. */
  findByHeader(header: string): VerifiedToken<Decision> | undefined {
    const entry = this.#entries.get(suffixOf(header))
    if (entry === undefined || entry.header !== header) return undefined
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
    this.#add(suffix, Object.assign(verified, { text: copyText(token), size }))
    if (this.#timer === undefined) this.#sweepLater()
  }

  /** @param text - the token, or the header that it was found by */
  delete(text: string): void {
    const suffix = suffixOf(text)
    const entry = this.#entries.get(suffix)
    if (entry?.text === text || entry?.header === text) this.#remove(suffix)
  }

  clear(): void {
    this.#entries.clear()
    this.#size = 0
    this.#stopSweeping()
  }

  #remove(suffix: number): void {
    this.#size -= this.#entries.get(suffix)?.size ?? 0
    this.#entries.delete(suffix)
  }

  /**
   * Evicts the oldest token that is not in use. One in use becomes the newest instead. A list in the order of use would make
   * each hit a sixth slower.
   */
  #evict(): void {
    let spared = 0
    for (const [suffix, entry] of this.#entries) {
      this.#remove(suffix)
      if (!entry.isUsed || spared++ === MAX_SPARED) return
      entry.isUsed = false
      this.#add(suffix, entry)
    }
  }

  #add(suffix: number, entry: VerifiedToken<Decision>): void {
    this.#entries.set(suffix, entry)
    this.#size += entry.size
  }

  #wasOffered(suffix: number): boolean {
    const slots = this.#doorkeeper
    const start = (Math.imul(suffix, 0x9e3779b1) >>> this.#shift) * BUCKET
    const last = start + BUCKET - 1
    for (let slot = start; slot <= last; slot++) if (slots[slot] === suffix) return true
    for (let slot = last; slot > start; slot--) slots[slot] = slots[slot - 1] as number
    slots[start] = suffix
    return false
  }

  /** Removes expired tokens, so that a quiet API does not keep their text. */
  #sweep(): void {
    for (const [suffix, entry] of this.#entries) if (hasExpired(entry)) this.#remove(suffix)
    this.#stopSweeping()
    if (this.#entries.size > 0) this.#sweepLater()
  }

  #sweepLater(): void {
    this.#sweepAt = this.#clock.elapsed() + SWEEP_INTERVAL
    this.#timer = setTimeout(() => this.#sweep(), SWEEP_INTERVAL)
    this.#timer.unref?.()
  }

  #stopSweeping(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

function hasExpired({ issuer, expiresAt }: VerifiedToken): boolean {
  const { clock, clockTolerance } = issuer.configuration
  return wallOf(clock) / 1_000 >= expiresAt + clockTolerance
}

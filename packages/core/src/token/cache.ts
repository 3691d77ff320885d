import { LRUCache } from 'lru-cache'
import { type Clock, wallOf } from '../clock.ts'
import { cachedSize } from '../options/token-cache.ts'
import { endOfValidity } from './times.ts'
import type { VerifiedToken } from './verification.ts'

/** One object with the text, because each object that a hit has to load from memory costs time in a large cache. */
interface Entry extends VerifiedToken {
  readonly token: string
  /** The Authorization header that the token came in, once it has come again. */
  header: string | undefined
}

/** Milliseconds between removals of expired tokens. */
const SWEEP_INTERVAL = 30_000
/** Milliseconds by which a timer may be late before it counts as lost. */
const LATENESS = 1_000
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
const copy = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')

/**
 * Verified tokens, bounded in number and in bytes. Refused tokens are never cached.
 *
 * A token is admitted when it is verified for the second time, so that tokens that are used once cost nothing and evict
 * nothing (ADR 11).
 */
export class TokenCache {
  readonly #entries: LRUCache<number, Entry>
  /** Buckets with the suffixes of tokens that were verified once, the newest first. */
  readonly #doorkeeper: Int32Array
  readonly #shift: number
  readonly #clock: Clock
  #timer: ReturnType<typeof setTimeout> | undefined
  #sweepAt = 0

  constructor({ max, maxSize }: { readonly max: number; readonly maxSize: number }, clock: Clock) {
    this.#clock = clock
    this.#entries = new LRUCache({ max, maxSize })
    const bits = Math.ceil(Math.log2(max)) + 1
    this.#doorkeeper = new Int32Array(2 ** bits * BUCKET)
    this.#shift = 32 - bits
  }

  /** Finds a token by its text. */
  find(token: string): VerifiedToken | undefined {
    const entry = this.#entries.get(suffixOf(token))
    return entry?.token === token ? entry : undefined
  }

  /** Finds a token by the Authorization header that it came in before. A token without scheme is no header. */
  findByHeader(header: string): VerifiedToken | undefined {
    const entry = this.#entries.get(suffixOf(header))
    return entry?.header === header ? entry : undefined
  }

  /** Remembers the header of a cached token, so that it need not be parsed again. */
  rememberHeader(header: string, token: string): void {
    const entry = this.#entries.peek(suffixOf(token))
    if (entry?.token === token) entry.header = copy(header)
  }

  /** Adds a token if it was verified before. */
  offer(token: string, verified: VerifiedToken): void {
    // Timers of Cloudflare Workers end with the request that set them, so tokens that come later do their work.
    if (this.#timer !== undefined && this.#clock.elapsed() >= this.#sweepAt + LATENESS) this.#sweep()
    const suffix = suffixOf(token)
    if (!this.#wasOffered(suffix)) return
    const size = cachedSize(token.length)
    this.#entries.set(suffix, { ...verified, token: copy(token), header: undefined }, { size })
    if (this.#timer === undefined) this.#sweepLater()
  }

  /** @param text - the token, or the header that it was found by */
  delete(text: string): void {
    const entry = this.#entries.peek(suffixOf(text))
    if (entry?.token === text || entry?.header === text) this.#entries.delete(suffixOf(text))
  }

  clear(): void {
    this.#entries.clear()
    this.#stopSweeping()
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
    const expired: number[] = []
    for (const [suffix, entry] of this.#entries.entries()) {
      if (hasExpired(entry)) expired.push(suffix)
    }
    for (const suffix of expired) this.#entries.delete(suffix)
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

function hasExpired(token: VerifiedToken): boolean {
  const { configuration } = token.issuer
  return wallOf(configuration.clock) / 1_000 >= endOfValidity(token, configuration)
}

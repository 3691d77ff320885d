import { LRUCache } from 'lru-cache'
import { cachedSize } from '../options/options.ts'
import { endOfValidity } from './times.ts'
import type { VerifiedToken } from './verification.ts'

interface Entry {
  readonly verified: VerifiedToken
  readonly token: string
  /** The Authorization header that the token came in, once it has come again. */
  header: string | undefined
}

/** Milliseconds between removals of expired tokens. */
const SWEEP_INTERVAL = 30_000
/** Slots of the doorkeeper per token of the cache. */
const SLOTS_PER_TOKEN = 8

/**
 * A number made of the last characters of the signature, under which a token is found before the whole text is compared.
 * A map keyed by the text would have to hash it, which takes longer than the rest of a hit.
 */
export function suffixOf(text: string): number {
  // The last character has fewer bits and is left out.
  const end = text.length - 2
  return (
    text.charCodeAt(end) ^
    (text.charCodeAt(end - 1) << 7) ^
    (text.charCodeAt(end - 2) << 14) ^
    (text.charCodeAt(end - 3) << 21) ^
    (text.charCodeAt(end - 4) << 28)
  )
}

/** A copy that does not keep the string alive from which it was cut. Tokens and headers are ASCII. */
const copy = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')

/**
 * Verified tokens, bounded in number and in bytes. Refused tokens are never cached.
 *
 * A token is admitted when it is verified for the second time, so that tokens that are used once cost nothing and evict
 * nothing (ADR 11).
 */
export class TokenCache {
  readonly #entries: LRUCache<number, Entry>
  /** The suffixes of tokens that were verified lately, each in the slot that it is hashed to. */
  readonly #doorkeeper: Int32Array
  readonly #shift: number
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor({ max, maxSize }: { readonly max: number; readonly maxSize: number }) {
    this.#entries = new LRUCache({ max, maxSize })
    const bits = Math.ceil(Math.log2(max * SLOTS_PER_TOKEN))
    this.#doorkeeper = new Int32Array(2 ** bits)
    this.#shift = 32 - bits
  }

  /** Finds a token by its text. */
  find(token: string): VerifiedToken | undefined {
    const entry = this.#entries.get(suffixOf(token))
    return entry?.token === token ? entry.verified : undefined
  }

  /** Finds a token by the Authorization header that it came in before; a token without scheme is no header. */
  findByHeader(header: string): VerifiedToken | undefined {
    const entry = this.#entries.get(suffixOf(header))
    return entry?.header === header ? entry.verified : undefined
  }

  /** Remembers the header of a cached token, so that it need not be parsed again. */
  rememberHeader(header: string, token: string): void {
    const entry = this.#entries.peek(suffixOf(token))
    if (entry?.token === token) entry.header = copy(header)
  }

  /** Adds a token if it was verified before. */
  offer(token: string, verified: VerifiedToken): void {
    const suffix = suffixOf(token)
    const slot = Math.imul(suffix, 0x9e3779b1) >>> this.#shift
    if (this.#doorkeeper[slot] !== suffix) {
      this.#doorkeeper[slot] = suffix
      return
    }
    const entry: Entry = { verified, token: copy(token), header: undefined }
    this.#entries.set(suffix, entry, { size: cachedSize(token.length) })
    this.#sweepLater()
  }

  delete(token: string): void {
    const suffix = suffixOf(token)
    if (this.#entries.peek(suffix)?.token === token) this.#entries.delete(suffix)
  }

  clear(): void {
    this.#entries.clear()
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Removes expired tokens, so that a quiet API does not keep their text. */
  #sweepLater(): void {
    if (this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      const expired: number[] = []
      for (const [suffix, { verified }] of this.#entries.entries()) {
        const { clock } = verified.issuer.configuration
        if (clock.wall() / 1_000 >= endOfValidity(verified.times, verified.issuer.configuration)) {
          expired.push(suffix)
        }
      }
      for (const suffix of expired) this.#entries.delete(suffix)
      if (this.#entries.size > 0) this.#sweepLater()
    }, SWEEP_INTERVAL)
    this.#timer.unref?.()
  }
}

import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { LONGEST_TOKEN } from './decode.ts'
import type { IssuerKeys } from './key-set.ts'
import type { VerificationKey } from './verification-key.ts'
import type { VerifiedAccessToken } from './verified-access-token.ts'

/** A verified token with what its further use depends on. */
export interface CachedToken {
  readonly verified: VerifiedAccessToken<object>
  /** The key that signed it; once withdrawn, the token is verified anew and refused. */
  readonly key: VerificationKey
  readonly keys: IssuerKeys
}

/** The digest that stands for a token, so that what is kept for long is no credential. */
export function digest(token: string): string {
  return hash('sha256', token, 'base64')
}

/** Bytes that an entry takes besides its claims: digest, list and map cells, the result's own objects. */
const ENTRY_OVERHEAD = 1_024
const BYTES_PER_CHARACTER = 2
const USUAL_ENTRY = 3 * 1_024
/** Even the smallest cache has room for the longest token. */
const LARGEST_ENTRY = ENTRY_OVERHEAD + LONGEST_TOKEN * BYTES_PER_CHARACTER

/** Tokens and characters that are known by their text. */
const MOST_RECENT = 1_000
const RECENT_CHARACTERS = 2 * 1_024 * 1_024
/** Characters of the signature's end, under which a token is found before its whole text is compared. */
const TAIL = 32

interface RecentToken {
  readonly token: string
  readonly cached: CachedToken
}

/**
 * Verified tokens, bounded in entries and bytes; refusals are never kept.
 *
 * They are kept by digest. Those in frequent use are known by their text too, which spares the digest (ADR 11).
 */
export class TokenCache {
  readonly #entries: LRUCache<string, CachedToken>
  readonly #recent = new Map<string, RecentToken>()
  readonly #mostRecent: number
  #recentCharacters = 0

  constructor(max: number) {
    this.#entries = new LRUCache({ max, maxSize: Math.max(max * USUAL_ENTRY, LARGEST_ENTRY) })
    this.#mostRecent = Math.min(max, MOST_RECENT)
  }

  get size(): number {
    return this.#entries.size
  }

  /** Finds a token by its text. */
  recent(token: string): CachedToken | undefined {
    const found = this.#recent.get(token.slice(-TAIL))
    return found?.token === token ? found.cached : undefined
  }

  /** Keeps the text of a token that came again; where there is no room, all that was kept makes way. */
  remember(token: string, cached: CachedToken): void {
    if (this.#recent.size >= this.#mostRecent || this.#recentCharacters + token.length > RECENT_CHARACTERS) {
      this.#forgetRecent()
    }
    this.#recentCharacters += token.length
    this.#recent.set(token.slice(-TAIL), { token, cached })
  }

  #forgetRecent(): void {
    this.#recent.clear()
    this.#recentCharacters = 0
  }

  get(key: string): CachedToken | undefined {
    return this.#entries.get(key)
  }

  /** Keeps a token of so many characters. */
  set(key: string, token: CachedToken, length: number): void {
    this.#entries.set(key, token, { size: ENTRY_OVERHEAD + length * BYTES_PER_CHARACTER })
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  clear(): void {
    this.#entries.clear()
    this.#forgetRecent()
  }
}

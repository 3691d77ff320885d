import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { TokenTimes } from './claims.ts'
import { LONGEST_TOKEN } from './decode.ts'
import type { IssuerKeys } from './key-set.ts'
import type { VerificationKey } from './verification-key.ts'
import type { VerifiedAccessToken } from './verified-access-token.ts'

/** A verified token with what its further use depends on. */
export interface CachedToken {
  readonly verified: VerifiedAccessToken<object>
  readonly times: TokenTimes
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

interface RecentToken {
  readonly token: string
  /** The Authorization header that brought it last, where one did. */
  header: string | undefined
  readonly cached: CachedToken
}

/**
 * A number made of the signature's end, under which a text is found before the whole of it is compared. A number,
 * since a part of the text would have to be cut out and hashed first. The last character is left out: it has fewer bits.
 */
function mark(text: string): number {
  const end = text.length - 2
  return (
    (text.charCodeAt(end) << 24) ^
    (text.charCodeAt(end - 1) << 18) ^
    (text.charCodeAt(end - 2) << 12) ^
    (text.charCodeAt(end - 3) << 6) ^
    text.charCodeAt(end - 4)
  )
}

/**
 * Verified tokens, bounded in entries and bytes; refusals are never kept.
 *
 * They are kept by digest. Those in frequent use are known by their text too, which spares the digest (ADR 11).
 */
export class TokenCache {
  readonly #entries: LRUCache<string, CachedToken>
  readonly #recent = new Map<number, RecentToken>()
  readonly #mostRecent: number
  #recentCharacters = 0

  constructor(max: number) {
    this.#entries = new LRUCache({ max, maxSize: Math.max(max * USUAL_ENTRY, LARGEST_ENTRY) })
    this.#mostRecent = Math.min(max, MOST_RECENT)
  }

  get size(): number {
    return this.#entries.size
  }

  /** Finds a token by its text, or by that of the Authorization header around it. */
  recent(text: string): CachedToken | undefined {
    const found = this.#recent.get(mark(text))
    return found !== undefined && (found.header === text || found.token === text) ? found.cached : undefined
  }

  /** Keeps the text of a token that came again; where there is no room, all that was kept makes way. */
  remember(token: string, cached: CachedToken): void {
    if (this.#recent.size >= this.#mostRecent || this.#recentCharacters + token.length > RECENT_CHARACTERS) {
      this.#forgetRecent()
    }
    this.#recentCharacters += token.length
    this.#recent.set(mark(token), { token, header: undefined, cached })
  }

  /** Keeps the text of the header too, where that of the token in it is kept. */
  rememberHeader(header: string, token: string): void {
    const found = this.#recent.get(mark(token))
    if (found?.token === token) found.header = header
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

import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { TokenTimes } from './claims.ts'
import { LONGEST_TOKEN } from './decode.ts'
import type { IssuerKeys } from './key-set.ts'
import type { VerificationKey } from './verification-key.ts'
import type { VerifiedAccessToken } from './verified-access-token.ts'

/** A verified token with what its further use depends on. */
export interface CachedToken extends TokenTimes {
  readonly verified: VerifiedAccessToken<object>
  /** The key that signed it; once withdrawn, the token is verified anew and refused. */
  readonly key: VerificationKey
  readonly keys: IssuerKeys
}

/** What is kept: the text of the token, or the digest that stands for it. */
interface Entry extends CachedToken {
  token: string | undefined
  /** The Authorization header around it, once one brought it again. */
  header: string | undefined
  digest: string | undefined
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
const MOST_TEXTS = 1_000
const MOST_CHARACTERS = 2 * 1_024 * 1_024
/** Texts that make way together: a digest on its own costs several times what it costs after another. */
const SEALED_TOGETHER = 32

/**
 * A number made of the signature's end, under which a token is found before the whole of it is compared. A number,
 * since a piece of the text would have to be cut out and hashed first. The last character is left out: it has fewer bits.
 */
function mark(text: string): number {
  const end = text.length - 2
  // Seven bits each; of the fifth only four are left.
  return (
    text.charCodeAt(end) ^
    (text.charCodeAt(end - 1) << 7) ^
    (text.charCodeAt(end - 2) << 14) ^
    (text.charCodeAt(end - 3) << 21) ^
    (text.charCodeAt(end - 4) << 28)
  )
}

/**
 * Verified tokens, bounded in entries and bytes; refusals are never kept.
 *
 * The newest and those in frequent use are known by their text, the others by a digest (ADR 11).
 */
export class TokenCache {
  readonly #entries: LRUCache<number, Entry>
  /** Those known by their text, the longest known first. */
  readonly #texts = new Map<number, Entry>()
  readonly #mostTexts: number
  #characters = 0

  constructor(max: number) {
    this.#entries = new LRUCache({
      max,
      maxSize: Math.max(max * USUAL_ENTRY, LARGEST_ENTRY),
      dispose: (entry, key) => this.#dropText(key, entry),
    })
    // Use by text does not count as use with the least recently used, so each comes by its digest now and then.
    this.#mostTexts = Math.min(Math.ceil(max / 2), MOST_TEXTS)
  }

  get size(): number {
    return this.#entries.size
  }

  /** Finds a token by the text of the Authorization header around it; a token alone is no header. */
  getByHeader(header: string): CachedToken | undefined {
    const found = this.#texts.get(mark(header))
    return found?.header === header ? found : undefined
  }

  /** Finds a token; a digest is taken only where one that ends alike is known by its own. */
  get(token: string): CachedToken | undefined {
    const key = mark(token)
    const known = this.#texts.get(key)
    if (known !== undefined) return known.token === token ? known : undefined
    const found = this.#entries.get(key)
    if (found === undefined || found.digest !== digest(token)) return undefined
    this.#keepText(key, token, found)
    return found
  }

  set(token: string, cached: CachedToken): void {
    const entry: Entry = { ...cached, token: undefined, header: undefined, digest: undefined }
    const key = mark(token)
    this.#entries.set(key, entry, { size: ENTRY_OVERHEAD + token.length * BYTES_PER_CHARACTER })
    this.#keepText(key, token, entry)
  }

  /** Has a token that is known by its text be known by its header too. */
  rememberHeader(header: string, token: string): void {
    const found = this.#texts.get(mark(token))
    if (found?.token === token) found.header = header
  }

  delete(token: string): void {
    this.#entries.delete(mark(token))
  }

  clear(): void {
    this.#entries.clear()
  }

  #keepText(key: number, token: string, entry: Entry): void {
    if (this.#texts.size >= this.#mostTexts || this.#characters + token.length > MOST_CHARACTERS) this.#seal()
    this.#characters += token.length
    entry.token = token
    this.#texts.set(key, entry)
  }

  #dropText(key: number, entry: Entry): void {
    if (entry.token === undefined) return
    this.#characters -= entry.token.length
    entry.token = undefined
    entry.header = undefined
    this.#texts.delete(key)
  }

  /** Puts digests in the place of the texts known longest. */
  #seal(): void {
    let left = SEALED_TOGETHER
    for (const [key, entry] of this.#texts) {
      if (left-- === 0) return
      entry.digest ??= digest(entry.token as string)
      this.#dropText(key, entry)
    }
  }
}

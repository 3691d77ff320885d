import { createClock } from '../clock.ts'
import { StoreError } from '../refusal/store-error.ts'
import { checkInteger, checkMembers } from './checks.ts'
import {
  createRevocationStore,
  type RevocationEntries,
  type RevocationStore,
  type RevocationStoreOptions,
} from './revocation-store.ts'

/** Entries. */
const MAX = 100_000
const MAX_LIMIT = 10_000_000

interface Entry {
  readonly moment: number
  /** Milliseconds of a clock that never goes back, and that no step of the wall clock moves. */
  readonly expiresAt: number
}

const NONE: readonly undefined[] = []

/** Entries in memory, those that expire first at the front: all are kept for the same time. */
class MemoryEntries implements RevocationEntries {
  readonly #entries = new Map<string, Entry>()
  readonly #max: number
  readonly #elapsed: () => number
  #writes = 0

  constructor(max: number, elapsed: () => number) {
    this.#max = max
    this.#elapsed = elapsed
  }

  /** How often something was written. */
  get writes(): number {
    return this.#writes
  }

  raise(key: string, moment: number, timeToLive: number): void {
    const now = this.#elapsed()
    this.#removeExpired(now)
    const known = this.#entries.get(key)
    // An entry that is dropped would accept a revoked token, so the new one is refused.
    if (known === undefined && this.#entries.size >= this.#max) throw new StoreError('full')
    this.#writes++
    this.#entries.delete(key)
    this.#entries.set(key, { moment: Math.max(moment, known?.moment ?? 0), expiresAt: now + timeToLive })
  }

  read(keys: readonly string[]): readonly (number | undefined)[] {
    return this.#entries.size === 0 ? NONE : keys.map((key) => this.#momentOf(key))
  }

  #momentOf(key: string): number | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && entry.expiresAt > this.#elapsed() ? entry.moment : undefined
  }

  #removeExpired(now: number): void {
    for (const [key, { expiresAt }] of this.#entries) {
      if (expiresAt > now) return
      this.#entries.delete(key)
    }
  }
}

/** Options of `memoryRevocationStore()`. */
export interface MemoryRevocationStoreOptions extends RevocationStoreOptions {
  /**
   * Maximum number of entries. Beyond it, `revoke()` rejects: no entry is dropped before its time. An entry takes about 250
   * bytes.
   *
   * @default 100_000
   */
  readonly max?: number
}

/**
 * Creates a revocation store in the memory of this process.
 *
 * It does not know what other processes have revoked, and forgets everything when the process ends. With several processes, use
 * `redisRevocationStore()` of the package `@okta-resource-server/redis`.
 *
 * @throws {ConfigurationError} an option is invalid
 * @example
 * ```ts
 * const store = memoryRevocationStore()
 * const verifier = createAccessTokenVerifier({ issuer, audience, revocation: { isRevoked: store } })
 * await store.revoke({ issuer, subject: 'ada@example.com' })
 * ```
 */
export function memoryRevocationStore(options: MemoryRevocationStoreOptions = {}): RevocationStore {
  checkMembers(options, ['max', 'retentionDuration', 'clock'])
  const { max = MAX, ...rest } = options
  checkInteger('max', max, 1, MAX_LIMIT)
  // A wall clock that goes forth and back again must not end an entry: its tokens are then valid again.
  const elapsed = rest.clock === undefined ? () => performance.now() : createClock(rest.clock).elapsed
  const entries = new MemoryEntries(max, elapsed)
  const store = { ...createRevocationStore(entries, rest) }
  // Not enumerable, so that it is not part of a copy whose other methods may ask elsewhere.
  Object.defineProperty(store, 'writes', { value: () => entries.writes })
  return Object.freeze(store)
}

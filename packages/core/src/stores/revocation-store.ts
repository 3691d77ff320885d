import { systemClock } from '../clock.ts'
import { ConfigurationError } from '../refusal/errors.ts'
import { checkInteger, checkMembers } from './checks.ts'
import { entryOf, isCovered, lookupOf, type RevocableToken, type Revocation } from './revocation.ts'
import { isPromise } from './time-limit.ts'

/** Milliseconds: 24 hours. */
const RETENTION = 86_400_000
/** Milliseconds, at least; and at most, a year. */
const RETENTION_LIMITS = [1_000, 31_536_000_000] as const
/**
 * Milliseconds for which entries are kept beyond `retentionDuration`, since tokens are accepted for up to 5 minutes after
 * they have expired (`clockTolerance`), and clocks differ.
 */
const MARGIN = 600_000

/** Keeps what was revoked. Create one with `memoryRevocationStore()` or `redisRevocationStore()`. */
export interface RevocationStore {
  /** Milliseconds for which a revocation is kept at least. Tokens with a longer lifetime are refused. */
  readonly retentionDuration: number
  /**
   * Revokes a token, or the tokens of a subject, user or client. Resolves once that is stored. A later moment replaces an
   * earlier one, never the other way round, so that the order of events does not matter.
   *
   * Tokens are refused for `retentionDuration`. End the grant at the authorization server too: a refresh token that outlives
   * the revocation brings new access tokens.
   *
   * @throws {TypeError} the revocation is malformed
   * @throws {StoreError} it could not be stored
   * @example
   * ```ts
   * const store = memoryRevocationStore()
   * await store.revoke({ issuer, subject: 'ada@example.com' })
   * await store.revoke({ issuer, uid: '00u1abcd', before: 1_700_000_000 })
   * ```
   */
  revoke(revocation: Revocation): Promise<void>
  /**
   * Whether a verified token is revoked.
   *
   * @throws {StoreError} the store cannot say
   */
  isRevoked(token: RevocableToken): boolean | Promise<boolean>
  /**
   * How often something was written, for a store that nothing else writes to: as long as the number stays the same, a cached token
   * that is not revoked is not looked up again. Leave it out where other processes write.
   */
  writes?(): number
  /**
   * Resolves if the store can be used now.
   *
   * @throws {StoreError} it cannot
   */
  ready?(): Promise<void>
}

type Moments = readonly (number | undefined)[]

/** Where a store keeps its entries. Implement it to keep them in a database of yours. */
export interface RevocationEntries {
  /**
   * Sets the moment of a key, unless it has a later one: one atomic step.
   *
   * @param moment - seconds since the epoch, an integer
   * @param timeToLive - milliseconds from now for which the entry is kept
   */
  raise(key: string, moment: number, timeToLive: number): void | Promise<void>
  /**
   * The moments of some keys, in their order; `undefined` for a key without entry. At most four keys, all of one token.
   *
   * @throws {StoreError} they are not known
   */
  read(keys: readonly string[]): Moments | Promise<Moments>
}

/** Options of every revocation store. */
export interface RevocationStoreOptions {
  /**
   * Milliseconds for which a revocation is kept. Make it at least the lifetime of your access tokens: those with a longer one
   * are refused.
   *
   * @default 86_400_000 (24 hours)
   */
  readonly retentionDuration?: number
  /**
   * Wall clock in milliseconds since the epoch, for tests.
   *
   * @default Date.now
   */
  readonly clock?: () => number
}

/**
 * Creates a revocation store that keeps its entries elsewhere.
 *
 * @throws {ConfigurationError} an option is invalid
 * @example
 * ```ts
 * const moments = new Map<string, number>()
 * const store = createRevocationStore({
 *   raise: (key, moment) => void moments.set(key, Math.max(moment, moments.get(key) ?? 0)),
 *   read: (keys) => keys.map((key) => moments.get(key)),
 * })
 * ```
 */
export function createRevocationStore(
  entries: RevocationEntries,
  options: RevocationStoreOptions = {},
): RevocationStore {
  checkMembers(options, ['retentionDuration', 'clock'])
  const { retentionDuration = RETENTION, clock = systemClock } = options
  if (typeof entries?.read !== 'function' || typeof entries.raise !== 'function') {
    throw new ConfigurationError('option_invalid', 'entries', 'entries must have the methods read and raise')
  }
  if (typeof clock !== 'function') {
    throw new ConfigurationError('option_invalid', 'clock', 'clock must be a function')
  }
  checkInteger('retentionDuration', retentionDuration, ...RETENTION_LIMITS)
  const timeToLive = retentionDuration + MARGIN
  return Object.freeze({
    retentionDuration,
    async revoke(revocation: Revocation): Promise<void> {
      const { key, moment } = entryOf(revocation, clock() / 1_000)
      await entries.raise(key, moment, timeToLive)
    },
    isRevoked(token: RevocableToken): boolean | Promise<boolean> {
      const lookup = lookupOf(token)
      const moments = entries.read(lookup.keys)
      return isPromise(moments)
        ? moments.then((known) => isCovered(lookup, known))
        : isCovered(lookup, moments)
    },
  })
}

import { declareKind } from './kinds.ts'

/** Why a store gave no answer. Texts are fixed: they contain no key, no value and no address. */
const STORE_ERRORS = {
  threw: 'The store or function threw an error; log it there',
  wrong_answer: 'The store or function answered with something that is not a boolean',
  timeout: 'The store did not answer in time',
  not_connected: 'The client of the store is not connected',
  busy: 'Too many calls wait for the store',
  server_error: 'The server of the store answered with an error',
  not_primary: 'The server of the store is a replica, or does not say what it is',
  evicts: 'The server of the store may evict entries: set maxmemory-policy to noeviction',
  lost: 'The store is new or has lost its entries: write them again, then declare it rebuilt',
  retention_differs: 'The store was declared rebuilt with another retentionDuration',
  full: 'The store holds as many entries as it may',
} as const

/** Codes of a {@link StoreError}. Stable and documented. */
export type StoreErrorCode = keyof typeof STORE_ERRORS

/**
 * A store gave no answer; the `cause` of an `AuthorizationServerUnavailableError` with the code `store_unavailable`.
 *
 * Stores throw it, so that operators see the reason. Whatever else a store throws is not shown, since it may contain the
 * key of an entry.
 *
 * @example
 * ```ts
 * try {
 *   await verifier.ready()
 * } catch (error) {
 *   if (error instanceof Error && error.cause instanceof StoreError) console.error(error.cause.code)
 *   else throw error
 * }
 * ```
 */
export class StoreError extends Error {
  static {
    declareKind(StoreError, 'StoreError')
  }
  override readonly name: 'StoreError' = 'StoreError'
  /** Stable and documented; safe to compare with. */
  readonly code: StoreErrorCode
  /** The error code of the server, such as `OOM` of Redis, if it gave one. */
  readonly serverCode: string | undefined
  constructor(code: StoreErrorCode, serverCode?: string) {
    super(STORE_ERRORS[code])
    this.code = code
    this.serverCode = serverCode
    // A store that is down throws for every request, and its frames say nothing.
    Object.defineProperty(this, 'stack', {
      value: `${this.name}: ${this.message}`,
      writable: true,
      configurable: true,
    })
  }
}

/** What may be shown of an error that a store threw. */
export function storeErrorOf(error: unknown): StoreError {
  return error instanceof StoreError ? error : new StoreError('threw')
}

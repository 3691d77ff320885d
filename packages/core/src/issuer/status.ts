import type { RemoteDocumentError } from '../refusal/remote-document-error.ts'

/** The state of one issuer's keys. */
export interface IssuerStatus {
  /** Issuer identifier, as configured. */
  readonly issuer: string
  /** Whether tokens of this issuer can be verified now. */
  readonly ready: boolean
  /** Number of known keys. */
  readonly keys: number
  /** Milliseconds since the keys were last fetched; `undefined` before the first success and for `jwks`. */
  readonly age: number | undefined
  /**
   * When keys are fetched next, in milliseconds since the epoch; `undefined` for `jwks`, before first use, and while the clock
   * tells no time.
   */
  readonly nextRefresh: number | undefined
  /**
   * Why the last refresh failed, or else the last call of the introspection endpoint; `undefined` after a success. Fresh
   * keys may have an error: then metadata could not be fetched, and the keys came from the last known URL. It contains URLs
   * of your network: do not show it to clients.
   */
  readonly lastError: RemoteDocumentError | undefined
}

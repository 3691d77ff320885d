import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'
import { AuthorizationServerUnavailableError, InvalidTokenError } from '../refusal/errors.ts'
import { RemoteDocumentError } from '../refusal/remote-document-error.ts'

/** Characters of issuers that are remembered, in all. */
const MAX_CHARACTERS = 1_050_000
/** Characters that a short identifier counts as, so that at most 10,000 are remembered. */
const MIN_CHARACTERS = 105

interface Refused {
  readonly until: number
  /** The authorization server could not be asked, so the token may be valid. */
  readonly unavailable: AuthorizationServerUnavailableError | undefined
}

/** Whether the authorization server could not answer, rather than answer that there is no such issuer. */
function isUnavailable(reason: unknown): boolean {
  if (!(reason instanceof RemoteDocumentError)) return true
  const { code, status = 0, cause } = reason
  if (code === 'http_status') return status >= 500 || status === 429
  const { cause: error } = (cause ?? {}) as { readonly cause?: { readonly code?: unknown } }
  return code === 'timeout' || (code === 'network' && error?.code !== 'ENOTFOUND')
}

/** Issuers that were refused, and are refused for some time without asking again. */
export class RefusedIssuers {
  readonly #clock: Clock
  readonly #maxAge: number
  readonly #refused = new LRUCache<string, Refused>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (_, iss) => Math.max(iss.length, MIN_CHARACTERS),
  })

  /** @param maxAge - milliseconds */
  constructor(clock: Clock, maxAge: number) {
    this.#clock = clock
    this.#maxAge = maxAge
  }

  /**
   * @throws {InvalidTokenError} `issuer_not_allowed`
   * @throws {AuthorizationServerUnavailableError} `metadata_unavailable`, `keys_unavailable`
   */
  check(iss: string): void {
    const refused = this.#refused.get(iss)
    if (refused === undefined) return
    const remaining = refused.until - this.#clock.elapsed()
    if (remaining > 0) this.#throw(refused, remaining)
  }

  /**
   * Remembers the refusal, and throws it.
   *
   * @param failure - why the first keys could not be fetched
   */
  refuse(iss: string, failure?: AuthorizationServerUnavailableError): never {
    const unavailable = failure !== undefined && isUnavailable(failure.cause) ? failure : undefined
    const refused = { until: this.#clock.elapsed() + this.#maxAge, unavailable }
    this.#refused.set(iss, refused)
    this.#throw(refused, this.#maxAge)
  }

  forget(iss: string): void {
    this.#refused.delete(iss)
  }

  #throw({ unavailable }: Refused, remaining: number): never {
    if (unavailable === undefined) throw new InvalidTokenError('issuer_not_allowed')
    const { code, cause } = unavailable
    throw new AuthorizationServerUnavailableError(code, remaining / 1_000, cause)
  }
}

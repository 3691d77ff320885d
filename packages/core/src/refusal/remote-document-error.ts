import { declareKind } from './kinds.ts'

/** Reason why a document of the authorization server could not be fetched. */
export type RemoteDocumentCode =
  | 'network'
  | 'timeout'
  | 'too_large'
  | 'redirect_refused'
  | 'http_status'
  | 'invalid_json'
  | 'wrong_shape'
  | 'issuer_mismatch'
  | 'insecure_url'
  | 'jwks_host_not_allowed'
  | 'no_usable_key'

/** A document of the authorization server could not be fetched; the `cause` of an {@link AuthorizationServerUnavailableError}. */
export class RemoteDocumentError extends Error {
  static {
    declareKind(RemoteDocumentError, 'RemoteDocumentError')
  }
  override readonly name: 'RemoteDocumentError' = 'RemoteDocumentError'
  /** Stable and documented; safe to compare with. */
  readonly code: RemoteDocumentCode
  /** URL of the document, without query and credentials. */
  readonly url: string
  /** HTTP status, if there was a response. */
  readonly status: number | undefined
  /** Seconds that the server asked to wait (`Retry-After`), if it did. */
  readonly retryAfter: number | undefined
  constructor(
    code: RemoteDocumentCode,
    url: string,
    message: string,
    details: {
      readonly cause?: unknown
      readonly status?: number
      readonly retryAfter?: number | undefined
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.url = url
    this.status = details.status
    this.retryAfter = details.retryAfter
  }
}

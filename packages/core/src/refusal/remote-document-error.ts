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
  | 'credentials_refused'
  | 'endpoint_not_allowed'
  | 'signature_invalid'

/** Causes of causes: undici has two. */
const MAX_CAUSES = 5

/**
 * Makes the text of a stack, and those of its causes. Until it is made, V8 keeps the frames and what they hold, such as the token
 * that was asked about, and these errors are kept until the next success.
 */
function releaseFrames(error: unknown): void {
  try {
    let next = error as { readonly stack?: unknown; readonly cause?: unknown } | undefined
    for (let causes = 0; next !== undefined && causes <= MAX_CAUSES; causes++) {
      String(next.stack)
      next = next.cause as typeof next
    }
  } catch {
    // What a custom fetch throws can be anything.
  }
}

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
    releaseFrames(this)
  }
}

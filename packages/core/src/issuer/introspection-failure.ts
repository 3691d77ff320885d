import { channels, type IntrospectionFailure } from '../diagnostics.ts'
import type { RemoteDocumentError } from '../refusal/remote-document-error.ts'
import { type WarningSubject, warnOnce } from '../warnings.ts'
import { Backoff } from './refresh-policy.ts'

/** Milliseconds for which calls stop after a 429 that does not say for how long, and at most if it does. */
const RATE_LIMIT_PAUSE = 5_000
const MAX_RATE_LIMIT_PAUSE = 300_000

const INVALID_ANSWERS: readonly RemoteDocumentError['code'][] = [
  'invalid_json',
  'wrong_shape',
  'too_large',
  'redirect_refused',
  'signature_invalid',
  'issuer_mismatch',
]

/** The kind of failure: wrong credentials, or an outage. */
function reasonOf({ code, status }: RemoteDocumentError): IntrospectionFailure {
  if (code === 'credentials_refused') return 'credentials'
  if (code === 'endpoint_not_allowed' || code === 'insecure_url') return 'endpoint'
  if (status === 429) return 'rate_limit'
  if (INVALID_ANSWERS.includes(code)) return 'invalid_answer'
  return (status ?? 500) < 500 ? 'invalid_answer' : 'outage'
}

/** Publishes a failure. Refused credentials are a misconfiguration, and cause a process warning as well. */
export function publishFailure(subject: WarningSubject, error: RemoteDocumentError): void {
  const reason = reasonOf(error)
  if (channels.introspectionFailed.hasSubscribers) {
    channels.introspectionFailed.publish({ issuer: subject.issuer, reason, error })
  }
  if (reason !== 'credentials') return
  const message =
    'The authorization server refuses the client of the option introspection. Compare clientId, its credentials and authenticationMethod with the client there.'
  warnOnce('ORS_INTROSPECTION_CREDENTIALS', subject, message)
}

/**
 * Says until when no call starts. A failure that one token may have caused, such as a status 400 or 500, stops no other call:
 * a client that sends that token could stop them all.
 */
export class CallPause {
  readonly #backoff = new Backoff()
  readonly #forAll = new WeakSet<RemoteDocumentError>()
  #rateLimitedUntil = Number.NEGATIVE_INFINITY

  /** Whether the last failure concerned all tokens, and nothing has succeeded since. */
  get failing(): boolean {
    return this.#backoff.failing
  }

  get until(): number {
    return Math.max(this.#backoff.untilOnDemand, this.#rateLimitedUntil)
  }

  /** Says that this failure does not depend on the token. */
  concernsAll(error: RemoteDocumentError): void {
    this.#forAll.add(error)
  }

  /** A call has succeeded. It may have started before a 429, which still counts. */
  succeeded(): void {
    this.#backoff.succeeded()
  }

  failed(now: number, error: RemoteDocumentError): void {
    const { code, status, retryAfter } = error
    if (status === 429 || (status === 503 && retryAfter !== undefined)) {
      const asked = retryAfter === undefined ? RATE_LIMIT_PAUSE : retryAfter * 1_000
      this.#rateLimitedUntil = Math.max(this.#rateLimitedUntil, now + Math.min(asked, MAX_RATE_LIMIT_PAUSE))
    } else if (
      code === 'credentials_refused' ||
      code === 'network' ||
      code === 'timeout' ||
      this.#forAll.has(error)
    ) {
      // Calls that were under way when the pause began fail for the same reason, and must not prolong it.
      if (now >= this.#backoff.untilOnDemand) this.#backoff.failed(now, true, retryAfter)
    }
  }
}

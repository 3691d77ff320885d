import type { IssuerStatus } from '@okta-resource-server/core'
import { checkMilliseconds, invalidOption } from '@okta-resource-server/core/adapter'
import { checkAuthorization, credentialsChecker } from './credentials.ts'
import { channels } from './diagnostics.ts'
import { readEvents, type StreamProblem, type StreamStatus, type UserEvent } from './events.ts'
import { checkParties, verifiedClaims } from './jwt.ts'
import { type ReceiverOptions, receiverSettings } from './options.ts'
import {
  checkMediaType,
  checkMethod,
  emptyResponse,
  errorResponseOf,
  type PushReceiver,
  type PushRequest,
  type PushResponse,
  readText,
  respond,
} from './push.ts'
import { refuse, type SignalRefusal } from './refusal.ts'
import { Stream } from './stream.ts'
import { claimToken } from './used-tokens.ts'

/** Bytes. A Security Event Token of Okta has about 1,500. */
const MAX_BODY_SIZE = 65_536
/** RFC 8417, section 2.3. */
const TYPE = 'secevent+jwt'
/** Milliseconds for which a token is remembered: 24 hours. A later copy writes what was written before. */
const REMEMBERED = 86_400_000
/** Milliseconds: 24 hours. */
const MAX_VERIFICATION_AGE = 86_400_000

/** Options of `createSignalReceiver()`. */
export interface SignalReceiverOptions extends ReceiverOptions {
  /** What the claim `aud` of the events contains: the `aud` of the stream, which Okta shows when the stream is created. */
  readonly audience: string | readonly string[]
  /**
   * The value of the Authorization header that the transmitter sends: `authorization_header` of the stream. Without its scheme,
   * it has at least 16 characters; make them random. With a list, one of them has to match, so that it can be replaced.
   */
  readonly authorization: string | readonly string[]
  /**
   * Milliseconds within which a verification event has to come; `null` if none is asked for. Have a job ask the
   * `verification_endpoint` of the transmitter for one, several times within this time.
   *
   * @default 86_400_000 (24 hours)
   */
  readonly maxVerificationAge?: number | null
  /**
   * Whether an event revokes the access tokens of its user. If it throws, the answer is 503.
   *
   * @default every session-revoked and credential-change event does
   */
  readonly revokes?: (event: UserEvent) => boolean
}

/** The state of a stream, as far as this process knows it. */
export interface SignalReceiverStatus {
  /** Whether signals can be received: the keys are known, and the stream has no problem. */
  readonly ready: boolean
  /** Why no signals may come; `undefined` if nothing is wrong. */
  readonly problem: StreamProblem | undefined
  /** The last status that the transmitter announced; `undefined` before it announced any. */
  readonly stream: StreamStatus | undefined
  /** `iat` of the last verification event, in milliseconds since the epoch. */
  readonly lastVerification: number | undefined
  /** When the last valid event came, in milliseconds since the epoch. */
  readonly lastEvent: number | undefined
  /** The keys of the transmitter. */
  readonly issuer: IssuerStatus
}

/** Receives the events of one stream. */
export interface SignalReceiver extends PushReceiver {
  /**
   * Resolves once the keys of the transmitter are known.
   *
   * @throws {AuthorizationServerUnavailableError} they cannot be fetched now
   */
  ready(): Promise<void>
  status(): SignalReceiverStatus
  /** Ends timers and requests. */
  close(): void
}

const NAMES = ['audience', 'authorization', 'maxVerificationAge', 'revokes'] as const

function checkVerificationAge(value: unknown): number | undefined {
  return value === null ? undefined : checkMilliseconds('maxVerificationAge', value, 1)
}

/** RFC 8935, section 2.3: every error about the token is a 400. */
function refused(refusal: SignalRefusal): PushResponse {
  if (refusal.code === 'method_not_allowed') return errorResponseOf(refusal, 405, { allow: 'POST' })
  return errorResponseOf(refusal, 400)
}

/**
 * Creates a receiver for the Shared Signals transmitter of an Okta org: Security Event Tokens that are pushed to it revoke the
 * access tokens of users who signed out or changed a credential.
 *
 * The caller's credentials are checked first, then the size of the body, `typ`, the signature by the keys of the org, `iss`,
 * `aud` and the issuer of the subject. The answer is 202 once the revocation is stored, 400 for a token that is refused, and 503
 * if it cannot be stored now. **Not checked:** whether the user exists.
 *
 * @throws {ConfigurationError} an option is missing or invalid
 * @see {@link https://www.rfc-editor.org/rfc/rfc8935 RFC 8935}
 * @see {@link https://openid.net/specs/openid-caep-1_0-final.html CAEP 1.0}
 * @example
 * ```ts
 * const store = memoryRevocationStore()
 * const receiver = createSignalReceiver({
 *   issuer: 'https://example.okta.com',
 *   audience: 'https://api.example.com/signals',
 *   authorization: `Bearer ${process.env.SIGNALS_SECRET}`,
 *   tokenIssuers: 'https://example.okta.com/oauth2/default',
 *   store,
 * })
 * ```
 */
export function createSignalReceiver(options: SignalReceiverOptions): SignalReceiver {
  const { verifier, replayStore, revoke } = receiverSettings(options, NAMES)
  const { issuer, clock, clockTolerance } = verifier
  const isCaller = credentialsChecker(checkAuthorization(options.authorization))
  const { maxVerificationAge = MAX_VERIFICATION_AGE, revokes = () => true } = options
  if (typeof revokes !== 'function') invalidOption('revokes', 'revokes must be a function')
  const stream = new Stream(verifier, checkVerificationAge(maxVerificationAge))
  let lastEvent: number | undefined

  async function accept(request: PushRequest): Promise<PushResponse> {
    checkMethod(request)
    if (!isCaller(request.header('authorization'))) refuse('authentication_failed')
    checkMediaType(request, `application/${TYPE}`)
    const text = await readText(request, MAX_BODY_SIZE)
    const claims = await verifiedClaims(verifier, text.trim(), TYPE, MAX_BODY_SIZE)
    checkParties(claims, verifier)
    const events = readEvents(claims, issuer, clock.wall() / 1_000, clockTolerance)
    const revoking = events.users.filter((event) => revokes(event))
    const counts = await Promise.all(revoking.map(({ userId, time }) => revoke(userId, time)))
    // After the write: a token that is recorded, but whose revocation was not stored, would be lost.
    const isFirst = await claimToken(replayStore, ['event', issuer, events.jti], REMEMBERED)
    stream.update(events)
    lastEvent = clock.wall()
    if (channels.accepted.hasSubscribers) {
      const revocations = counts.reduce((sum, count) => sum + count, 0)
      channels.accepted.publish({
        receiver: 'events',
        issuer,
        events: events.names,
        revocations,
        duplicate: !isFirst,
      })
    }
    return emptyResponse(202)
  }

  return Object.freeze({
    receive: (request: PushRequest) => respond('events', issuer, () => accept(request), refused),
    ready: () => verifier.ready(),
    status(): SignalReceiverStatus {
      const { problem, status, lastVerification } = stream
      const keys = verifier.status()
      return {
        ready: keys.ready && problem === undefined,
        problem,
        stream: status,
        lastVerification,
        lastEvent,
        issuer: keys,
      }
    },
    close(): void {
      stream.close()
      verifier.close()
    },
  })
}

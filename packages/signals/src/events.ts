import { isObject } from '@okta-resource-server/core/adapter'
import { type Claims, isText, requireTime } from './jwt.ts'
import { refuse } from './refusal.ts'
import { userIdOfEvent } from './subject.ts'

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const SSF = 'https://schemas.openid.net/secevent/ssf/event-type/'

/** An event about a user, whose access tokens are revoked. */
export interface UserEvent {
  readonly type: 'session-revoked' | 'credential-change'
  /** The id of the user at the issuer; with Okta, the claim `uid` of access tokens. */
  readonly userId: string
  /** When it happened, in seconds since the epoch: at most `clockTolerance` after the token was issued, or after now. */
  readonly time: number
  /** What happened to the credential: `create`, `update`, `revoke` or `delete`. */
  readonly changeType: string | undefined
  /** The credential, such as `password`. */
  readonly credentialType: string | undefined
}

/** States of a stream (Shared Signals Framework 1.0, section 8.1.2). */
export type StreamStatus = 'enabled' | 'paused' | 'disabled'
/** Why no signals may come. */
export type StreamProblem = Exclude<StreamStatus, 'enabled'> | 'verification_overdue'

const STATUSES: readonly unknown[] = ['enabled', 'paused', 'disabled'] satisfies StreamStatus[]

/** What a Security Event Token says, as far as it is known here. */
export interface SecurityEvents {
  readonly jti: string
  /** Seconds since the epoch, not in the future. */
  readonly issuedAt: number
  readonly users: readonly UserEvent[]
  /** The new status of the stream. */
  readonly streamStatus: StreamStatus | undefined
  /** Whether it is a verification event. */
  readonly isVerification: boolean
  /** Names of the events; `other` for those that are not known, which are ignored. */
  readonly names: readonly string[]
}

/** Numbers from here on are milliseconds: as seconds, they are in the year 5138. */
const MILLISECONDS_FROM = 1e11

/**
 * The time of an event, in seconds. Okta writes milliseconds, the specification wants seconds. A wrong one is replaced by the
 * time at which the token was issued, since a revocation that is lost is worse than one that covers a moment more.
 */
function eventTime(value: unknown, issuedAt: number, clockTolerance: number): number {
  const isTime = typeof value === 'number' && Number.isFinite(value) && value > 0
  if (!isTime) return issuedAt
  return Math.min(value >= MILLISECONDS_FROM ? value / 1_000 : value, issuedAt + clockTolerance)
}

const textOf = (value: unknown): string | undefined => (isText(value) ? value : undefined)

/**
 * Reads the claims of a Security Event Token.
 *
 * @param now - wall-clock time in seconds
 * @throws {SignalRefusal}
 * @see {@link https://www.rfc-editor.org/rfc/rfc8417#section-2.2 RFC 8417, section 2.2}
 */
export function readEvents(
  claims: Claims,
  issuer: string,
  now: number,
  clockTolerance: number,
): SecurityEvents {
  // With these, a token could be taken for another kind of JWT (Shared Signals Framework 1.0, section 4.1).
  if (Object.hasOwn(claims, 'sub') || Object.hasOwn(claims, 'exp')) refuse('claim_not_allowed')
  const { jti, events, sub_id: subId } = claims
  const issuedAt = Math.min(requireTime(claims.iat), now)
  if (!isText(jti) || !isObject(events)) return refuse('claim_malformed')
  const entries = Object.entries(events)
  if (entries.length === 0) return refuse('claim_malformed')
  const users: UserEvent[] = []
  const names: string[] = []
  let streamStatus: StreamStatus | undefined
  let isVerification = false
  for (const [uri, event] of entries) {
    if (uri === `${CAEP}session-revoked` || uri === `${CAEP}credential-change`) {
      if (!isObject(event)) return refuse('event_malformed')
      const type = uri.slice(CAEP.length) as UserEvent['type']
      users.push({
        type,
        userId: userIdOfEvent(event, subId, issuer),
        time: eventTime(event.event_timestamp, issuedAt, clockTolerance),
        changeType: textOf(event.change_type),
        credentialType: textOf(event.credential_type),
      })
      names.push(type)
    } else if (uri === `${SSF}verification`) {
      isVerification = true
      names.push('verification')
    } else if (uri === `${SSF}stream-updated`) {
      if (!isObject(event) || !STATUSES.includes(event.status)) return refuse('event_malformed')
      streamStatus = event.status as StreamStatus
      names.push('stream-updated')
    } else names.push('other')
  }
  return { jti, issuedAt, users, streamStatus, isVerification, names }
}

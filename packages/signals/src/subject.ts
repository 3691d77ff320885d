import { isObject } from '@okta-resource-server/core/adapter'
import { isText } from './jwt.ts'
import { refuse } from './refusal.ts'

/** A subject identifier (RFC 9493). */
export type SubjectIdentifier = Readonly<Record<string, unknown>>

/** The user within a complex subject (Shared Signals Framework 1.0, section 3.2), or the subject itself. */
function simple(subject: unknown): SubjectIdentifier {
  if (!isObject(subject)) return refuse('subject_malformed')
  if (subject.format !== undefined && subject.format !== 'complex') return subject
  return isObject(subject.user) ? subject.user : refuse('subject_malformed')
}

/**
 * The id of the user that a subject identifier names, at the issuer.
 *
 * @throws {SignalRefusal} it is malformed, of another issuer, or of a format that is not supported
 */
export function userIdOf(subject: unknown, issuer: string): string {
  const { format, iss, sub } = simple(subject)
  if (!isText(format)) return refuse('subject_malformed')
  if (format !== 'iss_sub') return refuse('subject_not_supported')
  if (!isText(iss) || !isText(sub)) return refuse('subject_malformed')
  if (iss !== issuer) return refuse('subject_issuer')
  return sub
}

/**
 * The user of an event. Okta writes the subject into the event; the final specification has it in `sub_id`, beside the events.
 *
 * @throws {SignalRefusal} there is none, or there are two
 */
export function userIdOfEvent(event: SubjectIdentifier, subId: unknown, issuer: string): string {
  const [subject, other] = [event.subject, subId].filter((place) => place !== undefined)
  if (subject === undefined) return refuse('subject_missing')
  const user = userIdOf(subject, issuer)
  if (other !== undefined && userIdOf(other, issuer) !== user) return refuse('subject_ambiguous')
  return user
}

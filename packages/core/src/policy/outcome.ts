import { channels } from '../diagnostics.ts'
import type { ChallengePolicy, UsedCredentials } from '../refusal/challenge.ts'
import { InsufficientScopeError, ResourceServerError, setChallengePolicy } from '../refusal/errors.ts'
import { HINTS } from '../refusal/hints.ts'
import { failedCheck } from '../token/checks.ts'
import { Verification, type VerifiedToken } from '../token/verification.ts'
import { noteAcceptance, noteRefusal, noteUnknownCaller } from './misconfiguration.ts'

/** What is known about the token of a refused request. */
type Subject = VerifiedToken | Verification | undefined

/** The client of a token whose signature was verified. */
function clientIdOf(subject: Subject): string | undefined {
  return subject instanceof Verification ? subject.clientId : subject?.auth.clientId
}

/** Publishes the outcome of each decision. Every refusal passes through here and gets its challenge here. */
export class Outcome {
  readonly #policy: ChallengePolicy

  constructor(policy: ChallengePolicy) {
    this.#policy = policy
  }

  accepted(token: VerifiedToken, cached: boolean): void {
    if (!cached) noteAcceptance(token)
    if (!channels.tokenAccepted.hasSubscribers) return
    const { issuer, clientId } = token.auth
    channels.tokenAccepted.publish({ issuer, clientId, cached })
  }

  anonymous(): undefined {
    if (channels.requestAnonymous.hasSubscribers) channels.requestAnonymous.publish({})
  }

  /**
   * Throws the error. Errors that are no refusal, such as a `ConfigurationError`, are thrown as they are.
   *
   * @param used - the credentials of the request
   */
  refused(error: unknown, subject: Subject, used?: UsedCredentials): never {
    if (error instanceof ResourceServerError) {
      setChallengePolicy(error, this.#policy, used)
      if (subject instanceof Verification) noteRefusal(subject, error.code)
      if (subject !== undefined && error.code === 'caller_not_allowed') noteUnknownCaller(subject)
      if (channels.tokenRefused.hasSubscribers) {
        channels.tokenRefused.publish({
          code: error.code,
          check:
            failedCheck(error) ?? (error instanceof InsufficientScopeError ? 'requirements' : 'credentials'),
          hint: HINTS[error.code],
          issuer: subject?.issuer?.configuration.issuer,
          clientId: clientIdOf(subject),
          cached: subject !== undefined && !(subject instanceof Verification),
          requirement: error instanceof InsufficientScopeError ? error.requirement : undefined,
        })
      }
    }
    throw error
  }
}

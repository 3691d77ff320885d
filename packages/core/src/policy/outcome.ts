import { channels } from '../diagnostics.ts'
import type { ChallengePolicy, UsedCredentials } from '../refusal/challenge.ts'
import { refusalFor } from '../refusal/errors.ts'
import { HINTS } from '../refusal/hints.ts'
import { ResourceServerError } from '../refusal/resource-server-error.ts'
import { failedCheck } from '../token/check.ts'
import { Verification, type VerifiedToken } from '../token/verification.ts'
import { noteAcceptance, noteRefusal, noteUnknownCaller } from './misconfiguration.ts'
import type { Failure } from './requirement.ts'
import { unmetRequirement } from './requirements.ts'

/** What is known about the token of a refused request. */
type Subject = VerifiedToken | Verification | undefined

/** The client of a token whose signature was verified. */
function clientIdOf(subject: Subject): string | undefined {
  return subject instanceof Verification ? subject.clientId : subject?.auth.clientId
}

/**
 * Where a route requires proof of possession, its challenge names the schemes of tokens that meet this, if the verifier accepts
 * both schemes.
 */
export function policyFor(failure: Failure | undefined, policy: ChallengePolicy): ChallengePolicy {
  const { schemes } = failure ?? {}
  const acceptsBoth = policy.proofAlgorithms.length > 0 && policy.schemes.includes('Bearer')
  return schemes === undefined || !acceptsBoth ? policy : { ...policy, schemes }
}

/** Publishes a refusal, with what is known about its token. */
export function publishRefusal(
  error: ResourceServerError,
  token: {
    readonly issuer: string | undefined
    readonly clientId: string | undefined
    readonly cached: boolean
  },
): void {
  if (!channels.tokenRefused.hasSubscribers) return
  const unmet = unmetRequirement(error)
  channels.tokenRefused.publish({
    code: error.code,
    check: failedCheck(error) ?? (unmet === undefined ? 'credentials' : 'requirements'),
    hint: HINTS[error.code],
    ...token,
    requirement: unmet?.requirement,
  })
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
   * What to throw for an error. Errors that are no refusal, such as a `ConfigurationError`, stay as they are. It does not throw
   * itself, because V8 never optimizes a function that only throws.
   *
   * @param used - the credentials of the request
   */
  refusalOf(error: unknown, subject: Subject, used?: UsedCredentials): unknown {
    if (!(error instanceof ResourceServerError)) return error
    const unmet = unmetRequirement(error)
    const refusal = refusalFor(error, policyFor(unmet, this.#policy), used)
    if (subject instanceof Verification) noteRefusal(subject, error.code)
    if (subject !== undefined && unmet?.caller === 'user') noteUnknownCaller(subject)
    publishRefusal(error, {
      issuer: subject?.issuer?.configuration.issuer,
      clientId: clientIdOf(subject),
      cached: subject !== undefined && !(subject instanceof Verification),
    })
    return refusal
  }
}

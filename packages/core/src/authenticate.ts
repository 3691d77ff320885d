import type { IssuerRegistry } from './issuer/registry.ts'
import { keepAlive } from './keep-alive.ts'
import { checkOnRequest } from './on-request.ts'
import type { Configuration } from './options/options.ts'
import { Decision, decisionOn, recordDecision } from './policy/decision.ts'
import { Outcome } from './policy/outcome.ts'
import { assertRequirements, type Requirements, unmetRequirement } from './policy/requirements.ts'
import { UnknownCaller } from './policy/unknown-caller.ts'
import { InvalidTokenError, MissingTokenError } from './refusal/errors.ts'
import { ResourceServerError } from './refusal/resource-server-error.ts'
import { authorizationHeader } from './request/credentials.ts'
import type { RequestLike } from './request/request.ts'
import { Use } from './request/use.ts'
import { suffixOf, type TokenCache } from './token/cache.ts'
import { ONCE } from './token/checks.ts'
import { checkEachTime, runChecks } from './token/run-checks.ts'
import { isOpaque } from './token/unverified.ts'
import { isVouchedFor, Verification, type VerifiedToken } from './token/verification.ts'
import type { VerifiedAccessToken } from './token/verified-access-token.ts'

type Auth = VerifiedAccessToken<object>

/** A verification in progress, shared by the requests that bring the same token. */
interface Pending {
  readonly verification: Verification
  readonly result: Promise<VerifiedToken>
}

/** How often a token is verified if its issuer is replaced meanwhile. */
const MAX_ATTEMPTS = 3

/** Decides about requests and tokens. Only this file knows the order of the checks. */
export class Authenticator {
  readonly #registry: IssuerRegistry
  readonly #cache: TokenCache | undefined
  readonly #configuration: Configuration
  readonly #outcome: Outcome
  readonly unknownCaller: UnknownCaller
  readonly #pending = new Map<number, Pending>()

  constructor(registry: IssuerRegistry, cache: TokenCache | undefined, configuration: Configuration) {
    this.#registry = registry
    this.#cache = cache
    this.#configuration = configuration
    this.#outcome = new Outcome(configuration.challengePolicy)
    this.unknownCaller = new UnknownCaller(configuration)
  }

  /**
   * Decides about a request. Returns a promise only if the token has to be verified.
   *
   * @param optional - lets a request without credentials through, and returns `undefined`
   * @param isMessage - decides about a message on the connection that the request has opened: again, except for its DPoP proof
   */
  authenticate(
    request: RequestLike,
    requirements?: Requirements,
    optional?: boolean,
    isMessage = false,
  ): Auth | undefined | Promise<Auth> {
    let subject: VerifiedToken | Verification | undefined
    let use: Use | undefined
    let isDecided = false
    try {
      const header = authorizationHeader(request)
      const earlier = decisionOn(request)?.tokenFor(this, request, header)
      const decided = isMessage ? undefined : earlier
      const opening = isMessage ? { jkt: earlier?.auth.confirmation?.jkt } : undefined
      use = new Use(request, header, this.#configuration, requirements, opening)
      let known = decided ?? this.#cache?.findByHeader(header)
      let token: string | undefined
      if (known === undefined) {
        token = use.credentials.token
        known = this.#cache?.find(token)
        if (known !== undefined) this.#cache?.rememberHeader(header, token)
      }
      if (known?.isOpaque === true && decided === undefined && this.#isForOther(known, use)) known = undefined
      subject = known
      if (known !== undefined && this.#checkAgain(known, header)) {
        isDecided = decided !== undefined
        if (!isDecided) return this.#acceptCached(known, use)
        if (requirements !== undefined) assertRequirements(known.auth, requirements)
        return known.auth
      }
      subject = this.#verification(token ?? use.credentials.token, use)
      return this.#verifyAnew(subject, use)
    } catch (error) {
      if (!(error instanceof ResourceServerError)) throw error
      this.unknownCaller.note(requirements)
      const isAnonymous = optional === true && error.code === 'missing_token'
      if (isAnonymous && decisionOn(request)?.isAnonymousFor(this)) return undefined
      if (!isDecided) this.#recordRefusal(error, request, use, isMessage, subject)
      if (isAnonymous) return this.#outcome.anonymous()
      return this.#outcome.refused(error, subject, use)
    }
  }

  /** Decides about a bare token. Returns a promise only if it has to be verified. */
  verify(token: string, requirements?: Requirements): Auth | Promise<Auth> {
    let subject: VerifiedToken | Verification | undefined
    try {
      if (typeof token !== 'string') throw new InvalidTokenError('token_malformed')
      const use = new Use(undefined, token, this.#configuration, requirements)
      const known = this.#cache?.find(token)
      subject = known
      if (known !== undefined && this.#checkAgain(known, token)) return this.#acceptCached(known, use)
      subject = this.#verification(token, use)
      return this.#verifyAnew(subject, use)
    } catch (error) {
      return this.#outcome.refused(error, subject)
    }
  }

  /** Checks the requirements of a route guard, after the decision about the request. */
  require(token: VerifiedToken | undefined, requirements: Requirements, use: Use | undefined): void {
    this.unknownCaller.note(requirements)
    try {
      if (token === undefined) throw new MissingTokenError('missing_token')
      assertRequirements(token.auth, requirements)
    } catch (error) {
      this.#outcome.refused(error, token, use)
    }
  }

  /** The last step of every decision, which is kept on the request. */
  #accept(token: VerifiedToken, use: Use, cached: boolean): Auth {
    if (use.request !== undefined) recordDecision(use.request, new Decision(this, use, token))
    this.#outcome.accepted(token, cached)
    return token.auth
  }

  #acceptCached(token: VerifiedToken, use: Use): Auth | Promise<Auth> {
    const waiting = checkOnRequest(token, use)
    if (waiting === undefined) return this.#accept(token, use, true)
    const accept = (): Auth => {
      checkEachTime(token)
      return this.#accept(token, use, true)
    }
    return waiting.then(accept).catch((error) => this.#refuse(error, token, use, token))
  }

  /**
   * Keeps a refusal on the request. Guards still find a token that only lacks what this call requires, if no proof is left to
   * claim: with its proof, the request has to be decided about again (ADR 31).
   */
  #recordRefusal(
    error: unknown,
    request: RequestLike,
    use: Use | undefined,
    isMessage: boolean,
    token: VerifiedToken | Verification | undefined,
  ): void {
    const isKnown = unmetRequirement(error) !== undefined && use?.proof === undefined
    if (isKnown) recordDecision(request, new Decision(this, use, token as VerifiedToken))
    // What was proved when the connection was opened outlives a message that is refused.
    else if (!isMessage) recordDecision(request, new Decision(this, undefined, undefined))
  }

  /** @param token - the verified token, if the refusal is about its use */
  #refuse(
    error: unknown,
    subject: VerifiedToken | Verification,
    use: Use,
    token: VerifiedToken | undefined,
  ): never {
    if (use.request !== undefined) {
      this.#recordRefusal(error, use.request, use, use.opening !== undefined, token)
    }
    return this.#outcome.refused(error, subject, use.request === undefined ? undefined : use)
  }

  /**
   * Checks a token that was verified before.
   *
   * @param text - the token, or the header that it came in
   * @returns `false` if it has to be verified again, because nothing vouches for it any more
   */
  #checkAgain(known: VerifiedToken, text: string): boolean {
    const { issuer } = known
    const wall = issuer.configuration.clock.wall()
    issuer.refreshWhenDue(wall)
    try {
      checkEachTime(known, wall)
      return true
    } catch (error) {
      this.#cache?.delete(text)
      if (isVouchedFor(known, wall)) throw error
      return false
    }
  }

  #verification(token: string, use: Use): Verification {
    const { chooseIssuer } = this.#configuration
    const chosen = chooseIssuer !== undefined && isOpaque(token) ? use.chooseIssuer() : undefined
    return new Verification(token, this.#registry, this.#configuration, chosen)
  }

  /** Whether another issuer is to be asked about an opaque token than the one that was. */
  #isForOther({ issuer }: VerifiedToken, use: Use): boolean {
    if (this.#configuration.chooseIssuer === undefined) return false
    return (use.chooseIssuer() ?? issuer.configuration.issuer) !== issuer.configuration.issuer
  }

  /** Verifies a token, or joins its verification in progress. What needs no wait is refused at once. */
  #verifyAnew(verification: Verification, use: Use): Promise<Auth> {
    this.unknownCaller.note(use.requirements)
    const suffix = suffixOf(verification.token)
    let pending = this.#pending.get(suffix)
    const { token, chosen } = verification
    if (pending?.verification.token !== token || pending.verification.chosen !== chosen) {
      const waiting = runChecks(ONCE, verification, undefined)
      pending = { verification, result: keepAlive(this.#complete(verification, waiting, suffix)) }
      this.#pending.set(suffix, pending)
    }
    return this.#conclude(pending, use)
  }

  async #complete(
    verification: Verification,
    waiting: void | Promise<void>,
    suffix: number,
  ): Promise<VerifiedToken> {
    try {
      await waiting
      for (let attempt = 1; attempt < MAX_ATTEMPTS && verification.hasLostIssuer; attempt++) {
        await runChecks(ONCE, verification, undefined)
      }
      const token = verification.result()
      if (!verification.hasLostIssuer && verification.answer?.isKept !== false) {
        this.#cache?.offer(verification.token, token)
      }
      return token
    } finally {
      if (this.#pending.get(suffix)?.verification === verification) this.#pending.delete(suffix)
    }
  }

  /** What is checked on every request is checked after each wait, too. */
  async #conclude({ verification, result }: Pending, use: Use): Promise<Auth> {
    let token: VerifiedToken | undefined
    try {
      token = await result
      checkEachTime(token)
      const waiting = checkOnRequest(token, use)
      if (waiting !== undefined) {
        await waiting
        checkEachTime(token)
      }
      return this.#accept(token, use, false)
    } catch (error) {
      return this.#refuse(error, verification, use, token)
    }
  }
}

import type { IssuerRegistry } from './issuer/registry.ts'
import { checkOnRequest } from './on-request.ts'
import type { Configuration } from './options/options.ts'
import {
  Decision,
  decisionOn,
  recordAcceptance,
  recordAnonymous,
  recordDecision,
  recordRefusal,
  rememberHeader,
} from './policy/decision.ts'
import { Outcome } from './policy/outcome.ts'
import { Usage } from './policy/per-request.ts'
import { assertRequirements, type Requirements } from './policy/requirements.ts'
import { isKnownValid } from './policy/revocation.ts'
import { InvalidTokenError, MissingTokenError } from './refusal/errors.ts'
import { ResourceServerError } from './refusal/resource-server-error.ts'
import { authorizationHeader } from './request/credentials.ts'
import type { RequestLike } from './request/request.ts'
import { Use } from './request/use.ts'
import type { TokenCache } from './token/cache.ts'
import { checkEachTime, passesEachTime } from './token/run-checks.ts'
import { isOpaque } from './token/unverified.ts'
import { isVouchedFor, Verification, type VerifiedToken } from './token/verification.ts'
import { type Pending, Verifications } from './token/verifications.ts'
import type { VerifiedAccessToken } from './token/verified-access-token.ts'

type Auth = VerifiedAccessToken<object>
type Subject = VerifiedToken | Verification

/** Decides about requests and tokens. Only this file knows the order of the checks. */
export class Authenticator {
  readonly #registry: IssuerRegistry
  readonly #cache: TokenCache<Decision> | undefined
  readonly #configuration: Configuration
  readonly #outcome: Outcome
  readonly usage: Usage
  readonly #verifications: Verifications
  /** One of each class that a new token needs. V8 drops optimized code if a garbage collection finds none (ADR 35). */
  readonly kept: readonly object[]

  constructor(
    registry: IssuerRegistry,
    cache: TokenCache<Decision> | undefined,
    configuration: Configuration,
  ) {
    this.#registry = registry
    this.#cache = cache
    this.#verifications = new Verifications(cache)
    this.#configuration = configuration
    this.#outcome = new Outcome(configuration.challengePolicy)
    this.usage = new Usage(configuration)
    const use = new Use(undefined, '', configuration)
    this.kept = [use, new Verification('', registry, configuration), new Decision(this, use, undefined)]
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
    let subject: Subject | undefined
    let use: Use | undefined
    let shared: Decision | undefined
    let isDecided = false
    try {
      const header = authorizationHeader(request)
      const onRequest = decisionOn(request)
      const cached = this.#cache?.findByHeader(header)
      shared = isMessage ? undefined : cached?.decision
      if (shared !== undefined && (onRequest === undefined || onRequest === shared)) {
        const plain = cached as VerifiedToken
        subject = plain
        if (this.#acceptsPlain(plain, requirements)) {
          if (onRequest === undefined) {
            recordDecision(request, shared)
            this.#outcome.accepted(plain, true)
          }
          return plain.auth
        }
      }
      const earlier = onRequest?.tokenFor(this, request, header)
      const decided = isMessage ? undefined : earlier
      const opening = isMessage ? { jkt: earlier?.auth.confirmation?.jkt } : undefined
      use = new Use(request, header, this.#configuration, requirements, opening)
      let known: VerifiedToken | undefined = decided ?? cached
      let token: string | undefined
      if (known === undefined) {
        token = use.credentials.token
        known = rememberHeader(this.#cache?.find(token), use, this)
      }
      if (known?.isOpaque === true && decided === undefined && this.#isForOther(known, use)) known = undefined
      subject = known
      if (known !== undefined && this.#checkAgain(known)) {
        isDecided = decided !== undefined
        if (!isDecided) return this.#acceptCached(known, use)
        // A refusal brings the nonce of the decision, as that of a guard does.
        use = onRequest?.use
        if (requirements !== undefined) assertRequirements(known.auth, requirements)
        return onRequest?.isRefusal ? this.#accept(known, use as Use, true, request) : known.auth
      }
      subject = this.#verification(token ?? use.credentials.token, use)
      return this.#verifyAnew(subject, use)
    } catch (error) {
      if (!(error instanceof ResourceServerError)) throw error
      use ??= shared?.use
      this.usage.note(requirements, true)
      if (optional === true && error.code === 'missing_token') {
        return recordAnonymous(request, this, isMessage) ? this.#outcome.anonymous() : undefined
      }
      if (!isDecided)
        recordRefusal(error, request, new Decision(this, use, subject as VerifiedToken), isMessage)
      throw this.#outcome.refusalOf(error, subject, use)
    }
  }

  /** Decides about a bare token. Returns a promise only if it has to be verified. */
  verify(token: string, requirements?: Requirements): Auth | Promise<Auth> {
    let subject: Subject | undefined
    try {
      if (typeof token !== 'string') throw new InvalidTokenError('token_malformed')
      const known = this.#cache?.find(token)
      subject = known
      if (known !== undefined && this.#acceptsPlain(known, requirements)) {
        this.#outcome.accepted(known, true)
        return known.auth
      }
      const use = new Use(undefined, token, this.#configuration, requirements)
      const isOwn = known?.isOpaque !== true || !this.#isForOther(known, use)
      if (known !== undefined && isOwn && this.#checkAgain(known)) return this.#acceptCached(known, use)
      subject = this.#verification(token, use)
      return this.#verifyAnew(subject, use)
    } catch (error) {
      this.usage.note(requirements, false)
      throw this.#outcome.refusalOf(error, subject)
    }
  }

  /** Checks the requirements of a route guard, after the decision about the request. */
  require(token: VerifiedToken | undefined, requirements: Requirements, use: Use | undefined): void {
    this.usage.impossible.note(requirements)
    try {
      if (token === undefined) throw new MissingTokenError('missing_token')
      assertRequirements(token.auth, requirements)
    } catch (error) {
      throw this.#outcome.refusalOf(error, token, use)
    }
  }

  /** The last step of every decision, which is kept on the request. */
  #accept(token: VerifiedToken, use: Use, cached: boolean, request = use.request): Auth {
    if (recordAcceptance(request, this, use, token)) this.#outcome.accepted(token, cached)
    return token.auth
  }

  /** Accepts a cached token if nothing of the request matters but its header. `false`: the request needs a closer look. */
  #acceptsPlain(token: VerifiedToken, requirements: Requirements | undefined): boolean {
    const { revocation } = this.#configuration
    if (!token.isPlain || !passesEachTime(token, token.issuer.configuration.clock.wall())) return false
    if (revocation !== undefined && !isKnownValid(token, revocation)) return false
    if (requirements !== undefined) assertRequirements(token.auth, requirements)
    return true
  }

  #acceptCached(token: VerifiedToken, use: Use): Auth | Promise<Auth> {
    const waiting = checkOnRequest(token, use)
    if (waiting === undefined) return this.#accept(token, use, true)
    const accept = (): Auth => {
      checkEachTime(token)
      return this.#accept(token, use, true)
    }
    return waiting.then(accept).catch((error) => {
      throw this.#refusalOf(error, token, use, token)
    })
  }

  /** What to throw for an error. With `token`, the refusal is about the use of a verified token. */
  #refusalOf(error: unknown, subject: Subject, use: Use, token?: VerifiedToken): unknown {
    const { request, opening } = use
    if (request === undefined) return this.#outcome.refusalOf(error, subject)
    recordRefusal(error, request, new Decision(this, use, token), opening !== undefined)
    return this.#outcome.refusalOf(error, subject, use)
  }

  /**
   * Checks a token that was verified before.
   *
   * @returns `false` if it has to be verified again, because nothing vouches for it any more
   */
  #checkAgain(known: VerifiedToken): boolean {
    const { issuer } = known
    const wall = issuer.configuration.clock.wall()
    issuer.refreshWhenDue(wall)
    try {
      checkEachTime(known, wall)
      return true
    } catch (error) {
      this.#cache?.delete(known)
      if (isVouchedFor(known, wall)) throw error
      return false
    }
  }

  #verification(token: string, use: Use): Verification {
    const { chooseIssuer } = this.#configuration
    const chosen = chooseIssuer !== undefined && isOpaque(token) ? use.chooseIssuer() : undefined
    return new Verification(token, this.#registry, this.#configuration, chosen)
  }

  /** Whether another issuer may have to be asked about an opaque token than the one that was: a bare token has no request. */
  #isForOther({ issuer }: VerifiedToken, use: Use): boolean {
    if (this.#configuration.chooseIssuer === undefined) return false
    return use.chooseIssuer() !== issuer.configuration.issuer
  }

  /** Verifies a token, or joins its verification in progress. What needs no wait is refused at once. */
  #verifyAnew(verification: Verification, use: Use): Promise<Auth> {
    this.usage.note(use.requirements, use.request !== undefined)
    return this.#conclude(this.#verifications.start(verification), use)
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
      throw this.#refusalOf(error, verification, use, token)
    }
  }
}

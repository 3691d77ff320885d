import type { IssuerRegistry } from './issuer/registry.ts'
import { keepAlive } from './keep-alive.ts'
import type { Configuration } from './options/options.ts'
import { Decision, decisionOn, recordDecision } from './policy/decision.ts'
import { Outcome } from './policy/outcome.ts'
import { checkRequirements, type Requirements } from './policy/requirements.ts'
import {
  InsufficientScopeError,
  InvalidTokenError,
  MissingTokenError,
  ResourceServerError,
} from './refusal/errors.ts'
import { authorizationHeader, parseCredentials } from './request/credentials.ts'
import type { RequestLike } from './request/request.ts'
import { suffixOf, type TokenCache } from './token/cache.ts'
import { EACH_TIME, failCheck, ONCE } from './token/checks.ts'
import { Verification, type VerifiedToken } from './token/verification.ts'
import type { VerifiedAccessToken } from './token/verified-access-token.ts'

type Auth = VerifiedAccessToken<object>

/** Where a token came from: the request and its Authorization header. */
interface Origin {
  readonly request: RequestLike
  readonly header: string
}

/** A verification in progress, shared by the requests that bring the same token. */
interface Pending {
  readonly verification: Verification
  readonly result: Promise<VerifiedToken>
}

/** How often a token is verified if its issuer is replaced meanwhile. */
const MAX_ATTEMPTS = 3

/** Runs ONCE, from this check on. Returns a promise as soon as a check has to wait. */
function checkOnce(verification: Verification, from = 0): void | Promise<void> {
  for (let index = from; index < ONCE.length; index++) {
    const { name, run } = ONCE[index] as (typeof ONCE)[number]
    try {
      const waiting = run(verification)
      if (waiting !== undefined) {
        return waiting.then(
          () => checkOnce(verification, index + 1),
          (error) => failCheck(name, error),
        )
      }
    } catch (error) {
      failCheck(name, error)
    }
  }
}

function checkEachTime(token: VerifiedToken, wall: number): void {
  let name = ''
  try {
    for (const check of EACH_TIME) {
      name = check.name
      check.run(token, wall)
    }
  } catch (error) {
    failCheck(name, error)
  }
}

/** Decides about requests and tokens. Only this file knows the order of the checks. */
export class Authenticator {
  readonly #registry: IssuerRegistry
  readonly #cache: TokenCache | undefined
  readonly #maxTokenSize: number
  readonly #outcome: Outcome
  readonly #pending = new Map<number, Pending>()

  constructor(registry: IssuerRegistry, cache: TokenCache | undefined, configuration: Configuration) {
    this.#registry = registry
    this.#cache = cache
    this.#maxTokenSize = configuration.maxTokenSize
    this.#outcome = new Outcome(configuration.challengePolicy)
  }

  /**
   * Decides about a request. Returns a promise only if the token has to be verified.
   *
   * @param optional - lets a request without credentials through, and returns `undefined`
   */
  authenticate(
    request: RequestLike,
    requirements?: Requirements,
    optional?: boolean,
  ): Auth | undefined | Promise<Auth> {
    let subject: VerifiedToken | Verification | undefined
    try {
      const header = authorizationHeader(request)
      const decided = decisionOn(request)?.tokenFor(this, header)
      let known = decided ?? this.#cache?.findByHeader(header)
      let token: string | undefined
      if (known === undefined) {
        token = parseCredentials(header, this.#maxTokenSize).token
        known = this.#cache?.find(token)
        if (known !== undefined) this.#cache?.rememberHeader(header, token)
      }
      subject = known
      if (known !== undefined && this.#checkAgain(known, header)) {
        recordDecision(request, new Decision(this, header, known))
        if (requirements !== undefined) checkRequirements(known.auth, requirements)
        if (decided === undefined) this.#outcome.accepted(known, true)
        return known.auth
      }
      token ??= parseCredentials(header, this.#maxTokenSize).token
      subject = new Verification(token, this.#registry, this.#maxTokenSize)
      return this.#verifyAnew(subject, requirements, { request, header })
    } catch (error) {
      if (!(error instanceof ResourceServerError)) throw error
      const isAnonymous = optional === true && error.code === 'missing_token'
      if (isAnonymous && decisionOn(request)?.isAnonymousFor(this)) return undefined
      if (!(error instanceof InsufficientScopeError))
        recordDecision(request, new Decision(this, undefined, undefined))
      return isAnonymous ? this.#outcome.anonymous() : this.#outcome.refused(error, subject)
    }
  }

  /** Decides about a bare token. Returns a promise only if it has to be verified. */
  verify(token: string, requirements?: Requirements): Auth | Promise<Auth> {
    let subject: VerifiedToken | Verification | undefined
    try {
      if (typeof token !== 'string') throw new InvalidTokenError('token_malformed')
      const known = this.#cache?.find(token)
      subject = known
      if (known !== undefined && this.#checkAgain(known, token)) {
        if (requirements !== undefined) checkRequirements(known.auth, requirements)
        this.#outcome.accepted(known, true)
        return known.auth
      }
      subject = new Verification(token, this.#registry, this.#maxTokenSize)
      return this.#verifyAnew(subject, requirements)
    } catch (error) {
      return this.#outcome.refused(error, subject)
    }
  }

  /** Checks the requirements of a route guard, after the decision about the request. */
  require(token: VerifiedToken | undefined, requirements: Requirements): void {
    try {
      if (token === undefined) throw new MissingTokenError('missing_token')
      checkRequirements(token.auth, requirements)
    } catch (error) {
      this.#outcome.refused(error, token)
    }
  }

  /**
   * Checks a token that was verified before.
   *
   * @param text - the token, or the header that it came in
   * @returns `false` if it has to be verified again, because its key or its issuer is no longer in use
   */
  #checkAgain(known: VerifiedToken, text: string): boolean {
    const { issuer, key } = known
    const wall = issuer.configuration.clock.wall()
    issuer.refreshWhenDue(wall)
    if (!issuer.usable || !key.published) {
      this.#cache?.delete(text)
      return false
    }
    try {
      checkEachTime(known, wall)
    } catch (error) {
      this.#cache?.delete(text)
      throw error
    }
    return true
  }

  /** Verifies a token, or joins its verification in progress. What needs no wait is refused at once. */
  #verifyAnew(verification: Verification, requirements?: Requirements, origin?: Origin): Promise<Auth> {
    const suffix = suffixOf(verification.token)
    let pending = this.#pending.get(suffix)
    if (pending?.verification.token !== verification.token) {
      const waiting = checkOnce(verification)
      pending = { verification, result: keepAlive(this.#complete(verification, waiting, suffix)) }
      this.#pending.set(suffix, pending)
    }
    return this.#conclude(pending, requirements, origin)
  }

  async #complete(
    verification: Verification,
    waiting: void | Promise<void>,
    suffix: number,
  ): Promise<VerifiedToken> {
    try {
      await waiting
      for (let attempt = 1; attempt < MAX_ATTEMPTS && verification.issuer?.usable === false; attempt++) {
        await checkOnce(verification)
      }
      const token = verification.result()
      if (token.issuer.usable) this.#cache?.offer(verification.token, token)
      return token
    } finally {
      if (this.#pending.get(suffix)?.verification === verification) this.#pending.delete(suffix)
    }
  }

  /** What is checked on every request is checked after the wait, too. */
  async #conclude(
    { verification, result }: Pending,
    requirements: Requirements | undefined,
    origin: Origin | undefined,
  ): Promise<Auth> {
    try {
      const token = await result
      checkEachTime(token, token.issuer.configuration.clock.wall())
      if (origin !== undefined) recordDecision(origin.request, new Decision(this, origin.header, token))
      if (requirements !== undefined) checkRequirements(token.auth, requirements)
      this.#outcome.accepted(token, false)
      return token.auth
    } catch (error) {
      if (origin !== undefined && !(error instanceof InsufficientScopeError)) {
        recordDecision(origin.request, new Decision(this, undefined, undefined))
      }
      return this.#outcome.refused(error, verification)
    }
  }
}

import { authorizationHeader, type RequestLike, tokenIn } from './authorization-header.ts'
import { checkClaims, checkTimes, clientIdOf, scopesOf, type TokenTimes, timesOf } from './claims.ts'
import { decodeUnverified, LONGEST_TOKEN, type UnverifiedToken } from './decode.ts'
import { channels } from './diagnostics.ts'
import { InvalidTokenError, ResourceServerError } from './errors.ts'
import { IssuerKeys, type IssuerStatus } from './key-set.ts'
import { type AccessTokenVerifierOptions, type Configuration, configure } from './options.ts'
import { profileOf } from './profiles/profile.ts'
import { checkRequirements, type Requirements } from './requirements.ts'
import { verifySignature } from './signature.ts'
import { type CachedToken, TokenCache } from './token-cache.ts'
import type { VerificationKey } from './verification-key.ts'
import type { AccessTokenClaims, VerifiedAccessToken } from './verified-access-token.ts'

/** How the verifier stands; `ready` when every issuer is. */
export interface VerifierStatus {
  readonly ready: boolean
  readonly issuers: readonly IssuerStatus[]
}

/** Decides whether access tokens are good. */
export interface AccessTokenVerifier<Claims extends object = AccessTokenClaims> {
  /**
   * Verifies a bare token.
   *
   * @throws {ResourceServerError} it is refused, or cannot be judged now
   */
  verify(token: string, requirements?: Requirements): Promise<VerifiedAccessToken<Claims>>
  /**
   * Takes the token from a request's Authorization header and verifies it.
   *
   * @throws {ResourceServerError} it is missing, refused, or cannot be judged now
   */
  authenticate(request: RequestLike, requirements?: Requirements): Promise<VerifiedAccessToken<Claims>>
  /**
   * The decision of `authenticate`, in the same tick where that is possible: a token verified before is
   * returned, a refusal that needs no key is thrown; only otherwise there is a promise.
   *
   * @throws {ResourceServerError} it is missing or refused
   */
  decide(
    request: RequestLike,
    requirements?: Requirements,
  ): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>>
  /**
   * Fetches metadata and keys ahead of the first request.
   *
   * @throws {AuthorizationServerUnavailableError} not to be had now; tries go on in the background
   */
  ready(): Promise<void>
  /** How each issuer's keys stand, for a readiness probe. */
  status(): VerifierStatus
  /** Ends timers and exchanges; every later request gets a 503. */
  close(): void
}

type Verified = VerifiedAccessToken<object>

function verifiedAccessToken({ unverifiedHeader, unverifiedClaims, parts }: UnverifiedToken): Verified {
  const claims = unverifiedClaims as unknown as AccessTokenClaims
  for (const part of parts) Object.freeze(part)
  return Object.freeze({
    claims,
    header: unverifiedHeader,
    scopes: Object.freeze(scopesOf(unverifiedClaims)),
    issuer: claims.iss,
    subject: claims.sub,
    clientId: clientIdOf(unverifiedClaims),
    expiresAt: claims.exp,
  })
}

/** Requirements are judged for each request, never cached. */
function accept(verified: Verified, requirements: Requirements | undefined, cached: boolean): Verified {
  if (requirements !== undefined) checkRequirements(verified, requirements)
  if (channels.tokenAccepted.hasSubscribers)
    channels.tokenAccepted.publish({ issuer: verified.issuer, cached })
  return verified
}

function refused(error: unknown): never {
  if (channels.tokenRefused.hasSubscribers && error instanceof ResourceServerError) {
    channels.tokenRefused.publish({ code: error.code })
  }
  throw error
}

async function acceptLater(
  found: Promise<Verified>,
  requirements: Requirements | undefined,
): Promise<Verified> {
  try {
    return accept(await found, requirements, false)
  } catch (error) {
    return refused(error)
  }
}

class Verifier implements AccessTokenVerifier<object> {
  readonly #issuers: ReadonlyMap<string, IssuerKeys>
  readonly #cache: TokenCache | undefined
  /** Verifications under way, by token: the same token is verified once however many requests bring it. */
  readonly #pending = new Map<string, Promise<Verified>>()

  constructor(configuration: Configuration) {
    this.#issuers = new Map([...configuration.issuers].map(([issuer, own]) => [issuer, new IssuerKeys(own)]))
    this.#cache = configuration.tokenCacheMax === 0 ? undefined : new TokenCache(configuration.tokenCacheMax)
  }

  async verify(token: string, requirements?: Requirements): Promise<Verified> {
    try {
      const found = this.#verified(token)
      if (!(found instanceof Promise)) return accept(found, requirements, true)
      return accept(await found, requirements, false)
    } catch (error) {
      return refused(error)
    }
  }

  async authenticate(request: RequestLike, requirements?: Requirements): Promise<Verified> {
    return this.decide(request, requirements)
  }

  decide(request: RequestLike, requirements?: Requirements): Verified | Promise<Verified> {
    try {
      const header = authorizationHeader(request)
      const known = this.#cache?.getByHeader(header)
      if (known !== undefined && this.#holds(known)) return accept(known.verified, requirements, true)
      const token = tokenIn(header)
      const found = this.#verified(token)
      if (found instanceof Promise) return acceptLater(found, requirements)
      this.#cache?.rememberHeader(header, token)
      return accept(found, requirements, true)
    } catch (error) {
      return refused(error)
    }
  }

  async ready(): Promise<void> {
    await Promise.all([...this.#issuers.values()].map((keys) => keys.ready()))
  }

  status(): VerifierStatus {
    const issuers = [...this.#issuers.values()].map((keys) => keys.status())
    return { ready: issuers.every(({ ready }) => ready), issuers }
  }

  close(): void {
    for (const keys of this.#issuers.values()) keys.close()
    this.#cache?.clear()
  }

  #verified(token: string): Verified | Promise<Verified> {
    if (typeof token !== 'string') throw new InvalidTokenError('token_malformed')
    // Before the cache, which may take a digest of it.
    if (token.length > LONGEST_TOKEN) throw new InvalidTokenError('token_too_large')
    const hit = this.#cache?.get(token)
    if (hit !== undefined) {
      if (this.#holds(hit)) return hit.verified
      this.#cache?.delete(token)
    }
    const pending = this.#pending.get(token)
    if (pending !== undefined) return pending
    const verification = this.#verifyAnew(token)
    this.#pending.set(token, verification)
    return verification
  }

  /** Whether a cached token still holds: its key in the current set, the set in use, the times. */
  #holds(known: CachedToken): boolean {
    const { key, keys } = known
    const now = keys.configuration.clock()
    if (!keys.usable(now) || !key.current) return false
    checkTimes(known, now / 1_000, keys.configuration)
    return true
  }

  /** The cheap refusals, thrown at once; then key, signature and claims. */
  #verifyAnew(token: string): Promise<Verified> {
    const unverified = decodeUnverified(token)
    const keys = this.#issuerOf(unverified)
    const { alg, kid } = unverified.unverifiedHeader as { alg: string; kid?: string }
    const { configuration } = keys
    if (!configuration.algorithms.has(alg)) throw new InvalidTokenError('algorithm_not_allowed')
    const times = timesOf(unverified.unverifiedClaims)
    checkTimes(times, configuration.clock() / 1_000, configuration)
    const profile = profileOf(unverified, configuration.profiles)
    if (profile === undefined) throw new InvalidTokenError('not_an_access_token')
    if (profile.demandsKeyId && kid === undefined) throw new InvalidTokenError('key_id_missing')
    return this.#verifyWith(keys.candidates(kid, alg), keys, unverified, times, token)
  }

  async #verifyWith(
    candidates: readonly VerificationKey[] | Promise<readonly VerificationKey[]>,
    keys: IssuerKeys,
    unverified: UnverifiedToken,
    times: TokenTimes,
    token: string,
  ): Promise<Verified> {
    try {
      // Awaited even where it is no promise: what is under way is noted before it ends.
      const tried = await candidates
      const { alg, kid } = unverified.unverifiedHeader as { alg: string; kid?: string }
      let key: VerificationKey
      try {
        key = await verifySignature(unverified, tried)
      } catch (error) {
        if (kid !== undefined) throw error
        key = await verifySignature(unverified, await keys.newerCandidates(tried, alg))
      }
      checkClaims(unverified.unverifiedClaims, keys.configuration)
      const verified = verifiedAccessToken(unverified)
      this.#cache?.set(token, { verified, key, keys, ...times })
      return verified
    } finally {
      this.#pending.delete(token)
    }
  }

  #issuerOf({ unverifiedClaims: { iss } }: UnverifiedToken): IssuerKeys {
    if (iss === undefined) throw new InvalidTokenError('issuer_missing')
    const keys = typeof iss === 'string' ? this.#issuers.get(iss) : undefined
    if (keys === undefined) throw new InvalidTokenError('issuer_not_allowed')
    return keys
  }
}

/**
 * Makes a verifier; nothing is fetched before `ready()` or the first token.
 *
 * @throws {ConfigurationError} an option is missing, wrong or unknown; the message says which and what to do
 */
export function createAccessTokenVerifier<Claims extends object = AccessTokenClaims>(
  options: AccessTokenVerifierOptions,
): AccessTokenVerifier<Claims> {
  return new Verifier(configure(options)) as unknown as AccessTokenVerifier<Claims>
}

import { Authenticator } from './authenticate.ts'
import { explain } from './explain.ts'
import { IssuerRegistry } from './issuer/registry.ts'
import type { IssuerStatus } from './issuer/status.ts'
import type { FetchedJwkSet } from './options/authorization-server.ts'
import type { IssuerConfiguration } from './options/issuer.ts'
import { type AccessTokenVerifierOptions, type Configuration, configure } from './options/options.ts'
import type { Decision } from './policy/decision.ts'
import { type ProtectedResource, protectedResourceFrom } from './policy/protected-resource.ts'
import type { Requirements } from './policy/requirements.ts'
import { checkStoreReady } from './policy/revocation.ts'
import { checkReplayStoreReady } from './possession/replay.ts'
import type { RequestLike } from './request/request.ts'
import { TokenCache } from './token/cache.ts'
import type { Explanation } from './token/explanation.ts'
import type { AccessTokenClaims, VerifiedAccessToken } from './token/verified-access-token.ts'

/** The state of a verifier. */
export interface VerifierStatus {
  /**
   * Whether tokens of every issuer can be verified now. With a function `issuer` it is `true` until `close()`, whatever
   * the state of single issuers.
   */
  readonly ready: boolean
  /** The state of each issuer. With a function `issuer`, of those that have verified a token. */
  readonly issuers: readonly IssuerStatus[]
}

/** Verifies access tokens. `Claims` is the type of the claims that your authorization server issues. */
export interface AccessTokenVerifier<Claims extends object = AccessTokenClaims> {
  /**
   * Verifies a bare access token, and checks requirements if there are any.
   *
   * @throws {ResourceServerError} the token is refused, or cannot be verified now
   * @throws {ConfigurationError} the requirements are empty, malformed or unknown
   * @example
   * ```ts
   * const auth = await verifier.verify(token, { scopes: ['messages:read'] })
   * ```
   */
  verify(token: string, requirements?: Requirements): Promise<VerifiedAccessToken<Claims>>
  /**
   * Verifies the access token in the Authorization header of a request, and checks requirements if there are any.
   *
   * @param request - Node's `IncomingMessage`, a Fetch `Request`, a serverless event, or an object with `headers`
   * @throws {ResourceServerError} the token is missing, refused, or cannot be verified now
   * @throws {ConfigurationError} the requirements are empty, malformed or unknown
   * @throws {TypeError} the argument is no request
   * @example
   * ```ts
   * const auth = await verifier.authenticate(request, { scopes: ['messages:read'] })
   * ```
   */
  authenticate(request: RequestLike, requirements?: Requirements): Promise<VerifiedAccessToken<Claims>>
  /**
   * Explains why a token or request is accepted or refused: runs every check that can run, even after one has failed, and
   * says what each found and wanted. For operators and developers: the result shows claims and your configuration, so it is
   * not for responses.
   *
   * It never throws for a refusal, never returns the token, caches no token and marks none as used. Functions
   * in the requirements run only once the signature is verified. Issuer and keys are found as for any token.
   *
   * @param input - a bare token, or a request as for {@link authenticate}
   * @throws {ConfigurationError} the requirements are empty, malformed or unknown
   * @throws {TypeError} the argument is neither a token nor a request
   * @example
   * ```ts
   * const { accepted, code, checks } = await verifier.explain(token, { scopes: ['messages:read'] })
   * console.table(checks.filter(({ outcome }) => outcome === 'failed'))
   * ```
   */
  explain(input: string | RequestLike, requirements?: Requirements): Promise<Explanation>
  /**
   * Fetches metadata and keys before the first request, and asks the stores of revocations and of used proofs whether they
   * can be used. With a function `issuer` there is nothing to fetch yet.
   *
   * @throws {AuthorizationServerUnavailableError} they are unavailable now; retries continue in the background
   * @example
   * ```ts
   * await verifier.ready()
   * server.listen(3000)
   * ```
   */
  ready(): Promise<void>
  /**
   * The state of each issuer's keys, for a readiness probe.
   *
   * @example
   * ```ts
   * app.get('/ready', (_req, res) => res.sendStatus(verifier.status().ready ? 200 : 503))
   * ```
   */
  status(): VerifierStatus
  /**
   * The keys of an issuer as they were fetched last, for the option `initialJwks` of a later run. They are public.
   *
   * @param issuer - the identifier, exactly as configured
   * @returns a JWK Set that can be written as JSON, with `fetchedAt` in milliseconds since the epoch; `undefined` if no keys
   * were fetched for this issuer, if they are those of the option `jwks`, or while the clock tells no time
   * @example
   * ```ts
   * await verifier.ready()
   * const json = JSON.stringify(verifier.exportJwks('https://example.okta.com/oauth2/default'))
   * ```
   */
  exportJwks(issuer: string): FetchedJwkSet | undefined
  /**
   * Drops what is known about an issuer that the function `issuer` has found or refused. Its cached tokens are verified
   * anew, and the function is asked again. Does nothing for other issuers.
   *
   * @param issuer - the identifier, exactly as in the claim `iss`
   * @example
   * ```ts
   * verifier.forgetIssuer('https://login.example.com/tenant-1')
   * ```
   */
  forgetIssuer(issuer: string): void
  /** Ends timers and requests. Every later request is refused with 503 `verifier_closed`. */
  close(): void
}

/** The version of {@link VerifierInternals}. Adapters refuse a verifier with an older one. */
export const CONTRACT_VERSION = 2

/** Marks verifiers, so that an adapter recognises the verifier of another copy of this package. */
export const INTERNALS: unique symbol = Symbol.for('okta-resource-server.verifier')

/** What adapters need of a verifier. */
export interface VerifierInternals {
  readonly contractVersion: number
  /** Written out, so that published declarations do not reach the classes behind it. */
  readonly authenticate: (
    request: RequestLike,
    requirements?: Requirements,
    optional?: boolean,
    isMessage?: boolean,
  ) => VerifiedAccessToken<object> | undefined | Promise<VerifiedAccessToken<object>>
  /** `undefined` without the option `resource`. */
  readonly protectedResource: ProtectedResource | undefined
  /** No issuer has `audience: null`, as far as issuers are known in advance. */
  readonly requiresAudience: boolean
  /** Reports what no token can meet. Absent in older versions of core. */
  readonly noteRequirements?: (requirements: Requirements) => void
}

class Verifier implements AccessTokenVerifier<object> {
  readonly #registry: IssuerRegistry
  readonly #cache: TokenCache<Decision> | undefined
  readonly #authenticator: Authenticator
  readonly #configuration: Configuration
  declare readonly [INTERNALS]: VerifierInternals

  constructor(configuration: Configuration) {
    const { issuers, tenants, tokenCache } = configuration
    const [first] = issuers.values()
    const { clock } = tenants ?? (first as IssuerConfiguration)
    this.#registry = new IssuerRegistry(issuers.values(), tenants)
    this.#cache = tokenCache === undefined ? undefined : new TokenCache(tokenCache, clock)
    const authenticator = new Authenticator(this.#registry, this.#cache, configuration)
    this.#authenticator = authenticator
    this.#configuration = configuration
    const internals: VerifierInternals = {
      contractVersion: CONTRACT_VERSION,
      authenticate: (request, requirements, optional, isMessage) =>
        authenticator.authenticate(request, requirements, optional, isMessage),
      protectedResource: protectedResourceFrom(configuration),
      requiresAudience:
        tenants?.shared.audience !== null && [...issuers.values()].every(({ audience }) => audience !== null),
      noteRequirements: (requirements) => authenticator.usage.impossible.note(requirements),
    }
    Object.defineProperty(this, INTERNALS, { value: Object.freeze(internals) })
  }

  async verify(token: string, requirements?: Requirements): Promise<VerifiedAccessToken<object>> {
    return this.#authenticator.verify(token, requirements)
  }

  async authenticate(
    request: RequestLike,
    requirements?: Requirements,
  ): Promise<VerifiedAccessToken<object>> {
    return this.#authenticator.authenticate(request, requirements) as VerifiedAccessToken<object>
  }

  explain(input: string | RequestLike, requirements?: Requirements): Promise<Explanation> {
    return explain(input, requirements, { registry: this.#registry, configuration: this.#configuration })
  }

  async ready(): Promise<void> {
    this.#authenticator.usage.impossible.begin()
    await this.#registry.ready()
    const { revocation, dpop } = this.#configuration
    await checkStoreReady(revocation)
    if (dpop.mode !== 'disabled') await checkReplayStoreReady(dpop)
  }

  status(): VerifierStatus {
    return this.#registry.status()
  }

  exportJwks(issuer: string): FetchedJwkSet | undefined {
    return this.#registry.exportJwks(issuer)
  }

  forgetIssuer(issuer: string): void {
    this.#registry.forget(issuer)
  }

  close(): void {
    this.#authenticator.usage.impossible.close()
    this.#registry.close()
    this.#cache?.clear()
  }
}

/**
 * Creates a verifier. Create it once, when the application starts. Nothing is fetched before `ready()` or the first token.
 *
 * @throws {ConfigurationError} an option is missing, invalid or unknown; the message says how to fix it
 * @example
 * ```ts
 * const verifier = createAccessTokenVerifier({
 *   issuer: 'https://example.okta.com/oauth2/default',
 *   audience: 'api://default',
 * })
 * ```
 */
export function createAccessTokenVerifier<Claims extends object = AccessTokenClaims>(
  options: AccessTokenVerifierOptions,
): AccessTokenVerifier<Claims> {
  return new Verifier(configure(options)) as unknown as AccessTokenVerifier<Claims>
}

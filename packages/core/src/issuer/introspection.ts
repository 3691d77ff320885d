import { channels } from '../diagnostics.ts'
import { keepAlive } from '../keep-alive.ts'
import type { JwtClaims } from '../keys/signature.ts'
import type { IntrospectionConfiguration } from '../options/introspection.ts'
import type { IssuerConfiguration } from '../options/issuer.ts'
import { AuthorizationServerUnavailableError, InvalidTokenError } from '../refusal/errors.ts'
import { RemoteDocumentError } from '../refusal/remote-document-error.ts'
import { sha256 } from '../sha256.ts'
import { type Answer, Answers } from './answers.ts'
import { CallWindow } from './call-window.ts'
import { type ClientAuthenticator, clientAuthenticator } from './client-authentication.ts'
import { postForm } from './http.ts'
import { CallPause, publishFailure } from './introspection-failure.ts'
import { readIntrospectionResponse } from './introspection-response.ts'
import { LimitError, Limiter, withinTime } from './limiter.ts'
import { introspectionEndpoint, MetadataCache } from './metadata.ts'
import type { VerifyDocument } from './signed-document.ts'

/** Milliseconds for which a token is not asked about again after a failure, which it may have caused. */
const FAILURE_MAX_AGE = 1_000
/** Statuses that mean that the endpoint is elsewhere. */
const MOVED: readonly (number | undefined)[] = [301, 302, 307, 308, 404, 405, 410]
const ACCEPT_PLAIN = 'application/json'
const ACCEPT_SIGNED = 'application/token-introspection+jwt'

const unavailable = (retryIn: number, cause: Error | undefined): AuthorizationServerUnavailableError =>
  new AuthorizationServerUnavailableError('introspection_unavailable', retryIn / 1_000, cause)
const closed = (): AuthorizationServerUnavailableError =>
  new AuthorizationServerUnavailableError('verifier_closed', 1)

/**
 * Asks one authorization server about tokens, within limits.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7662#section-2 RFC 7662, section 2}
 */
export class Introspection {
  readonly #configuration: IssuerConfiguration
  readonly #options: IntrospectionConfiguration
  readonly #verify: VerifyDocument
  readonly #authenticate: ClientAuthenticator
  readonly #metadata: MetadataCache
  readonly #answers: Answers
  readonly #limiter: Limiter
  readonly #calls: CallWindow
  readonly #pause = new CallPause()
  readonly #running = new Map<string, Promise<Answer>>()
  #lookup: Promise<string> | undefined
  #lastError: RemoteDocumentError | undefined
  #closed = false

  /**
   * @param verify - verifies the signature of an answer
   * @throws {ConfigurationError} the algorithm of the private key is not supported
   */
  constructor(
    configuration: IssuerConfiguration,
    options: IntrospectionConfiguration,
    verify: VerifyDocument,
  ) {
    this.#configuration = configuration
    this.#options = options
    this.#verify = verify
    this.#authenticate = clientAuthenticator(options, configuration)
    this.#metadata = new MetadataCache(
      configuration,
      introspectionEndpoint(options.method.endsWith('tls_client_auth')),
    )
    this.#answers = new Answers(configuration.clock, options.cacheMaxAge)
    this.#limiter = new Limiter(options.concurrency)
    this.#calls = new CallWindow(options.maxCallsPerMinute)
  }

  /** Whether the endpoint is known, and the last call did not fail for a reason that concerns all tokens. */
  get isReady(): boolean {
    return this.#metadata.isKnown && !this.#pause.failing
  }

  /** Why the last call failed; `undefined` after a success. */
  get lastError(): RemoteDocumentError | undefined {
    return this.#lastError
  }

  /**
   * Asks about a token. Returns a promise only if there is no answer that is fresh.
   *
   * @throws {InvalidTokenError} `token_inactive`
   * @throws {AuthorizationServerUnavailableError} `introspection_unavailable`, `verifier_closed`
   */
  ask(token: string): Answer | Promise<Answer> {
    if (this.#closed) throw closed()
    // Keeps the token itself out of memory (RFC 9700, section 4.9.3).
    const digest = sha256(token)
    const now = this.#configuration.clock.elapsed()
    const known = this.#answers.find(digest, now)
    if (known !== undefined) return known
    const negative = this.#answers.findNegative(digest, now)
    if (negative !== undefined) {
      if (negative.failure === undefined) throw new InvalidTokenError('token_inactive')
      throw unavailable(negative.until - now, negative.failure)
    }
    return this.#running.get(digest) ?? this.#start(digest, token)
  }

  /**
   * Resolves once the endpoint is known.
   *
   * @throws {AuthorizationServerUnavailableError} `introspection_unavailable`: it cannot be found now
   */
  async ready(): Promise<void> {
    if (this.#closed) throw closed()
    try {
      await this.#endpoint()
    } catch (error) {
      throw unavailable(1, error as Error)
    }
  }

  /** Ends calls, and drops all answers. */
  close(): void {
    this.#closed = true
    this.#limiter.close()
    this.#answers.clear()
  }

  #start(digest: string, token: string): Promise<Answer> {
    const call = keepAlive(this.#call(digest, token).finally(() => this.#running.delete(digest)))
    this.#running.set(digest, call)
    return call
  }

  async #call(digest: string, token: string): Promise<Answer> {
    const { clock } = this.#configuration
    const wasActive = this.#answers.wasActive(digest)
    this.#checkLimits(wasActive)
    let askedAt = 0
    let isStarted = false
    const work = async (signal: AbortSignal): Promise<JwtClaims | undefined> => {
      this.#checkLimits(wasActive)
      isStarted = true
      askedAt = clock.elapsed()
      this.#calls.add(askedAt, wasActive)
      try {
        return await this.#request(token, signal)
      } catch (error) {
        // Before the next call that waits can start.
        if (error instanceof RemoteDocumentError) this.#pause.failed(clock.elapsed(), error)
        throw error
      }
    }
    let claims: JwtClaims | undefined
    try {
      claims = await withinTime(this.#options.timeoutDuration, (signal) =>
        this.#limiter.run(() => work(signal), this.#options.timeoutDuration, wasActive),
      )
    } catch (error) {
      return this.#fail(digest, error, isStarted)
    }
    this.#pause.succeeded()
    this.#lastError = undefined
    this.#publishSuccess(claims !== undefined)
    if (this.#closed) throw closed()
    if (claims !== undefined) return this.#answers.add(digest, claims, askedAt)
    this.#answers.addNegative(digest, this.#options.negativeCacheMaxAge)
    throw new InvalidTokenError('token_inactive')
  }

  /** @throws {AuthorizationServerUnavailableError} no call may start now */
  #checkLimits(wasActive: boolean): void {
    const now = this.#configuration.clock.elapsed()
    const paused = this.#pause.until - now
    if (paused > 0) throw unavailable(paused, this.#lastError)
    const wait = this.#calls.wait(now, wasActive)
    if (wait > 0) throw unavailable(wait, new LimitError('the limit maxCallsPerMinute was reached'))
  }

  /** The endpoint. Calls that wait for metadata share one request, which has its own time limit. */
  #endpoint(): Promise<string> {
    const { fetch, allowInsecureHttp, clock } = this.#configuration
    this.#lookup ??= withinTime(this.#options.timeoutDuration, (signal) =>
      this.#metadata.address({ fetch, allowInsecureHttp, signal, clock }),
    ).finally(() => {
      this.#lookup = undefined
    })
    return this.#lookup
  }

  async #request(token: string, signal: AbortSignal): Promise<JwtClaims | undefined> {
    const { fetch, allowInsecureHttp, clock } = this.#configuration
    let endpoint: string
    try {
      endpoint = await this.#endpoint()
    } catch (error) {
      this.#pause.concernsAll(error as RemoteDocumentError)
      throw error
    }
    const { headers, parameters } = await this.#authenticate(endpoint)
    const accept = this.#options.signedResponse ? ACCEPT_SIGNED : ACCEPT_PLAIN
    const form = new URLSearchParams({ token, token_type_hint: 'access_token', ...parameters })
    const request = { headers: { accept, ...headers }, form }
    const response = await postForm(endpoint, request, { fetch, allowInsecureHttp, signal, clock })
    const { origin, pathname } = new URL(endpoint)
    const source = { url: origin + pathname, configuration: this.#configuration, verify: this.#verify }
    return readIntrospectionResponse(response, source)
  }

  /** Refuses with 503: a failure says nothing about the token. */
  #fail(digest: string, reason: unknown, isStarted: boolean): never {
    const { issuer, clock } = this.#configuration
    if (this.#closed) throw closed()
    // Limits, and keys that are unavailable for a signed answer.
    if (reason instanceof AuthorizationServerUnavailableError) throw reason
    if (reason instanceof LimitError && !isStarted) throw unavailable(1_000, reason)
    const error =
      reason instanceof RemoteDocumentError
        ? reason
        : new RemoteDocumentError(
            reason instanceof LimitError ? 'timeout' : 'network',
            issuer,
            `${issuer}: the authorization server could not be asked`,
            { cause: reason },
          )
    this.#lastError = error
    if (MOVED.includes(error.status)) this.#metadata.invalidate()
    const now = clock.elapsed()
    this.#pause.failed(now, error)
    this.#answers.addNegative(digest, FAILURE_MAX_AGE, error)
    publishFailure(this.#configuration, error)
    throw unavailable(Math.max(this.#pause.until - now, FAILURE_MAX_AGE), error)
  }

  #publishSuccess(active: boolean): void {
    const { issuer } = this.#configuration
    if (channels.introspectionSucceeded.hasSubscribers)
      channels.introspectionSucceeded.publish({ issuer, active })
  }
}

import { wallOf } from '../clock.ts'
import { channels, type RefreshReason } from '../diagnostics.ts'
import { keepAlive } from '../keep-alive.ts'
import type { JwkSet } from '../keys/jwk-set.ts'
import type { IssuerConfiguration } from '../options/issuer.ts'
import { RemoteDocumentError } from '../refusal/remote-document-error.ts'
import { compareClocks } from './clock-difference.ts'
import { fetchJwkSet } from './fetch-jwk-set.ts'
import { InitialKeys } from './initial-keys.ts'
import { MetadataCache } from './metadata.ts'
import { Backoff, freshnessDuration } from './refresh-policy.ts'
import { Unchanged } from './unchanged.ts'

/** Milliseconds: no timer is set for less. */
const MIN_WAIT = 100

/** The JWK Set of one issuer, fetched and refreshed. The states are in ARCHITECTURE.md. */
export class RefreshedJwkSet {
  readonly #configuration: IssuerConfiguration
  readonly #metadata: MetadataCache
  readonly #backoff = new Backoff()
  /** Called after each refresh that replaced the set, with the number of new keys. */
  readonly #onRefresh: (reason: RefreshReason, added: number) => void
  /** Keys of the option `initialJwks`, until they are in use or replaced. */
  #initial: InitialKeys | undefined
  #set: JwkSet | undefined
  #fetchedAt: number | undefined
  #freshUntil = Number.NEGATIVE_INFINITY
  #staleUntil = Number.NEGATIVE_INFINITY
  #usable = false
  /** In this period, {@link refreshWhenDue} does nothing. */
  readonly unchanged: Unchanged = new Unchanged()
  #lastError: RemoteDocumentError | undefined
  #inFlight: Promise<RemoteDocumentError | undefined> | undefined
  #abort: AbortController | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #closed = false

  /** @throws {ConfigurationError} `initialJwks` has no usable key */
  constructor(configuration: IssuerConfiguration, onRefresh: (reason: RefreshReason, added: number) => void) {
    this.#configuration = configuration
    this.#initial = configuration.initialJwks && new InitialKeys(configuration)
    this.#metadata = new MetadataCache(configuration)
    this.#onRefresh = onRefresh
  }

  /** The keys in use, or the initial keys that the next request will use. */
  get set(): JwkSet | undefined {
    return this.#set ?? this.#initialKeys()?.set
  }

  /** Whether there are keys that may be used, as of the last refresh, timer or {@link refreshWhenDue}. */
  get usable(): boolean {
    return this.#usable
  }

  /** Whether there are keys that may be used now. */
  get usableNow(): boolean {
    const isUsable = this.#usable && this.#configuration.clock.elapsed() < this.#staleUntil
    return isUsable || this.#initialKeys() !== undefined
  }

  get refreshing(): boolean {
    return this.#inFlight !== undefined
  }

  get failing(): boolean {
    return this.#backoff.failing
  }

  get metadataKnown(): boolean {
    return this.#metadata.isKnown
  }

  get lastError(): RemoteDocumentError | undefined {
    return this.#lastError
  }

  /** Milliseconds since the last successful refresh. */
  get age(): number | undefined {
    const fetchedAt = this.#fetchedAt ?? this.#initialKeys()?.fetchedAt()
    return fetchedAt === undefined ? undefined : this.#configuration.clock.elapsed() - fetchedAt
  }

  /** Milliseconds until the next scheduled refresh, 0 if it has started; `undefined` before first use. */
  get refreshIn(): number | undefined {
    const due = this.#dueAt
    return Number.isFinite(due) ? Math.max(0, due - this.#configuration.clock.elapsed()) : undefined
  }

  /** Milliseconds until a request may trigger the next attempt. */
  get retryIn(): number {
    return this.#backoff.untilOnDemand - this.#configuration.clock.elapsed()
  }

  get #dueAt(): number {
    return this.#backoff.failing ? this.#backoff.until : this.#freshUntil
  }

  /**
   * Starts a refresh in the background if one is due, and finds out whether the keys may still be used.
   *
   * @param wall - wall-clock time in milliseconds
   */
  refreshWhenDue(wall: number): void {
    if (this.unchanged.includes(wall) || this.#closed) return
    this.#useInitialKeys()
    if (this.#set === undefined) {
      this.unchanged.start(wall, Number.POSITIVE_INFINITY)
      return
    }
    const now = this.#configuration.clock.elapsed()
    this.#usable = now < this.#staleUntil
    if (now >= this.#freshUntil && now >= this.#backoff.until) void this.refresh('due')
    if (this.#usable) this.unchanged.start(wall, this.#untilNextChange(now))
    else this.unchanged.end()
  }

  /** Refreshes, or joins the refresh in flight. Never rejects; returns the reason of a failure. */
  refresh(reason: RefreshReason): Promise<RemoteDocumentError | undefined> {
    this.#inFlight ??= keepAlive(
      this.#attempt(reason).finally(() => {
        this.#inFlight = undefined
        this.unchanged.end()
        this.#schedule()
      }),
    )
    return this.#inFlight
  }

  /** Clears the timer and aborts the request in flight. */
  close(): void {
    const { issuer } = this.#configuration
    this.#closed = true
    this.#usable = false
    clearTimeout(this.#timer)
    this.#abort?.abort(new RemoteDocumentError('network', issuer, `${issuer}: the verifier was closed`))
  }

  /** The initial keys, if they are not in use yet and younger than `maxAge` milliseconds. */
  #initialKeys(maxAge: number = this.#configuration.cacheMaxAge): InitialKeys | undefined {
    return !this.#closed && this.#initial?.areYoungerThan(maxAge) ? this.#initial : undefined
  }

  /** Uses these keys. A refresh is then due at once. */
  #useInitialKeys(maxAge?: number): void {
    const initial = this.#initialKeys(maxAge)
    if (initial === undefined) return
    const { clock, cacheMaxAge, staleIfError } = this.#configuration
    this.#initial = undefined
    this.#set = initial.set
    this.#fetchedAt = initial.fetchedAt()
    this.#freshUntil = clock.elapsed()
    this.#staleUntil = this.#fetchedAt + cacheMaxAge + staleIfError
    this.#usable = true
  }

  #untilNextChange(now: number): number {
    const changes = [this.#freshUntil, this.#staleUntil, this.#backoff.until].filter((time) => time > now)
    return changes.length === 0 ? MIN_WAIT : Math.min(...changes) - now
  }

  async #attempt(reason: RefreshReason): Promise<RemoteDocumentError | undefined> {
    const { issuer, timeoutDuration, clock, cacheMaxAge, staleIfError } = this.#configuration
    if (channels.refreshStarted.hasSubscribers) channels.refreshStarted.publish({ issuer, reason })
    const abort = new AbortController()
    this.#abort = abort
    const timer = unreferenced(setTimeout(() => abort.abort(), timeoutDuration))
    try {
      await this.#fetch(reason, abort.signal)
      this.#backoff.succeeded()
      this.#lastError = this.#metadata.lastError
      return undefined
    } catch (cause) {
      const error =
        cause instanceof RemoteDocumentError
          ? cause
          : new RemoteDocumentError('network', issuer, `${issuer}: the keys could not be fetched`, { cause })
      this.#useInitialKeys(cacheMaxAge + staleIfError)
      const now = clock.elapsed()
      this.#lastError = error
      this.#backoff.failed(now, now >= this.#staleUntil, error.retryAfter)
      if (channels.refreshFailed.hasSubscribers) channels.refreshFailed.publish({ issuer, reason, error })
      return error
    } finally {
      clearTimeout(timer)
      this.#abort = undefined
    }
  }

  async #fetch(reason: RefreshReason, signal: AbortSignal): Promise<void> {
    const { fetch, allowInsecureHttp, algorithms, clock, cacheMaxAge, staleIfError } = this.#configuration
    const options = { fetch, allowInsecureHttp, signal, clock }
    const url = await this.#metadata.address(options)
    const startedAt = wallOf(clock)
    const fetching = fetchJwkSet(url, options, algorithms, this.#set)
    fetching.catch(() => this.#metadata.invalidate())
    const { set, maxAge, date } = await fetching
    if (this.#closed) return
    compareClocks(date, startedAt, this.#configuration)
    const now = clock.elapsed()
    this.#fetchedAt = now
    this.#freshUntil = now + freshnessDuration(maxAge, cacheMaxAge)
    this.#staleUntil = this.#freshUntil + staleIfError
    this.#usable = true
    this.#onRefresh(reason, this.#replace(set, reason))
  }

  /** From now on, keys that are no longer published verify nothing, cached tokens included. Returns the number of new keys. */
  #replace(set: JwkSet, reason: RefreshReason): number {
    const before = new Set(this.#set?.keys)
    const after = new Set(set.keys)
    const withdrawn = [...before].filter((key) => !after.has(key))
    for (const key of withdrawn) key.published = false
    const added = set.keys.filter((key) => !before.has(key)).length
    this.#initial = undefined
    this.#set = set
    const counts = { issuer: this.#configuration.issuer, added, withdrawn: withdrawn.length }
    if (channels.refreshSucceeded.hasSubscribers) {
      channels.refreshSucceeded.publish({ ...counts, reason, keys: set.keys.length })
    }
    if (added + counts.withdrawn > 0 && channels.keysRotated.hasSubscribers) {
      channels.keysRotated.publish(counts)
    }
    return added
  }

  /** Sets the timer for the next change, so that an idle API neither trusts withdrawn keys nor stays unavailable. */
  #schedule(): void {
    if (this.#closed) return
    clearTimeout(this.#timer)
    const due = this.#dueAt
    const next = this.#usable ? Math.min(due, this.#staleUntil) : due
    const wait = Math.max(next - this.#configuration.clock.elapsed(), MIN_WAIT)
    this.#timer = unreferenced(setTimeout(() => this.#wake(due), wait))
  }

  #wake(due: number): void {
    this.#usable = this.usableNow
    this.unchanged.end()
    if (this.#configuration.clock.elapsed() < due) this.#schedule()
    else void this.refresh(this.#backoff.failing ? 'retry' : 'due')
  }
}

/** Keeps a timer from keeping the process alive. Timers of Cloudflare Workers are numbers. */
function unreferenced(timer: ReturnType<typeof setTimeout>): ReturnType<typeof setTimeout> {
  timer.unref?.()
  return timer
}

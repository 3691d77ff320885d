import { LRUCache } from 'lru-cache'
import { channels, type RefreshReason } from './diagnostics.ts'
import { type AuthorizationServerMetadata, discover } from './discovery.ts'
import { AuthorizationServerUnavailableError, InvalidTokenError, RemoteDocumentError } from './errors.ts'
import { fetchJson } from './fetch-json.ts'
import type { IssuerConfiguration } from './issuer-options.ts'
import { refuse } from './option-checks.ts'
import { freshnessDuration, retryDelay, UnknownKeyGate } from './refresh-policy.ts'
import { type KeyRing, readKeys, type VerificationKey } from './verification-key.ts'

/** How one issuer's keys stand; enough for a readiness probe. */
export interface IssuerStatus {
  readonly issuer: string
  /** Whether tokens of this issuer can be judged now. */
  readonly ready: boolean
  /** Usable keys known. */
  readonly keys: number
  /** Milliseconds since the keys were last fetched; `undefined` before the first success and for static keys. */
  readonly age: number | undefined
  /** When keys will next be fetched, milliseconds since the epoch; `undefined` for static keys and before first use. */
  readonly nextRefresh: number | undefined
  /** Why the last refresh failed; `undefined` once one succeeded. Its `cause` is what the network said. */
  readonly lastError: RemoteDocumentError | undefined
}

type Keys = readonly VerificationKey[]

/** Metadata may move the JWK Set; it is asked again after a day, and after each failure. */
const METADATA_MAX_AGE = 86_400_000
const UNKNOWN_KEYS_REMEMBERED = 1_000
/** A token without `kid` is remembered under this name. */
const NO_KEY_ID = ''

/** One issuer's keys: fresh, due, stale or out of reach; see the state diagram in ARCHITECTURE.md. */
export class IssuerKeys {
  readonly configuration: IssuerConfiguration
  #ring: KeyRing | undefined
  #metadata: (AuthorizationServerMetadata & { readonly fetchedAt: number }) | undefined
  #fetchedAt: number | undefined
  #freshUntil = 0
  #staleUntil = 0
  #failures = 0
  #nextAttemptAt = 0
  #lastError: RemoteDocumentError | undefined
  #inFlight: Promise<RemoteDocumentError | undefined> | undefined
  #abort: AbortController | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false
  readonly #gate: UnknownKeyGate
  /** Key ids that a fetch did not bring, with the time before which they are no reason for another. */
  readonly #unknown = new LRUCache<string, { until: number; delay: number }>({ max: UNKNOWN_KEYS_REMEMBERED })

  constructor(configuration: IssuerConfiguration) {
    this.configuration = configuration
    this.#gate = new UnknownKeyGate(configuration.cooldownDuration)
    if (configuration.jwks === undefined) return
    this.#ring = readKeys(configuration.jwks, configuration.algorithms)
    if (this.#ring === undefined || this.#ring.all.length === 0) {
      refuse(
        'option_invalid',
        'jwks',
        'jwks holds no public signature key of an allowed algorithm (RFC 7517)',
      )
    }
    this.#freshUntil = Number.POSITIVE_INFINITY
    this.#staleUntil = Number.POSITIVE_INFINITY
  }

  /**
   * Whether the known keys may be used at this time (milliseconds); starts a refresh in the background when
   * one is due, and never waits.
   *
   * @throws {AuthorizationServerUnavailableError} `verifier_closed`
   */
  usable(now: number): boolean {
    if (this.#closed) throw new AuthorizationServerUnavailableError('verifier_closed', 1)
    if (this.#ring === undefined) return false
    if (now < this.#freshUntil) return true
    if (now >= this.#nextAttemptAt) void this.#refresh('due')
    return now < this.#staleUntil
  }

  /**
   * The keys that may have signed a token, at once where they are known.
   *
   * @throws {InvalidTokenError} `key_unknown`, `key_unsuitable`
   * @throws {AuthorizationServerUnavailableError} it cannot be said now
   */
  candidates(kid: string | undefined, algorithm: string): Keys | Promise<Keys> {
    const { clock } = this.configuration
    if (!this.usable(clock()))
      return this.#load('first_use').then(() => this.#known(kid, algorithm) ?? this.#seek(kid, algorithm))
    return this.#known(kid, algorithm) ?? this.#seek(kid, algorithm)
  }

  /** For a token without `kid` that no known key verified: looks once whether newer keys are there. */
  async newerCandidates(tried: Keys, algorithm: string): Promise<Keys> {
    const found = await this.#seek(undefined, algorithm, tried)
    return found.filter((key) => !tried.includes(key))
  }

  /** Resolves once keys are known. */
  async ready(): Promise<void> {
    if (!this.usable(this.configuration.clock())) await this.#load('first_use')
  }

  status(): IssuerStatus {
    const now = this.configuration.clock()
    const live = this.configuration.jwks === undefined
    const next = Math.max(this.#freshUntil, this.#nextAttemptAt)
    return {
      issuer: this.configuration.issuer,
      ready: !this.#closed && this.#ring !== undefined && now < this.#staleUntil,
      keys: this.#ring?.all.length ?? 0,
      age: this.#fetchedAt === undefined ? undefined : now - this.#fetchedAt,
      nextRefresh: live && next > 0 && !this.#closed ? next : undefined,
      lastError: this.#lastError,
    }
  }

  /** Ends timers and exchanges; from now on nothing is judged. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#abort?.abort()
  }

  #known(kid: string | undefined, algorithm: string): Keys | undefined {
    const ring = this.#ring as KeyRing
    const found = ring.candidates(kid, algorithm)
    if (found.length > 0) return found
    if (kid !== undefined && ring.knows(kid)) throw new InvalidTokenError('key_unsuitable')
    if (this.configuration.jwks !== undefined) throw new InvalidTokenError('key_unknown')
    return undefined
  }

  /** One shared, rate-limited fetch on account of a key that is not known. */
  async #seek(kid: string | undefined, algorithm: string, tried?: Keys): Promise<Keys> {
    const name = kid ?? NO_KEY_ID
    const remembered = this.#unknown.get(name)
    const refuseUnknown = (): never => {
      throw new InvalidTokenError(tried === undefined ? 'key_unknown' : 'signature_invalid')
    }
    const brought = (): Keys | undefined => {
      const found = this.#known(kid, algorithm)
      return tried === undefined || found?.some((key) => !tried.includes(key)) ? found : undefined
    }
    if (this.configuration.jwks !== undefined) return refuseUnknown()
    if (remembered !== undefined && this.configuration.clock() < remembered.until) return refuseUnknown()
    if (this.#inFlight !== undefined) {
      await this.#load('unknown_key')
      const found = brought()
      if (found !== undefined) return found
    }
    // Out of reach is said before "unknown": the key may be genuine.
    this.#refuseWhileBackingOff()
    if (!this.#gate.isOpen(this.configuration.clock())) return refuseUnknown()
    await this.#load('unknown_key')
    const found = brought()
    if (found !== undefined) return found
    const { cacheMaxAge, cooldownDuration, clock } = this.configuration
    const delay = remembered === undefined ? cooldownDuration : Math.min(remembered.delay * 2, cacheMaxAge)
    this.#unknown.set(name, { until: clock() + delay, delay })
    return refuseUnknown()
  }

  #unavailable(): AuthorizationServerUnavailableError {
    const code =
      this.#metadata === undefined && this.configuration.jwksUri === undefined
        ? 'metadata_unavailable'
        : 'keys_unavailable'
    const wait = (this.#nextAttemptAt - this.configuration.clock()) / 1_000
    return new AuthorizationServerUnavailableError(code, wait, this.#lastError)
  }

  #refuseWhileBackingOff(): void {
    if (
      this.#inFlight === undefined &&
      this.#failures > 0 &&
      this.configuration.clock() < this.#nextAttemptAt
    ) {
      throw this.#unavailable()
    }
  }

  /** Waits for a refresh, its own or the one under way. */
  async #load(reason: RefreshReason): Promise<void> {
    this.#refuseWhileBackingOff()
    const error = await this.#refresh(reason)
    if (error !== undefined) throw this.#unavailable()
  }

  /** One refresh at a time; never rejects. */
  #refresh(reason: RefreshReason): Promise<RemoteDocumentError | undefined> {
    this.#inFlight ??= this.#exchange(reason).finally(() => {
      this.#inFlight = undefined
      this.#schedule()
    })
    return this.#inFlight
  }

  async #exchange(reason: RefreshReason): Promise<RemoteDocumentError | undefined> {
    const { issuer, timeoutDuration, clock } = this.configuration
    if (channels.refreshStarted.hasSubscribers) channels.refreshStarted.publish({ issuer, reason })
    const abort = new AbortController()
    this.#abort = abort
    const timer = setTimeout(() => abort.abort(), timeoutDuration).unref()
    try {
      await this.#fetchKeys(reason, abort.signal)
      this.#failures = 0
      this.#nextAttemptAt = 0
      this.#lastError = undefined
      return undefined
    } catch (cause) {
      const error =
        cause instanceof RemoteDocumentError
          ? cause
          : new RemoteDocumentError('network', issuer, `${issuer}: the keys could not be fetched`, { cause })
      this.#failures++
      this.#lastError = error
      this.#metadata = undefined
      const cold = this.#ring === undefined || clock() >= this.#staleUntil
      this.#nextAttemptAt = clock() + retryDelay(this.#failures, cold, error.retryAfter)
      if (channels.refreshFailed.hasSubscribers) channels.refreshFailed.publish({ issuer, reason, error })
      return error
    } finally {
      clearTimeout(timer)
      this.#abort = undefined
    }
  }

  async #jwksUri(options: Parameters<typeof fetchJson>[1]): Promise<string> {
    const { issuer, jwksUri, clock } = this.configuration
    if (jwksUri !== undefined) return jwksUri
    if (this.#metadata === undefined || clock() - this.#metadata.fetchedAt >= METADATA_MAX_AGE) {
      this.#metadata = { ...(await discover(issuer, options)), fetchedAt: clock() }
    }
    return this.#metadata.jwksUri
  }

  async #fetchKeys(reason: RefreshReason, signal: AbortSignal): Promise<void> {
    const { issuer, fetch, allowInsecureHttp, algorithms, clock, cacheMaxAge, staleIfError } =
      this.configuration
    const options = { fetch, allowInsecureHttp, signal }
    const address = await this.#jwksUri(options)
    const { json, maxAge } = await fetchJson(address, options)
    const ring = readKeys(json, algorithms, this.#ring)
    if (ring === undefined)
      throw new RemoteDocumentError('wrong_shape', address, `${address}: not a JWK Set (RFC 7517 section 5)`)
    if (ring.all.length === 0) {
      throw new RemoteDocumentError(
        'no_usable_key',
        address,
        `${address}: the JWK Set has no key that can be used`,
      )
    }
    const { added, withdrawn } = this.#replace(ring)
    const now = clock()
    this.#fetchedAt = now
    this.#freshUntil = now + freshnessDuration(maxAge, cacheMaxAge)
    this.#staleUntil = this.#freshUntil + staleIfError
    if (reason === 'unknown_key') this.#gate.fetched(now, added > 0)
    const keys = ring.all.length
    if (channels.refreshSucceeded.hasSubscribers)
      channels.refreshSucceeded.publish({ issuer, reason, keys, added, withdrawn })
    if (added + withdrawn > 0 && channels.keysRotated.hasSubscribers)
      channels.keysRotated.publish({ issuer, added, withdrawn })
  }

  /** From here on what is no longer published verifies nothing, cached tokens included. */
  #replace(ring: KeyRing): { added: number; withdrawn: number } {
    const before = new Set(this.#ring?.all)
    const after = new Set(ring.all)
    let withdrawn = 0
    for (const key of before) {
      if (after.has(key)) continue
      key.current = false
      withdrawn++
    }
    this.#ring = ring
    return { added: ring.all.filter((key) => !before.has(key)).length, withdrawn }
  }

  /** The next refresh comes by itself, so that an idle API neither trusts withdrawn keys nor stays down. */
  #schedule(): void {
    if (this.#closed) return
    clearTimeout(this.#timer)
    const { clock } = this.configuration
    const failing = this.#failures > 0
    const due = failing ? this.#nextAttemptAt : this.#freshUntil
    const wait = Math.min(Math.max(due - clock(), 100), 2_147_483_647)
    this.#timer = setTimeout(() => {
      if (clock() >= due) void this.#refresh(failing ? 'retry' : 'due')
      else this.#schedule()
    }, wait).unref()
  }
}

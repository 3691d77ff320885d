import { LRUCache } from 'lru-cache'
import { keepAlive } from '../keep-alive.ts'
import type { FetchedJwkSet } from '../options/authorization-server.ts'
import type { IssuerConfiguration } from '../options/issuer.ts'
import { isSameConfiguration, type TenantsConfiguration, tenantConfiguration } from '../options/tenants.ts'
import {
  AuthorizationServerUnavailableError,
  ConfigurationError,
  InvalidTokenError,
} from '../refusal/errors.ts'
import type { Issuer } from './issuer.ts'
import { LimitError, Limiter } from './limiter.ts'
import { isLookAlike } from './look-alike.ts'
import { RefusedIssuers } from './refused-issuers.ts'
import type { IssuerStatus } from './status.ts'
import { Tenant, type TenantEvents } from './tenant.ts'

/** Issuers that have not verified a signature yet. They are few, because any client can name one. */
const MAX_UNPROVEN = 100
/** A lookup in progress, shared by the tokens of its issuer. */
interface Lookup {
  result: Promise<Tenant>
}

const closed = (): AuthorizationServerUnavailableError =>
  new AuthorizationServerUnavailableError('verifier_closed', 1)

/** Finds issuers at run time, by asking the function `issuer`, and keeps a limited number of them (ADR 17). */
export class Tenants {
  readonly #configuration: TenantsConfiguration
  readonly #events: TenantEvents
  /** Issuers that have verified a signature. */
  readonly #proven: LRUCache<string, Tenant>
  readonly #unproven: LRUCache<string, Tenant>
  /** Every tenant with a timer or a request, including those that were dropped and still verify a token. */
  readonly #live = new Set<Tenant>()
  readonly #refused: RefusedIssuers
  readonly #lookups = new Map<string, Lookup>()
  readonly #lookupLimiter: Limiter
  readonly #discoveryLimiter: Limiter
  #sweeping: ReturnType<typeof setTimeout> | undefined
  #closed = false

  constructor(configuration: TenantsConfiguration) {
    const { max, concurrency, cacheMaxAge, negativeCacheMaxAge } = configuration.limits
    const dispose = (tenant: Tenant, _iss: string, reason: string): void => {
      if (reason === 'evict') tenant.release()
    }
    this.#configuration = configuration
    this.#refused = new RefusedIssuers(configuration.clock, negativeCacheMaxAge)
    this.#proven = new LRUCache({ max, dispose })
    this.#unproven = new LRUCache({ max: Math.min(MAX_UNPROVEN, max), dispose })
    this.#lookupLimiter = new Limiter(concurrency)
    this.#discoveryLimiter = new Limiter(concurrency)
    this.#events = {
      cacheMaxAge,
      used: ({ configuration: { issuer } }) => void this.#get(issuer),
      due: ({ configuration: { issuer } }) => void this.#lookUp(issuer).catch(() => {}),
      discover: (tenant) => this.#discover(tenant),
      proved: (tenant) => this.#promote(tenant),
      retired: (tenant) => void this.#live.delete(tenant),
    }
  }

  /** Whether a function chooses the issuer that is asked about an opaque token. */
  get hasChooser(): boolean {
    return this.#configuration.hasChooser
  }

  /**
   * The issuer with exactly this identifier. Returns a promise only if the function has to be asked.
   *
   * @param iss - the unverified claim `iss`
   * @throws {InvalidTokenError} `issuer_not_allowed`
   * @throws {AuthorizationServerUnavailableError} `issuer_unavailable`, `metadata_unavailable`, `keys_unavailable`
   */
  find(iss: string): Issuer | Promise<Issuer> {
    const known = this.#get(iss)
    if (known !== undefined) {
      known.refreshWhenDue(known.configuration.clock.wall())
      if (known.isCurrent) return known
    } else {
      this.#refused.check(iss)
      if (isLookAlike(iss)) throw new InvalidTokenError('issuer_not_allowed')
    }
    return this.#lookUp(iss)
  }

  /** Drops what is known about an issuer, refusals included. The function is asked with its next token. */
  forget(iss: string): void {
    this.#lookups.delete(iss)
    this.#refused.forget(iss)
    this.#drop(iss)
  }

  /** The state of the issuers that have verified a signature. */
  status(): readonly IssuerStatus[] {
    return Array.from(this.#proven.values(), (tenant) => tenant.status())
  }

  /** The keys of an issuer that has verified a signature. */
  exportJwks(iss: string): FetchedJwkSet | undefined {
    return this.#proven.peek(iss)?.exportJwks()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#sweeping)
    this.#lookupLimiter.close()
    this.#discoveryLimiter.close()
    for (const tenant of this.#live) tenant.retire()
  }

  #get(iss: string): Tenant | undefined {
    return this.#proven.get(iss) ?? this.#unproven.get(iss)
  }

  /** Asks the function, or joins the lookup in progress. */
  #lookUp(iss: string): Promise<Tenant> {
    const running = this.#lookups.get(iss)
    if (running !== undefined) return running.result
    const lookup = {} as Lookup
    this.#lookups.set(iss, lookup)
    lookup.result = keepAlive(
      this.#answer(iss, lookup).finally(() => {
        if (this.#lookups.get(iss) === lookup) this.#lookups.delete(iss)
      }),
    )
    return lookup.result
  }

  async #answer(iss: string, lookup: Lookup): Promise<Tenant> {
    const configuration = await this.#ask(iss)
    if (this.#closed) throw closed()
    // The issuer was forgotten after the function was asked: its answer may be the old one.
    if (this.#lookups.get(iss) !== lookup) return this.#lookUp(iss)
    if (configuration === undefined) {
      this.#drop(iss)
      this.#refused.refuse(iss)
    }
    const known = this.#get(iss)
    if (known !== undefined && isSameConfiguration(known.configuration, configuration)) {
      known.confirm()
      return known
    }
    const tenant = this.#create(configuration)
    this.#drop(iss)
    this.#live.add(tenant)
    this.#unproven.set(iss, tenant)
    this.#sweeping ??= this.#sweepLater()
    return tenant
  }

  #create(configuration: IssuerConfiguration): Tenant {
    try {
      return new Tenant(configuration, this.#events)
    } catch (cause) {
      throw new AuthorizationServerUnavailableError('issuer_unavailable', 1, cause)
    }
  }

  /** The options that the function returns; `undefined` for an unknown issuer. */
  async #ask(iss: string): Promise<IssuerConfiguration | undefined> {
    const { resolve, limits } = this.#configuration
    try {
      // A tenant in use does not wait behind issuers that clients have made up.
      const isUrgent = this.#proven.has(iss)
      const answer = await this.#lookupLimiter.run(async () => resolve(iss), limits.timeoutDuration, isUrgent)
      return tenantConfiguration(iss, answer, this.#configuration)
    } catch (error) {
      if (this.#closed) throw closed()
      // What the function throws may contain the issuer: a claim of an unverified token, which must not be logged.
      const isOurs = error instanceof LimitError || error instanceof ConfigurationError
      const cause = isOurs ? error : new Error('the function issuer threw an error; log it there')
      throw new AuthorizationServerUnavailableError('issuer_unavailable', 1, cause)
    }
  }

  /** Fetches the first keys of a tenant. A tenant without keys is refused like an unknown one. */
  async #discover(tenant: Tenant): Promise<void> {
    const { issuer, timeoutDuration } = tenant.configuration
    const duration = this.#configuration.limits.timeoutDuration + timeoutDuration
    try {
      await this.#discoveryLimiter.run(() => tenant.ready(), duration)
    } catch (error) {
      if (this.#closed) throw closed()
      if (error instanceof LimitError) {
        throw new AuthorizationServerUnavailableError('issuer_unavailable', 1, error)
      }
      if ((this.#get(issuer) ?? tenant) !== tenant || !tenant.isCurrent) throw error
      this.#drop(issuer)
      this.#refused.refuse(issuer, error as AuthorizationServerUnavailableError)
    }
  }

  /** Keeps a tenant that has verified a signature. Returns `false` if it is no longer the tenant of its issuer. */
  #promote(tenant: Tenant): boolean {
    const { issuer } = tenant.configuration
    const known = this.#get(issuer) ?? tenant
    if (this.#closed || known !== tenant || !tenant.isCurrent) return false
    this.#unproven.delete(issuer)
    tenant.keep()
    this.#proven.set(issuer, tenant)
    return true
  }

  /** Tokens that the tenant has verified are verified anew, by its successor. */
  #drop(iss: string): void {
    this.#get(iss)?.discard()
    this.#proven.delete(iss)
    this.#unproven.delete(iss)
  }

  /** Regularly drops tenants that are no longer in use, because their keys would be refreshed for ever. */
  #sweepLater(): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      const tenants = [...this.#proven.values(), ...this.#unproven.values()]
      const idle = tenants.filter(({ isIdle }) => isIdle)
      for (const { configuration } of idle) this.#drop(configuration.issuer)
      this.#sweeping = idle.length === tenants.length ? undefined : this.#sweepLater()
    }, this.#events.cacheMaxAge)
    timer.unref?.()
    return timer
  }
}

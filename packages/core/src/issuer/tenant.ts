import { setImmediate } from 'node:timers'
import { keepAlive } from '../keep-alive.ts'
import type { SignedJwt, UnverifiedJwt } from '../keys/signature.ts'
import type { FetchedJwkSet } from '../options/authorization-server.ts'
import type { IssuerConfiguration } from '../options/issuer.ts'
import { AuthorizationServerUnavailableError } from '../refusal/errors.ts'
import type { Answer } from './answers.ts'
import type { Issuer } from './issuer.ts'
import { JwtIssuer } from './jwt-issuer.ts'
import type { IssuerStatus } from './status.ts'
import { Unchanged } from './unchanged.ts'

/** The part of {@link TenantEvents.cacheMaxAge} after which the function is asked again, at the earliest and latest. */
const DUE_AFTER = 0.6
const DUE_BEFORE = 0.8
/** Reviews of a tenant within one `cacheMaxAge`, at least. */
const REVIEWS = 20

/** What a tenant needs of those who keep it. */
export interface TenantEvents {
  /** Milliseconds for which an answer of the function holds. */
  readonly cacheMaxAge: number
  /** The tenant is in use. */
  used(tenant: Tenant): void
  /** It is time to ask the function again, in the background. */
  due(tenant: Tenant): void
  /** Fetches the first keys. Rejects with the refusal of the token if there are none. */
  discover(tenant: Tenant): Promise<void>
  /** The tenant has verified a token. Returns whether it is kept for that. */
  proved(tenant: Tenant): boolean
  retired(tenant: Tenant): void
}

/** An issuer that was found at run time. It verifies tokens for as long as the answer of the function holds. */
export class Tenant implements Issuer {
  readonly configuration: IssuerConfiguration
  readonly #issuer: JwtIssuer
  readonly #events: TenantEvents
  #isCurrent = true
  #isProven = false
  #isReleased = false
  /** Verifications in progress. */
  #pending = 0
  #discovery: Promise<void> | undefined
  #dueAt = 0
  #endsAt = 0
  #usedAt = 0
  readonly #unchanged = new Unchanged()

  /** @throws {ConfigurationError} `jwks` or `initialJwks` has no usable key */
  constructor(configuration: IssuerConfiguration, events: TenantEvents) {
    this.configuration = configuration
    this.#events = events
    this.#issuer = new JwtIssuer(configuration)
    this.confirm()
  }

  get usable(): boolean {
    return this.#isCurrent && this.#issuer.usable
  }

  get inUse(): boolean {
    return this.#isCurrent && this.#issuer.inUse
  }

  keyIds(): readonly string[] {
    return this.#issuer.keyIds()
  }

  /** Whether the answer of the function holds, as of the last {@link refreshWhenDue}. */
  get isCurrent(): boolean {
    return this.#isCurrent
  }

  /** The function has given this answer, once more or for the first time. */
  confirm(): void {
    const now = this.configuration.clock.elapsed()
    const { cacheMaxAge } = this.#events
    this.#dueAt = now + cacheMaxAge * (DUE_AFTER + Math.random() * (DUE_BEFORE - DUE_AFTER))
    this.#endsAt = now + cacheMaxAge
    this.#usedAt = now
    this.#isCurrent = true
  }

  isUnchanged(wall: number): boolean {
    return this.#unchanged.includes(wall) && this.#issuer.isUnchanged(wall)
  }

  refreshWhenDue(wall: number): void {
    this.#issuer.refreshWhenDue(wall)
    if (this.#unchanged.includes(wall) || this.#isReleased) return
    const now = this.configuration.clock.elapsed()
    this.#usedAt = now
    this.#isCurrent = now < this.#endsAt
    const changes = [this.#dueAt, this.#endsAt].filter((time) => time > now)
    const interval = Math.min(this.#events.cacheMaxAge / REVIEWS, ...changes.map((time) => time - now))
    if (this.#isCurrent) this.#unchanged.start(wall, interval)
    else this.#unchanged.end()
    this.#events.used(this)
    if (this.#isCurrent && now >= this.#dueAt) this.#events.due(this)
  }

  /** Whether no request has needed the tenant for as long as an answer holds. */
  get isIdle(): boolean {
    return this.configuration.clock.elapsed() - this.#usedAt > this.#events.cacheMaxAge
  }

  verify(token: UnverifiedJwt): Promise<SignedJwt> {
    const hasKeys = this.#isProven || this.#issuer.usable
    return this.#settle(
      hasKeys ? this.#issuer.verify(token) : this.#discover().then(() => this.#issuer.verify(token)),
    )
  }

  ask(token: string): Answer | Promise<Answer> {
    const answer = this.#issuer.ask(token)
    return answer instanceof Promise ? this.#settle(answer) : answer
  }

  lookUpStatus(status: object): Promise<Answer> {
    return this.#settle(this.#issuer.lookUpStatus(status))
  }

  async ready(): Promise<void> {
    await this.#issuer.ready()
  }

  status(): IssuerStatus {
    return this.#issuer.status()
  }

  exportJwks(): FetchedJwkSet | undefined {
    return this.#issuer.exportJwks()
  }

  unavailable(): AuthorizationServerUnavailableError {
    return this.#isCurrent && !this.#isReleased
      ? this.#issuer.unavailable()
      : new AuthorizationServerUnavailableError('issuer_unavailable', 1)
  }

  /** The tenant is no longer kept. It is retired once the verifications in progress have ended. */
  release(): void {
    this.#isReleased = true
    this.#retireSoon()
  }

  /** The answer of the function no longer holds: nothing that the tenant has verified counts any more. */
  discard(): void {
    this.#isCurrent = false
    this.#unchanged.end()
    this.release()
  }

  /** Undoes {@link release}: the tenant has verified a signature and is kept after all. */
  keep(): void {
    this.#isReleased = false
  }

  retire(): void {
    this.#issuer.retire()
    this.#events.retired(this)
  }

  async #settle<Result>(verification: Promise<Result>): Promise<Result> {
    this.#pending++
    try {
      const result = await verification
      this.#isProven ||= this.#events.proved(this)
      return result
    } finally {
      this.#pending--
      if (this.#isReleased) this.#retireSoon()
    }
  }

  /** Requests that have just found the tenant, and those that wait for it, get their result first. */
  #retireSoon(): void {
    setImmediate(() => {
      if (this.#isReleased && this.#pending === 0) this.retire()
    })
  }

  #discover(): Promise<void> {
    this.#discovery ??= keepAlive(
      this.#events.discover(this).finally(() => {
        this.#discovery = undefined
      }),
    )
    return this.#discovery
  }
}

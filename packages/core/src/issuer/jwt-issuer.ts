import { wallOf } from '../clock.ts'
import { keyId, type VerificationKey } from '../keys/jwk.ts'
import type { JwkSet } from '../keys/jwk-set.ts'
import { type SignedJwt, type UnverifiedJwt, verifySignature } from '../keys/signature.ts'
import type { FetchedJwkSet } from '../options/authorization-server.ts'
import type { IssuerConfiguration } from '../options/issuer.ts'
import { AuthorizationServerUnavailableError, InvalidTokenError } from '../refusal/errors.ts'
import type { Answer } from './answers.ts'
import { readConfiguredKeys } from './initial-keys.ts'
import { Introspection } from './introspection.ts'
import type { Issuer } from './issuer.ts'
import { RefreshedJwkSet } from './refresh.ts'
import { UnknownKeyGate } from './refresh-policy.ts'
import type { IssuerStatus } from './status.ts'
import { StatusLists } from './status-lists.ts'
import { Unchanged } from './unchanged.ts'

type Keys = readonly VerificationKey[]

/** The name under which tokens without `kid` are remembered. No `kid` is empty. */
const NO_KID = ''

/** An issuer whose tokens are verified with its published or fixed keys, or by asking it. */
export class JwtIssuer implements Issuer {
  readonly configuration: IssuerConfiguration
  /** The keys of the option `jwks`. */
  readonly #fixed: JwkSet | undefined
  readonly #remote: RefreshedJwkSet
  readonly #unchanged: Unchanged
  readonly #gate: UnknownKeyGate
  readonly #introspection: Introspection | undefined
  readonly #statusLists: StatusLists | undefined
  /** Whether keys that are due are refreshed when a cached token is used: its signature was verified with them. */
  readonly #refreshesInUse: boolean
  #retired = false

  /** @throws {ConfigurationError} `jwks` or `initialJwks` has no usable key, or the private key of `introspection` is not supported */
  constructor(configuration: IssuerConfiguration) {
    const { jwks, cooldownDuration, clock, introspection, statusListHosts } = configuration
    this.configuration = configuration
    this.#refreshesInUse = jwks === undefined && introspection?.when !== 'only'
    this.#introspection =
      introspection && new Introspection(configuration, introspection, (answer) => this.verify(answer))
    this.#statusLists =
      statusListHosts && new StatusLists({ configuration, verify: (list) => this.verify(list) })
    this.#gate = new UnknownKeyGate(cooldownDuration)
    this.#remote = new RefreshedJwkSet(configuration, (reason, added) => {
      if (reason === 'unknown_key') this.#gate.fetched(clock.elapsed(), added > 0)
    })
    if (jwks !== undefined) this.#fixed = readConfiguredKeys('jwks', configuration)
    this.#unchanged = this.#refreshesInUse ? this.#remote.unchanged : Unchanged.forever()
  }

  get usable(): boolean {
    return !this.#retired && (this.#fixed !== undefined || this.#remote.usable)
  }

  get inUse(): boolean {
    return !this.#retired
  }

  isUnchanged(wall: number): boolean {
    return this.#unchanged.includes(wall)
  }

  refreshWhenDue(wall: number): void {
    if (this.#refreshesInUse) this.#remote.refreshWhenDue(wall)
  }

  verify(token: UnverifiedJwt): Promise<SignedJwt> {
    if (this.#fixed === undefined) this.#remote.refreshWhenDue(this.configuration.clock.wall())
    const keys = this.usable ? (this.#known(token) ?? this.#refetch(token)) : this.#firstKeys(token)
    if (keyId(token.unverifiedHeader.kid) === undefined) return this.#verifyWithoutKid(token, keys)
    return keys instanceof Promise
      ? keys.then((found) => verifySignature(token, found))
      : verifySignature(token, keys)
  }

  ask(token: string): Answer | Promise<Answer> {
    return (this.#introspection as Introspection).ask(token)
  }

  lookUpStatus(status: object): Promise<Answer> {
    return (this.#statusLists as StatusLists).check(status)
  }

  async hasSigned(token: UnverifiedJwt): Promise<boolean> {
    try {
      if (this.#asksAboutAll) return false
      await this.#keysReady()
      await verifySignature(token, this.#known(token) ?? [])
      return true
    } catch {
      return false
    }
  }

  keyIds(): readonly string[] {
    const keys = (this.#fixed ?? this.#remote.set)?.keys ?? []
    return [...new Set(keys.flatMap(({ kid }) => kid ?? []))]
  }

  async ready(): Promise<void> {
    await Promise.all([this.#asksAboutAll || this.#keysReady(), this.#introspection?.ready()])
  }

  status(): IssuerStatus {
    const { refreshIn, age } = this.#remote
    const { issuer, clock } = this.configuration
    const hasKeys = this.#fixed === undefined ? this.#remote.usableNow : this.usable
    const canAsk = this.#introspection?.isReady
    const nextRefresh = Math.round(wallOf(clock) + (refreshIn ?? Number.NaN))
    return {
      issuer,
      ready: this.#asksAboutAll ? this.inUse && canAsk === true : hasKeys && canAsk !== false,
      keys: (this.#fixed ?? this.#remote.set)?.keys.length ?? 0,
      age: age === undefined ? undefined : Math.round(age),
      nextRefresh: Number.isFinite(nextRefresh) && !this.#retired ? nextRefresh : undefined,
      lastError: this.#remote.lastError ?? this.#introspection?.lastError,
    }
  }

  exportJwks(): FetchedJwkSet | undefined {
    const { set, age } = this.#remote
    const fetchedAt = Math.floor(wallOf(this.configuration.clock) - (age ?? Number.NaN))
    return set === undefined || !Number.isFinite(fetchedAt) ? undefined : { keys: set.export(), fetchedAt }
  }

  retire(): void {
    this.#retired = true
    this.#unchanged.end()
    this.#remote.close()
    this.#introspection?.close()
    this.#statusLists?.close()
  }

  unavailable(): AuthorizationServerUnavailableError {
    if (this.#retired) return new AuthorizationServerUnavailableError('verifier_closed', 1)
    const code = this.#remote.metadataKnown ? 'keys_unavailable' : 'metadata_unavailable'
    return new AuthorizationServerUnavailableError(code, this.#remote.retryIn / 1_000, this.#remote.lastError)
  }

  /** Keys are then needed for signed answers only. */
  get #asksAboutAll(): boolean {
    return this.configuration.introspection?.when === 'only'
  }

  async #keysReady(): Promise<void> {
    this.refreshWhenDue(wallOf(this.configuration.clock))
    if (!this.usable) await this.#load('first_use')
  }

  /** Known keys that may have signed the token; `undefined` if a refresh may bring them. */
  #known(token: UnverifiedJwt): Keys | undefined {
    const set = (this.#fixed ?? this.#remote.set) as JwkSet
    const found = set.candidates(token)
    if (found.length > 0) return found
    const kid = keyId(token.unverifiedHeader.kid)
    if (kid !== undefined && set.hasKid(kid)) throw new InvalidTokenError('key_unsuitable')
    if (this.#fixed !== undefined) throw new InvalidTokenError('key_unknown')
    return undefined
  }

  async #firstKeys(token: UnverifiedJwt): Promise<Keys> {
    await this.#load('first_use')
    return this.#known(token) ?? this.#refetch(token)
  }

  /** Tries the keys that the token may be signed with; if none fits, refreshes once and tries the keys that are new. */
  async #verifyWithoutKid(token: UnverifiedJwt, keys: Keys | Promise<Keys>): Promise<SignedJwt> {
    const tried = await keys
    try {
      return await verifySignature(token, tried)
    } catch {
      const found = await this.#refetch(token, tried)
      return await verifySignature(
        token,
        found.filter((key) => !tried.includes(key)),
      )
    }
  }

  /**
   * Refreshes for a key that is not known: once for all who wait, and within the limits of the gate.
   *
   * @param tried - for a token without `kid`: keys that did not verify it
   */
  async #refetch(token: UnverifiedJwt, tried?: Keys): Promise<Keys> {
    const { clock } = this.configuration
    const kid = keyId(token.unverifiedHeader.kid)
    const name = kid === undefined ? NO_KID : `kid ${kid}`
    const refuse = (): never => {
      // While refreshes fail the key may be genuine, so the answer is "unavailable" rather than "unknown".
      if (this.#remote.failing) throw this.unavailable()
      throw new InvalidTokenError(tried === undefined ? 'key_unknown' : 'signature_invalid')
    }
    const refetched = (): Keys | undefined => {
      const found = this.#known(token)
      return tried === undefined || found?.some((key) => !tried.includes(key)) ? found : undefined
    }
    if (this.#fixed !== undefined || this.#gate.isKnownToBeUnknown(name, clock.elapsed())) return refuse()
    if (this.#remote.refreshing) {
      await this.#load('unknown_key')
      const found = refetched()
      if (found !== undefined) return found
      // The refresh may have started before the rotation, so its result is not final.
    }
    if (!this.#remote.failing && !this.#gate.isOpen(clock.elapsed())) return refuse()
    await this.#load('unknown_key')
    const found = refetched()
    if (found !== undefined) return found
    this.#gate.remember(name, clock.elapsed())
    return refuse()
  }

  /** Waits for a refresh, a new one or the one in flight. */
  async #load(reason: 'first_use' | 'unknown_key'): Promise<void> {
    const mustWait = !this.#remote.refreshing && this.#remote.retryIn > 0
    if (this.#retired || mustWait) throw this.unavailable()
    const error = await this.#remote.refresh(reason)
    // Initial keys that are no longer fresh are used once a refresh has failed.
    const hasKeys = error === undefined || (reason === 'first_use' && this.#remote.usable)
    if (!hasKeys || this.#retired) throw this.unavailable()
  }
}

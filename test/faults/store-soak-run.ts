import { setTimeout as sleep } from 'node:timers/promises'
import type { AccessTokenVerifier, RequestLike } from '@okta-resource-server/core'
import type { RedisRevocationStore } from '@okta-resource-server/redis'
import { ISSUER } from '@okta-resource-server/testing'
import { newBoundToken, proofFor } from '../dpop/support.ts'
import type { HostileAuthorizationServer } from '../hostile-authorization-server/index.ts'
import type { Random } from './random.ts'
import { outcomeOf } from './soak-run.ts'
import { STORE_TIME_LIMIT, type StoreEvents } from './store-events.ts'

/** Milliseconds. */
export const CACHE_MAX_AGE = 1_000
const RECOVERY = 2_000 + STORE_TIME_LIMIT
const MAX_REPLAY_AGE = 40_000
const WORKERS = 6
const MAX_TOKENS = 30
export const URL_OF_API = 'https://api.example.com/soak'

interface SoakToken {
  readonly text: string
  /** Whether its revocation was begun, so that it may be refused. */
  isRevoking: boolean
  /** When its revocation was stored, so that it must be refused. */
  revokedAt: number | undefined
}

interface UsedProof {
  readonly request: RequestLike
  readonly token: SoakToken
  readonly usedAt: number
}

const tokenOf = (text: string): SoakToken => ({ text, isRevoking: false, revokedAt: undefined })
const jtiOf = ({ text }: SoakToken): string =>
  (JSON.parse(String(Buffer.from(text.split('.')[1] as string, 'base64url'))) as { jti: string }).jti

/** Generates the load of a soak test of the stores, and checks every outcome. */
export class StoreSoakRun {
  readonly outcomes: Record<string, number> = {}
  readonly violations: string[] = []
  readonly #server: HostileAuthorizationServer
  readonly #events: StoreEvents
  readonly #revocations: RedisRevocationStore
  readonly #random: Random
  readonly #verifier: AccessTokenVerifier
  readonly #introspecting: AccessTokenVerifier
  readonly #tokens = Array.from({ length: MAX_TOKENS }, () => tokenOf(newBoundToken()))
  readonly #opaque: SoakToken[]
  readonly #used: UsedProof[] = []
  #end = 0

  constructor(
    server: HostileAuthorizationServer,
    events: StoreEvents,
    revocations: RedisRevocationStore,
    random: Random,
    verifiers: readonly [AccessTokenVerifier, AccessTokenVerifier],
  ) {
    this.#server = server
    this.#events = events
    this.#revocations = revocations
    this.#random = random
    ;[this.#verifier, this.#introspecting] = verifiers
    this.#opaque = Array.from({ length: MAX_TOKENS }, () => tokenOf(server.opaqueToken()))
  }

  #note(kind: string, outcome: string, isAllowed: boolean): void {
    const line = `${kind}: ${outcome}`
    this.outcomes[line] = (this.outcomes[line] ?? 0) + 1
    if (!isAllowed && this.violations.length < 20) this.violations.push(line)
  }

  /** Whether the outcome of a request may be that a store gave no answer. */
  #isUndecided(outcome: string, started: number): boolean {
    return outcome === '503 store_unavailable' && started < this.#events.lastFaultAt + RECOVERY
  }

  /** Sends one proof once, or a few times at once. */
  async #prove(): Promise<void> {
    const token = this.#random.pick(this.#tokens)
    const started = Date.now()
    const wasRevoked = token.revokedAt !== undefined
    const headers = { authorization: `DPoP ${token.text}`, dpop: proofFor(URL_OF_API, {}, token.text) }
    const request = { method: 'GET', url: '/soak', headers }
    const outcomes = await Promise.all(
      Array.from({ length: this.#random.pick([1, 1, 1, 3]) }, () =>
        outcomeOf(this.#verifier.authenticate({ ...request })),
      ),
    )
    const kind = wasRevoked ? 'revoked token' : 'token'
    for (const outcome of outcomes) {
      const isAllowed =
        (outcome === 'accepted' && !wasRevoked) ||
        (outcome === '401 token_revoked' && token.isRevoking) ||
        // The first to arrive was not refused for its proof.
        (outcome === '401 proof_replayed' && outcomes.some((other) => other !== outcome)) ||
        this.#isUndecided(outcome, started)
      this.#note(kind, outcome, isAllowed)
    }
    const accepted = outcomes.filter((outcome) => outcome === 'accepted').length
    if (accepted > 1) this.#note('proof sent at once', `accepted ${accepted} times`, false)
    if (accepted > 0) this.#remember({ request, token, usedAt: Date.now() })
  }

  #remember(proof: UsedProof): void {
    this.#used.push(proof)
    if (this.#used.length > 200) this.#used.splice(Math.floor(this.#random.next() * 200), 1)
  }

  /** Sends a proof that was accepted before, perhaps before Redis was restarted. */
  async #replay(): Promise<void> {
    if (this.#used.length === 0) return
    const { request, token, usedAt } = this.#random.pick(this.#used)
    const started = Date.now()
    if (started > usedAt + MAX_REPLAY_AGE) return
    const outcome = await outcomeOf(this.#verifier.authenticate({ ...request }))
    const isAllowed =
      outcome === '401 proof_replayed' ||
      (outcome === '401 token_revoked' && token.isRevoking) ||
      this.#isUndecided(outcome, started)
    this.#note('used proof', outcome, isAllowed)
  }

  /** Asks the authorization server about an opaque token. */
  async #introspect(): Promise<void> {
    const token = this.#random.pick(this.#opaque)
    const started = Date.now()
    const { revokedAt } = token
    const outcome = await outcomeOf(this.#introspecting.verify(token.text))
    const isTooLate = revokedAt !== undefined && started >= revokedAt + CACHE_MAX_AGE
    const isAllowed =
      (outcome === 'accepted' && !isTooLate) ||
      (outcome === '401 token_inactive' && token.isRevoking) ||
      outcome === '503 introspection_unavailable'
    this.#note(revokedAt === undefined ? 'opaque token' : 'revoked opaque token', outcome, isAllowed)
  }

  async #work(): Promise<void> {
    while (Date.now() < this.#end) {
      const chance = this.#random.next()
      if (chance < 0.5) await this.#prove()
      else if (chance < 0.7) await this.#replay()
      else await this.#introspect()
      await sleep(5 * this.#random.next())
    }
  }

  /** Revokes a token; tries again while Redis is away. */
  async #revoke(): Promise<void> {
    const token = this.#random.pick(this.#tokens)
    if (token.isRevoking) return
    token.isRevoking = true
    while (token.revokedAt === undefined && Date.now() < this.#end) {
      try {
        await this.#revocations.revoke({ issuer: ISSUER, jti: jtiOf(token) })
        token.revokedAt = Date.now()
      } catch {
        await sleep(20)
      }
    }
  }

  #revokeOpaque(): void {
    const token = this.#random.pick(this.#opaque)
    if (token.isRevoking) return
    token.isRevoking = true
    this.#server.revoke(token.text)
    token.revokedAt = Date.now()
  }

  /** Replaces tokens that were revoked a while ago. */
  #renew(tokens: SoakToken[], create: () => string): void {
    for (const [index, { revokedAt }] of tokens.entries()) {
      if (revokedAt !== undefined && Date.now() > revokedAt + 3 * CACHE_MAX_AGE)
        tokens[index] = tokenOf(create())
    }
  }

  async #repeat(least: number, most: number, act: () => unknown): Promise<void> {
    while (Date.now() < this.#end) {
      await sleep(Math.min(this.#random.between(least, most), Math.max(1, this.#end - Date.now())))
      if (Date.now() < this.#end) await act()
    }
  }

  async run(seconds: number): Promise<void> {
    this.#end = Date.now() + seconds * 1_000
    await Promise.all([
      ...Array.from({ length: WORKERS }, () => this.#work()),
      this.#repeat(20, 200, () => this.#revoke()),
      this.#repeat(20, 200, () => this.#revokeOpaque()),
      this.#repeat(500, 500, () => this.#renew(this.#tokens, newBoundToken)),
      this.#repeat(500, 500, () => this.#renew(this.#opaque, () => this.#server.opaqueToken())),
      this.#repeat(300, 3_000, () => this.#events.outage()),
      this.#repeat(300, 2_000, () => this.#events.failIntrospection()),
    ])
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { RedisRevocationStore } from '@okta-resource-server/redis'
import type { RedisServer } from '../../packages/redis/test/support/redis-server.ts'
import {
  type Answer,
  answers,
  type HostileAuthorizationServer,
} from '../hostile-authorization-server/index.ts'
import type { Random } from './random.ts'

/** Milliseconds that a call of a store may take in the soak test. */
export const STORE_TIME_LIMIT = 1_000

/** What goes wrong with an introspection endpoint. */
export const FAULTS: readonly Answer[] = [
  answers.status(500),
  answers.status(401),
  answers.status(429, { 'retry-after': '1' }),
  answers.text('<html></html>', 'text/html'),
  answers.hangBeforeHeaders(),
  answers.stallInBody(),
  answers.endless(),
  answers.hangUp(),
]

/** What happens to Redis and to the introspection endpoint during a soak test. */
export class StoreEvents {
  readonly faults: Record<string, number> = {}
  readonly #redis: RedisServer
  readonly #server: HostileAuthorizationServer
  readonly #revocations: RedisRevocationStore
  readonly #random: Random
  #isFaulty = false
  #endedAt = 0

  constructor(
    redis: RedisServer,
    server: HostileAuthorizationServer,
    revocations: RedisRevocationStore,
    random: Random,
  ) {
    this.#redis = redis
    this.#server = server
    this.#revocations = revocations
    this.#random = random
  }

  /** When the last outage of Redis ended; the current time during one. */
  get lastFaultAt(): number {
    return this.#isFaulty ? Date.now() : this.#endedAt
  }

  /** One outage of Redis, which keeps its entries. */
  async outage(): Promise<void> {
    const kind = this.#random.pick(['restart', 'pause', 'disconnection', 'lost sentinel'] as const)
    this.faults[kind] = (this.faults[kind] ?? 0) + 1
    this.#isFaulty = true
    if (kind === 'restart') {
      await this.#redis.kill()
      await sleep(this.#random.between(50, 800))
      await this.#redis.start()
    } else if (kind === 'pause') {
      this.#redis.pause()
      await sleep(STORE_TIME_LIMIT + this.#random.between(100, 500))
      this.#redis.resume()
    } else if (kind === 'disconnection') {
      await this.#redis.ask('CLIENT KILL TYPE normal')
    } else {
      await this.#redis.ask('DEL {ors:revocation:}sentinel')
      await sleep(this.#random.between(50, 500))
      await this.#revocations.declareRebuilt()
    }
    this.#isFaulty = false
    this.#endedAt = Date.now()
  }

  /** The introspection endpoint misbehaves for a short time. */
  async failIntrospection(): Promise<void> {
    this.faults.introspection = (this.faults.introspection ?? 0) + 1
    this.#server.introspection = this.#random.pick(FAULTS)
    await sleep(this.#random.between(50, 500))
    this.#server.behave()
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { SigningKey } from '@okta-resource-server/testing'
import {
  type Answer,
  answers,
  type HostileAuthorizationServer,
} from '../hostile-authorization-server/index.ts'
import type { Random } from './random.ts'

/** A key of the soak test and its history; times are in milliseconds since the epoch. */
export interface SoakKey {
  readonly key: SigningKey
  readonly publishedAt: number
  withdrawnAt: number | undefined
  /** Whether the verifier has accepted a token signed with this key. */
  known: boolean
  readonly tokens: readonly string[]
}

const TOKENS_PER_KEY = 40
const MAX_PUBLISHED = 3

const FAULTS: readonly (readonly [string, Answer | 'down'])[] = [
  ['down', 'down'],
  ['hang', answers.hangBeforeHeaders()],
  ['stalled body', answers.stallInBody()],
  ['dripping body', answers.dripBody()],
  ['500', answers.status(500)],
  ['429', answers.status(429, { 'retry-after': '1' })],
  ['HTML', answers.text('<html></html>', 'text/html')],
  ['invalid JSON', answers.text('{"keys":[')],
  ['empty set', answers.json({ keys: [] })],
  ['endless', answers.endless()],
  ['compressed bomb', answers.compressedBomb(8 * 1_048_576)],
  ['not HTTP', answers.notHttp()],
  ['closed connection', answers.hangUp()],
]

/** The events at the authorization server during a soak test. */
export class ServerEvents {
  readonly keys: SoakKey[] = []
  readonly faults: Record<string, number> = {}
  rotations = 0
  outages = 0
  /** Total duration of all outages in milliseconds. */
  outageDuration = 0
  /** Start of the current outage. */
  #faultySince: number | undefined
  #lastFaultAt = 0
  readonly #server: HostileAuthorizationServer
  readonly #random: Random

  constructor(server: HostileAuthorizationServer, random: Random) {
    this.#server = server
    this.#random = random
    this.#add(server.signingKey)
  }

  get isFaulty(): boolean {
    return this.#faultySince !== undefined
  }

  /** The end of the last outage; the current time during an outage. */
  get lastFaultAt(): number {
    return this.isFaulty ? Date.now() : this.#lastFaultAt
  }

  published(): SoakKey[] {
    return this.keys.filter(({ withdrawnAt }) => withdrawnAt === undefined)
  }

  #add(key: SigningKey): void {
    const tokens = this.#server.tokens(TOKENS_PER_KEY, key)
    this.keys.push({ key, tokens, publishedAt: Date.now(), withdrawnAt: undefined, known: false })
  }

  async rotate(): Promise<void> {
    this.rotations++
    const key = await this.#server.rotate()
    const kept = this.published()
    const most = this.#random.pick([0, MAX_PUBLISHED - 1])
    for (const old of kept.splice(0, Math.max(0, kept.length - most))) old.withdrawnAt = Date.now()
    this.#server.publish(...kept.map((one) => one.key), key)
    this.#add(key)
    // Keys that were withdrawn long ago need no further tests.
    if (this.keys.length > 8) this.keys.shift()
  }

  async outage(): Promise<void> {
    const [name, answer] = this.#random.pick(FAULTS)
    const both = this.#random.next() < 0.5
    const started = Date.now()
    this.outages++
    this.faults[name] = (this.faults[name] ?? 0) + 1
    this.#faultySince = started
    if (answer === 'down') await this.#server.goDown()
    else {
      this.#server.keys = answer
      if (both) this.#server.metadata = answer
    }
    await sleep(this.#random.between(100, 1_500))
    this.#server.behave()
    await this.#server.comeUp()
    this.#faultySince = undefined
    this.#lastFaultAt = Date.now()
    this.outageDuration += Date.now() - started
  }
}

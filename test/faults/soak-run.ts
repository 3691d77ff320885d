import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  ResourceServerError,
} from '@okta-resource-server/core'
import { AUDIENCE } from '@okta-resource-server/testing'
import type { HostileAuthorizationServer } from '../hostile-authorization-server/index.ts'
import type { Random } from './random.ts'
import type { ServerEvents, SoakKey } from './soak-events.ts'

/** All durations are in milliseconds. */
export const COOLDOWN = 500
const FRESHNESS = 1_000
/** Keys are refreshed after 80 to 100 % of that time. */
export const MIN_FRESHNESS: number = 0.8 * FRESHNESS
const TIME_LIMIT = 300
/** The maximum time between the end of an outage (of at most 1.5 s) and a successful retry. */
const RECOVERY = 4_000 + 2 * TIME_LIMIT
const WORKERS = 16
const MEMORY_SAMPLES = 12
const MEGABYTE = 1_048_576

/** The outcome of a decision: `accepted`, status and error code, or the text of any other error. */
export async function outcomeOf(decision: Promise<unknown>): Promise<string> {
  try {
    await decision
    return 'accepted'
  } catch (error) {
    if (error instanceof ResourceServerError) return `${error.status} ${error.code}`
    return String(error)
  }
}

/** Generates the load of a soak test and checks every outcome. */
export class SoakRun {
  readonly outcomes: Record<string, number> = {}
  readonly violations: string[] = []
  readonly heap: number[] = []
  readonly #server: HostileAuthorizationServer
  readonly #events: ServerEvents
  readonly #random: Random
  readonly #verifier: AccessTokenVerifier
  readonly #end: number

  constructor(server: HostileAuthorizationServer, events: ServerEvents, random: Random, seconds: number) {
    this.#server = server
    this.#events = events
    this.#random = random
    this.#verifier = this.#boot()
    this.#end = Date.now() + seconds * 1_000
  }

  get #isOver(): boolean {
    return Date.now() >= this.#end
  }

  /** Waits for a random time between two numbers of milliseconds, but not beyond the end. */
  #pause(least: number, most: number): Promise<void> {
    return sleep(Math.min(this.#random.between(least, most), Math.max(1, this.#end - Date.now())))
  }

  /** Creates a verifier with a small token cache, so that many tokens are verified again. */
  #boot(): AccessTokenVerifier {
    return createAccessTokenVerifier({
      issuer: this.#server.issuer,
      audience: AUDIENCE,
      cooldownDuration: COOLDOWN,
      cacheMaxAge: FRESHNESS,
      timeoutDuration: TIME_LIMIT,
      tokenCache: { max: 50 },
    })
  }

  #note(kind: string, outcome: string, isAllowed: boolean): void {
    const line = `${kind}: ${outcome}`
    this.outcomes[line] = (this.outcomes[line] ?? 0) + 1
    if (!isAllowed && this.violations.length < 20) this.violations.push(line)
  }

  /** Whether a request that started at `started` may fail because the server is, or was just, unavailable. */
  #mayBeUnavailable(started: number): boolean {
    return started < this.#events.lastFaultAt + RECOVERY
  }

  async #ask(key: SoakKey): Promise<void> {
    const started = Date.now()
    const { known: wasKnown, withdrawnAt: wasWithdrawnAt } = key
    const outcome = await outcomeOf(this.#verifier.verify(this.#random.pick(key.tokens)))
    if (wasWithdrawnAt !== undefined) {
      // A withdrawn key is trusted until a refresh succeeds.
      const since = Math.max(wasWithdrawnAt, this.#events.lastFaultAt)
      const mustBeRefused = started > since + FRESHNESS + RECOVERY
      this.#note('withdrawn key', outcome, !(outcome === 'accepted' && mustBeRefused))
    } else if (key.withdrawnAt !== undefined) {
      this.#note('key withdrawn during the request', outcome, !outcome.startsWith('500'))
    } else if (wasKnown) {
      this.#note('known key', outcome, outcome === 'accepted')
    } else {
      // A flood may have used all fetches of the cooldown in which the key was published, but not those of later ones.
      const isAllowed =
        outcome === 'accepted' ||
        (outcome === '401 key_unknown' && started < key.publishedAt + COOLDOWN) ||
        (outcome.startsWith('503') && this.#mayBeUnavailable(started))
      this.#note('new key', outcome, isAllowed)
    }
    if (outcome === 'accepted') key.known = true
  }

  async #forge(): Promise<void> {
    const started = Date.now()
    const outcome = await outcomeOf(this.#verifier.verify(this.#server.forgedToken()))
    const isAllowed =
      outcome === '401 key_unknown' || (outcome.startsWith('503') && this.#mayBeUnavailable(started))
    this.#note('forged', outcome, isAllowed)
  }

  /** Uses a new verifier: the outcome must be acceptance, or a 503 while the server is unavailable. */
  async #bootAndAsk(): Promise<void> {
    const key = this.#events.published().at(-1) as SoakKey
    const token = this.#random.pick(key.tokens)
    const started = Date.now()
    const verifier = this.#boot()
    const outcome = await outcomeOf(verifier.verify(token))
    verifier.close()
    if (outcome === '401 key_unknown' && key.withdrawnAt !== undefined && key.withdrawnAt >= started) {
      // The key was withdrawn before the keys were fetched, so the refusal is right.
      this.#note('boot, key withdrawn during the request', outcome, true)
      return
    }
    const isAllowed =
      outcome === 'accepted' || (outcome.startsWith('503') && started <= this.#events.lastFaultAt + 1)
    this.#note('boot', outcome, isAllowed)
  }

  async #work(): Promise<void> {
    while (!this.#isOver) {
      const chance = this.#random.next()
      if (chance < 0.001) await this.#bootAndAsk()
      else if (chance < 0.1) await this.#forge()
      else if (chance < 0.2) await this.#ask(this.#random.pick(this.#events.keys))
      else await this.#ask(this.#random.pick(this.#events.published()))
      await nextTurn()
    }
  }

  async #rotateRepeatedly(): Promise<void> {
    while (!this.#isOver) {
      await this.#pause(20, 1_500)
      if (!this.#isOver) await this.#events.rotate()
    }
  }

  async #failRepeatedly(): Promise<void> {
    while (!this.#isOver) {
      await this.#pause(200, 4_000)
      if (this.#isOver) return
      await this.#events.outage()
      await this.#recovery(Date.now())
    }
  }

  /** Waits until the keys are refreshed without a request. Otherwise the next outage would increase the retry delay further. */
  async #recovery(outageEnded: number): Promise<void> {
    for (;;) {
      const [status] = this.#verifier.status().issuers
      const lastFetch = Date.now() - (status?.age ?? Number.POSITIVE_INFINITY)
      if (lastFetch >= outageEnded || this.#isOver) return
      if (Date.now() > outageEnded + RECOVERY) {
        this.violations.push('the keys were not refreshed in time after an outage')
        return
      }
      await sleep(10)
    }
  }

  async #floodRepeatedly(): Promise<void> {
    while (!this.#isOver) {
      await this.#pause(500, 4_000)
      if (!this.#isOver) await Promise.all(Array.from({ length: 300 }, () => this.#forge()))
    }
  }

  async #sampleMemory(): Promise<void> {
    const interval = (this.#end - Date.now()) / MEMORY_SAMPLES
    while (!this.#isOver) {
      await sleep(Math.min(interval, Math.max(1, this.#end - Date.now())))
      globalThis.gc?.()
      this.heap.push(Math.round((process.memoryUsage().heapUsed / MEGABYTE) * 10) / 10)
    }
  }

  async run(): Promise<void> {
    await this.#verifier.ready()
    const workers = Array.from({ length: WORKERS }, () => this.#work())
    const disturbances = [this.#rotateRepeatedly(), this.#failRepeatedly(), this.#floodRepeatedly()]
    await Promise.all([...workers, ...disturbances, this.#sampleMemory()])
    this.#verifier.close()
  }
}

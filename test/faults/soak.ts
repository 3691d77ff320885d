import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  ResourceServerError,
} from '@okta-resource-server/core'
import { AUDIENCE, HostileAuthorizationServer } from '../hostile-authorization-server/index.ts'
import { Random } from './random.ts'
import { type SoakKey, Weather } from './soak-weather.ts'

const COOLDOWN = 500
const FRESHNESS = 1_000
const TIME_LIMIT = 300
/** After an outage of up to 1.5 s the retry comes within this; a time limit and a turn come on top. */
const RECOVERY = 4_000 + 2 * TIME_LIMIT
const WORKERS = 16
const MEMORY_SAMPLES = 12
const MEGABYTE = 1_048_576

export interface SoakReport {
  readonly seed: number
  readonly seconds: number
  /** Outcomes by kind of token, such as `known: accepted`. */
  readonly outcomes: Readonly<Record<string, number>>
  /** What the table forbids, the first few in words. */
  readonly violations: readonly string[]
  readonly rotations: number
  readonly outages: number
  readonly outageSeconds: number
  readonly faults: Readonly<Record<string, number>>
  readonly fetches: { readonly metadata: number; readonly keys: number; readonly most: number }
  /** Megabytes of heap in use after a collection, over the course. */
  readonly heap: readonly number[]
}

async function outcomeOf(verifier: AccessTokenVerifier, token: string): Promise<string> {
  try {
    await verifier.verify(token)
    return 'accepted'
  } catch (error) {
    if (error instanceof ResourceServerError) return `${error.status} ${error.code}`
    return String(error)
  }
}

class Soak {
  readonly outcomes: Record<string, number> = {}
  readonly violations: string[] = []
  readonly heap: number[] = []
  readonly #server: HostileAuthorizationServer
  readonly #weather: Weather
  readonly #random: Random
  readonly #verifier: AccessTokenVerifier
  readonly #end: number

  constructor(server: HostileAuthorizationServer, weather: Weather, random: Random, seconds: number) {
    this.#server = server
    this.#weather = weather
    this.#random = random
    this.#verifier = this.#boot()
    this.#end = Date.now() + seconds * 1_000
  }

  get #isOver(): boolean {
    return Date.now() >= this.#end
  }

  /** A small cache of tokens, so that much is verified anew. */
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

  /** Whether the server may still be out of reach for who asked since `started`. */
  #mayBeUnavailable(started: number): boolean {
    return started < this.#weather.lastFaultAt + RECOVERY
  }

  async #ask(key: SoakKey): Promise<void> {
    const started = Date.now()
    const { known: wasKnown, withdrawnAt: wasWithdrawnAt } = key
    const outcome = await outcomeOf(this.#verifier, this.#random.pick(key.tokens))
    if (wasWithdrawnAt !== undefined) {
      // Until a refresh succeeds a withdrawn key is trusted; from then on never again.
      const since = Math.max(wasWithdrawnAt, this.#weather.lastFaultAt)
      const mustBeRefused = started > since + FRESHNESS + RECOVERY
      this.#note('withdrawn key', outcome, !(outcome === 'accepted' && mustBeRefused))
    } else if (key.withdrawnAt !== undefined) {
      this.#note('key withdrawn meanwhile', outcome, !outcome.startsWith('500'))
    } else if (wasKnown) {
      this.#note('known key', outcome, outcome === 'accepted')
    } else {
      const isYoung = started < Math.max(key.publishedAt + COOLDOWN, this.#weather.lastFaultAt + RECOVERY)
      const isAllowed =
        outcome === 'accepted' ||
        (outcome === '401 key_unknown' && isYoung) ||
        (outcome.startsWith('503') && this.#mayBeUnavailable(started))
      this.#note('new key', outcome, isAllowed)
    }
    if (outcome === 'accepted') key.known = true
  }

  async #forge(): Promise<void> {
    const started = Date.now()
    const outcome = await outcomeOf(this.#verifier, this.#server.forgedToken())
    const isAllowed =
      outcome === '401 key_unknown' || (outcome.startsWith('503') && this.#mayBeUnavailable(started))
    this.#note('forged', outcome, isAllowed)
  }

  /** A process that starts now: accepted, or 503 while the server is out of reach; never 401, never 500. */
  async #bootAndAsk(): Promise<void> {
    const started = Date.now()
    const verifier = this.#boot()
    const token = this.#server.token()
    const outcome = await outcomeOf(verifier, token)
    verifier.close()
    const isAllowed =
      outcome === 'accepted' || (outcome.startsWith('503') && started <= this.#weather.lastFaultAt + 1)
    this.#note('boot', outcome, isAllowed)
  }

  async #work(): Promise<void> {
    while (!this.#isOver) {
      const chance = this.#random.next()
      if (chance < 0.001) await this.#bootAndAsk()
      else if (chance < 0.1) await this.#forge()
      else await this.#ask(this.#random.pick(this.#weather.keys))
      await nextTurn()
    }
  }

  async #rotateNowAndThen(): Promise<void> {
    while (!this.#isOver) {
      await sleep(this.#random.between(20, 2_500))
      await this.#weather.rotate()
    }
  }

  async #failNowAndThen(): Promise<void> {
    while (!this.#isOver) {
      await sleep(this.#random.between(500, 8_000))
      if (!this.#isOver) await this.#weather.outage()
    }
  }

  async #floodNowAndThen(): Promise<void> {
    while (!this.#isOver) {
      await sleep(this.#random.between(500, 4_000))
      await Promise.all(Array.from({ length: 300 }, () => this.#forge()))
    }
  }

  async #weigh(): Promise<void> {
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
    const events = [this.#rotateNowAndThen(), this.#failNowAndThen(), this.#floodNowAndThen()]
    await Promise.all([...workers, ...events, this.#weigh()])
    this.#verifier.close()
  }
}

/** The most fetches of keys that the policy allows for what happened. */
function mostFetches(seconds: number, weather: Weather, boots: number): number {
  const cooldowns = Math.ceil((seconds * 1_000) / COOLDOWN) + 1
  const retries = Math.ceil(weather.outageDuration / 500) + 4 * weather.outages
  return 2 * cooldowns + weather.rotations + Math.ceil(seconds) + retries + 2 * boots
}

/** Puts a verifier under load while its authorization server rotates, fails and is flooded at random. */
export async function soak(seconds: number, seed: number): Promise<SoakReport> {
  const random = new Random(seed)
  const server = await HostileAuthorizationServer.start()
  const weather = new Weather(server, random)
  const run = new Soak(server, weather, random, seconds)
  const started = Date.now()
  try {
    await run.run()
  } finally {
    await server.goDown()
  }
  const boots = Object.entries(run.outcomes).reduce(
    (sum, [line, count]) => (line.startsWith('boot') ? sum + count : sum),
    0,
  )
  const took = (Date.now() - started) / 1_000
  return {
    seed,
    seconds: took,
    outcomes: run.outcomes,
    violations: run.violations,
    rotations: weather.rotations,
    outages: weather.outages,
    outageSeconds: weather.outageDuration / 1_000,
    faults: weather.faults,
    fetches: {
      metadata: server.count('metadata'),
      keys: server.count('keys'),
      most: mostFetches(took, weather, boots),
    },
    heap: run.heap,
  }
}

/** Megabytes by which the last third of the heap samples lies above the middle third; the first third warms up. */
export function heapGrowth({ heap }: SoakReport): number {
  const third = Math.floor(heap.length / 3)
  const mean = (samples: readonly number[]): number =>
    samples.reduce((sum, sample) => sum + sample, 0) / samples.length
  return third === 0 ? 0 : mean(heap.slice(2 * third)) - mean(heap.slice(third, 2 * third))
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } })
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32))
  console.log(`seed ${seed}`)
  const report = await soak(Number(values.seconds ?? 60), seed)
  const isSound =
    report.violations.length === 0 && report.fetches.keys <= report.fetches.most && heapGrowth(report) < 5
  console.log(JSON.stringify(report, null, 2))
  const judged = Object.values(report.outcomes).reduce((sum, count) => sum + count, 0)
  console.log(
    `${isSound ? 'sound' : 'NOT SOUND'}: ${judged} requests in ${report.seconds.toFixed(1)} s, ${report.violations.length} violations, ${report.fetches.keys} of at most ${report.fetches.most} key fetches, heap ${heapGrowth(report).toFixed(1)} MB up, seed ${seed}`,
  )
  if (!isSound) process.exitCode = 1
}

import { parseArgs } from 'node:util'
import { HostileAuthorizationServer } from '../hostile-authorization-server/index.ts'
import { Random } from './random.ts'
import { COOLDOWN, SoakRun } from './soak-run.ts'
import { Weather } from './soak-weather.ts'

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

/** The most fetches of keys that the policy allows for what happened. */
function mostFetches(seconds: number, weather: Weather, boots: number): number {
  const cooldowns = Math.ceil((seconds * 1_000) / COOLDOWN) + 1
  const retries = Math.ceil(weather.outageDuration / 500) + 4 * weather.outages
  return 2 * cooldowns + weather.rotations + Math.ceil(seconds) + retries + 2 * boots
}

/**
 * Puts a verifier under load while its authorization server rotates, fails and is flooded at random. The seed
 * repeats what happens; how it falls together with the load is up to the machine.
 */
export async function soak(seconds: number, seed: number): Promise<SoakReport> {
  const random = new Random(seed)
  const server = await HostileAuthorizationServer.start()
  const weather = new Weather(server, random)
  const run = new SoakRun(server, weather, random, seconds)
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

import { parseArgs } from 'node:util'
import { isRedisInstalled } from '../../packages/redis/test/support/redis-server.ts'
import { HostileAuthorizationServer } from '../hostile-authorization-server/index.ts'
import { Random } from './random.ts'
import { ServerEvents } from './soak-events.ts'
import { COOLDOWN, MIN_FRESHNESS, SoakRun } from './soak-run.ts'
import { soakStores } from './store-soak.ts'

export interface SoakReport {
  readonly seed: number
  readonly seconds: number
  /** Number of requests by kind of token and outcome, such as `known key: accepted`. */
  readonly outcomes: Readonly<Record<string, number>>
  /** The first outcomes that are not allowed. */
  readonly violations: readonly string[]
  readonly rotations: number
  readonly outages: number
  readonly outageSeconds: number
  readonly faults: Readonly<Record<string, number>>
  readonly fetches: { readonly metadata: number; readonly keys: number; readonly most: number }
  /** Samples of the used heap after garbage collection, in megabytes. */
  readonly heap: readonly number[]
}

/** Returns the maximum number of key fetches that the refresh policy allows for these events. */
function maxFetches(seconds: number, events: ServerEvents, boots: number): number {
  const cooldowns = Math.ceil((seconds * 1_000) / COOLDOWN) + 1
  const retries = Math.ceil(events.outageDuration / 500) + 4 * events.outages
  const refreshes = Math.ceil((seconds * 1_000) / MIN_FRESHNESS)
  return 2 * cooldowns + events.rotations + refreshes + retries + 2 * boots
}

/**
 * Puts a verifier under load while its authorization server randomly rotates keys and fails, and floods arrive.
 *
 * The same seed repeats the same events, but their timing relative to the load depends on the machine.
 *
 * @param seconds - Duration of the load.
 * @param seed - Seed of the random numbers.
 */
export async function soak(seconds: number, seed: number): Promise<SoakReport> {
  const random = new Random(seed)
  const server = await HostileAuthorizationServer.start()
  const events = new ServerEvents(server, random)
  const run = new SoakRun(server, events, random, seconds)
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
    rotations: events.rotations,
    outages: events.outages,
    outageSeconds: events.outageDuration / 1_000,
    faults: events.faults,
    fetches: {
      metadata: server.count('metadata'),
      keys: server.count('keys'),
      most: maxFetches(took, events, boots),
    },
    heap: run.heap,
  }
}

/** Returns by how many megabytes the mean of the last third of the heap samples exceeds that of the middle third. */
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
  const seconds = Number(values.seconds ?? 60)
  // One after the other: the first has a short time limit, which the load of the second would exceed.
  const report = await soak(isRedisInstalled ? seconds / 2 : seconds, seed)
  const stores = isRedisInstalled ? await soakStores(seconds / 2, seed) : undefined
  const violations = report.violations.length + (stores?.violations.length ?? 0)
  const isSound = violations === 0 && report.fetches.keys <= report.fetches.most && heapGrowth(report) < 5
  console.log(JSON.stringify({ ...report, stores }, null, 2))
  const requests = [report, stores]
    .flatMap((part) => Object.values(part?.outcomes ?? {}))
    .reduce((sum, count) => sum + count, 0)
  console.log(
    `${isSound ? 'passed' : 'FAILED'}: ${requests} requests in ${seconds} s, ${violations} violations, ${report.fetches.keys} of at most ${report.fetches.most} key fetches, heap growth ${heapGrowth(report).toFixed(1)} MB, seed ${seed}`,
  )
  if (!isSound) process.exitCode = 1
}

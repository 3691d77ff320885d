import { describe, expect, it } from 'vitest'
import { Backoff, freshnessDuration } from '../../src/issuer/refresh-policy.ts'

// Simulates many instances of an API that use the refresh policy, in virtual time. An instance fetches its keys when
// they are due, retries after failures, and fetches sooner if a request needs a key that it does not know.

const INSTANCES = 10_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const CACHE_MAX_AGE = HOUR
const STALE_IF_ERROR = 24 * HOUR

interface Scenario {
  /** When an instance starts, in milliseconds. */
  readonly start: (instance: number) => number
  /** The authorization server is down from the first time to the second. */
  readonly outage?: readonly [number, number]
  /** The time that the server asks for in `Retry-After` during the outage, as a date. */
  readonly retryAt?: number
  /** When requests begin to bring tokens that are signed with a new key. */
  readonly rotation?: number
  readonly end: number
}

/** A small random generator, so that every run has the same result. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Adds the key requests of one instance to the number of requests in each second. */
function simulate(
  instance: number,
  { start, outage = [0, 0], retryAt, rotation = Infinity, end }: Scenario,
  perSecond: Uint32Array,
): void {
  const backoff = new Backoff()
  let [now, dueAt, staleUntil] = [start(instance), 0, 0]
  let knowsNewKey = false
  while (now < end) {
    const second = Math.floor(now / 1_000)
    perSecond[second] = (perSecond[second] ?? 0) + 1
    if (now >= outage[0] && now < outage[1]) {
      backoff.failed(now, now >= staleUntil, retryAt && (retryAt - now) / 1_000)
      dueAt = backoff.until
    } else {
      backoff.succeeded()
      dueAt = now + freshnessDuration(undefined, CACHE_MAX_AGE)
      staleUntil = dueAt + STALE_IF_ERROR
      knowsNewKey = now >= rotation
    }
    const onDemand = knowsNewKey ? Infinity : Math.max(rotation, backoff.untilOnDemand, now)
    now = Math.min(dueAt, onDemand)
  }
}

/** The highest number of key requests within one second, between two times. */
type Peak = (from: number, to: number) => number

function peakOf(scenario: Scenario): Peak {
  const perSecond = new Uint32Array(scenario.end / 1_000)
  const random = Math.random
  // Replaced without a spy, which would record a million calls.
  Math.random = seededRandom(1)
  try {
    for (let instance = 0; instance < INSTANCES; instance++) simulate(instance, scenario, perSecond)
  } finally {
    Math.random = random
  }
  return (from, to) => perSecond.subarray(from / 1_000, to / 1_000).reduce((a, b) => Math.max(a, b), 0)
}

/** The peak of independent requests with this average per second: five standard deviations above it. */
const withNoise = (average: number): number => Math.ceil(average + 5 * Math.sqrt(average))

/** Instances that were started over an hour. */
const spread = (instance: number): number => (instance / INSTANCES) * HOUR
/** Instances that were all started in the same moment. */
const together = (): number => 0

/** Each instance retries after 150 to 300 s: 45 requests a second. */
const RETRIES = INSTANCES / 225
/** Each instance makes nine retries before its delay has grown to that; instances become due over about an hour. */
const FIRST_RETRIES = (9 * INSTANCES) / 3_240
/** The refreshes of instances that succeeded together are spread over a fifth of an hour: 14 requests a second, 33 with noise. */
const REFRESHES = INSTANCES / 720

describe('10,000 instances of an API', () => {
  it('make at most 33 key requests a second in the hours after an outage, and few during it', () => {
    const peak = peakOf({ start: spread, outage: [2 * HOUR, 3 * HOUR], end: 6 * HOUR })
    expect(peak(HOUR, 2 * HOUR)).toBeLessThanOrEqual(withNoise(REFRESHES))
    expect(peak(2 * HOUR, 3 * HOUR)).toBeLessThanOrEqual(withNoise(RETRIES + FIRST_RETRIES))
    expect(peak(3 * HOUR, 3 * HOUR + 5 * MINUTE)).toBeLessThanOrEqual(withNoise(RETRIES))
    expect(peak(3 * HOUR + 5 * MINUTE, 6 * HOUR)).toBeLessThanOrEqual(withNoise(REFRESHES))
  })

  it('make at most 33 a second in the hours after a rotation that reached all of them in one moment', () => {
    const peak = peakOf({ start: spread, rotation: 2 * HOUR, end: 6 * HOUR })
    expect(peak(2 * HOUR, 2 * HOUR + 1_000)).toBeGreaterThanOrEqual(INSTANCES)
    expect(peak(2 * HOUR + 1_000, 6 * HOUR)).toBeLessThanOrEqual(withNoise(REFRESHES))
  })

  it('do not come back in one moment if the server asks all of them for the same one', () => {
    const recovery = 3 * HOUR
    const outage = [2 * HOUR, recovery] as const
    const peak = peakOf({ start: spread, outage, retryAt: recovery, end: 6 * HOUR })
    expect(peak(recovery, recovery + MINUTE)).toBeLessThanOrEqual(0.04 * INSTANCES)
    expect(peak(recovery + MINUTE, 6 * HOUR)).toBeLessThanOrEqual(withNoise(REFRESHES))
  })

  it('retry after 30 to 60 seconds if a rotation happens during an outage, and are spread afterwards', () => {
    const [rotation, recovery] = [2 * HOUR, 2 * HOUR + 10 * MINUTE]
    const peak = peakOf({ start: spread, rotation, outage: [rotation, recovery], end: 5 * HOUR })
    expect(peak(rotation + 5 * MINUTE, recovery + MINUTE)).toBeLessThanOrEqual(withNoise(INSTANCES / 45))
    expect(peak(recovery + MINUTE, 5 * HOUR)).toBeLessThanOrEqual(withNoise(REFRESHES))
  })

  it('retry after 4 to 8 seconds if all of them start during an outage, and are spread afterwards', () => {
    const recovery = 2 * MINUTE
    const peak = peakOf({ start: together, outage: [0, recovery], end: 4 * HOUR })
    expect(peak(MINUTE, recovery + 8_000)).toBeLessThanOrEqual(withNoise(INSTANCES / 6))
    expect(peak(recovery + 8_000, 4 * HOUR)).toBeLessThanOrEqual(withNoise(REFRESHES))
  })
})

import { afterEach, describe, expect, it, vi } from 'vitest'
import { Backoff, freshnessDuration, retryDelay, UnknownKeyGate } from '../src/refresh-policy.ts'

afterEach(() => void vi.restoreAllMocks())

const HOUR = 3_600_000
const NOW = 1_900_000_000_000

/** Fixes the jitter at its least (0), its middle or its most (1). */
const jitter = (random: number): void => void vi.spyOn(Math, 'random').mockReturnValue(random)

describe('keys are fresh', () => {
  it.each([
    ['as long as the server says', 600, HOUR, 600_000],
    ['up to the ceiling where it says nothing', undefined, HOUR, HOUR],
    ['up to the ceiling where it says more', 86_400, HOUR, HOUR],
    ['for a minute where it says less', 5, HOUR, 60_000],
    ['for a minute where it forbids caching', 0, HOUR, 60_000],
    ['for exactly a minute where it says so', 60, HOUR, 60_000],
    ['a second longer where it says so', 61, HOUR, 61_000],
    ['no longer than a ceiling below the minute', 0, 10_000, 10_000],
    ['no longer than a ceiling below the minute, said or not', undefined, 10_000, 10_000],
  ])('%s', (_title, maxAge, ceiling, expected) => {
    expect(freshnessDuration(maxAge, ceiling)).toBe(expected)
  })
})

describe('the delay of a retry', () => {
  it('doubles from one second to eight while no keys are known', () => {
    jitter(1)
    const delays = [1, 2, 3, 4, 5, 50].map((failures) => retryDelay(failures, true, undefined))
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000])
  })

  it('doubles from one second to a minute while keys are known', () => {
    jitter(1)
    const delays = [1, 2, 3, 4, 5, 6, 7, 5_000].map((failures) => retryDelay(failures, false, undefined))
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  })

  it('is spread between a half and the whole, so that clients do not come back all at once', () => {
    const at = (random: number): number => {
      jitter(random)
      return retryDelay(3, false, undefined)
    }
    expect([0, 0.25, 0.5, 1].map(at)).toEqual([2_000, 2_500, 3_000, 4_000])
  })

  it.each([
    ['is never shorter than Retry-After', 20, 20_000],
    ['is its own where Retry-After is shorter', 1, 8_000],
    ['honours Retry-After up to five minutes', 300, 300_000],
    ['is not drawn out beyond that', 86_400, 300_000],
    ['is its own where Retry-After is nothing', 0, 8_000],
  ])('%s', (_title, retryAfter, expected) => {
    jitter(1)
    expect(retryDelay(4, true, retryAfter)).toBe(expected)
  })
})

describe('the backoff', () => {
  it('waits for nothing at first', () => {
    const backoff = new Backoff()
    expect(backoff.failing).toBe(false)
    expect(backoff.until).toBe(0)
    expect(backoff.isWaiting(0)).toBe(false)
  })

  it('waits up to the time of the next try, and no millisecond more', () => {
    jitter(1)
    const backoff = new Backoff()
    backoff.failed(NOW, true, undefined)
    expect(backoff.failing).toBe(true)
    expect(backoff.until).toBe(NOW + 1_000)
    expect(backoff.isWaiting(NOW + 999)).toBe(true)
    expect(backoff.isWaiting(NOW + 1_000)).toBe(false)
  })

  it('waits longer with each failure in a row', () => {
    jitter(1)
    const backoff = new Backoff()
    const waits = [1, 2, 3, 4, 5].map(() => {
      backoff.failed(NOW, false, undefined)
      return backoff.until - NOW
    })
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000])
  })

  it('keeps tries closer together while no keys are known', () => {
    jitter(1)
    const backoff = new Backoff()
    for (let failure = 0; failure < 6; failure++) backoff.failed(NOW, true, undefined)
    expect(backoff.until).toBe(NOW + 8_000)
  })

  it('waits as long as the server asked', () => {
    const backoff = new Backoff()
    backoff.failed(NOW, false, 120)
    expect(backoff.until).toBe(NOW + 120_000)
  })

  it('forgets its failures with the first success', () => {
    jitter(1)
    const backoff = new Backoff()
    for (let failure = 0; failure < 6; failure++) backoff.failed(NOW, false, undefined)
    backoff.succeeded()
    expect(backoff.failing).toBe(false)
    expect(backoff.until).toBe(0)
    expect(backoff.isWaiting(NOW)).toBe(false)
    backoff.failed(NOW, false, undefined)
    expect(backoff.until).toBe(NOW + 1_000)
  })
})

describe('the gate for unknown key ids', () => {
  const COOLDOWN = 30_000
  const gate = (): UnknownKeyGate => new UnknownKeyGate(COOLDOWN)
  /** How many fetches go through at one time before the gate closes, at most twenty. */
  const passing = (of: UnknownKeyGate, now: number, broughtKeys: boolean): number => {
    for (let fetches = 0; fetches < 20; fetches++) {
      if (!of.isOpen(now)) return fetches
      of.fetched(now, broughtKeys)
    }
    return 20
  }

  it('is open at first', () => {
    expect(gate().isOpen(NOW)).toBe(true)
  })

  it('closes after two fetches that brought nothing', () => {
    expect(passing(gate(), NOW, false)).toBe(2)
  })

  it('closes after five fetches that each brought keys, so that a server making keys up is not hammered', () => {
    expect(passing(gate(), NOW, true)).toBe(5)
  })

  it('counts fruitless fetches among the others', () => {
    const mixed = gate()
    for (const brought of [true, false, true]) mixed.fetched(NOW, brought)
    expect(mixed.isOpen(NOW)).toBe(true)
    mixed.fetched(NOW, false)
    expect(mixed.isOpen(NOW)).toBe(false)
  })

  it.each([true, false])('opens again when the cooldown is over (keys brought: %s)', (brought) => {
    const closed = gate()
    const most = passing(closed, NOW, brought)
    expect(closed.isOpen(NOW + COOLDOWN - 1)).toBe(false)
    expect(closed.isOpen(NOW + COOLDOWN)).toBe(true)
    expect(passing(closed, NOW + COOLDOWN, brought)).toBe(most)
    expect(closed.isOpen(NOW + 2 * COOLDOWN - 1)).toBe(false)
  })

  it('counts the cooldown from the first fetch in it, not from the last', () => {
    const one = gate()
    one.fetched(NOW, false)
    one.fetched(NOW + COOLDOWN - 1, false)
    expect(one.isOpen(NOW + COOLDOWN - 1)).toBe(false)
    expect(one.isOpen(NOW + COOLDOWN)).toBe(true)
  })

  it('counts anew in each cooldown, from its first millisecond', () => {
    const one = gate()
    one.fetched(NOW, false)
    one.fetched(NOW + COOLDOWN, false)
    expect(one.isOpen(NOW + COOLDOWN)).toBe(true)
    one.fetched(NOW + COOLDOWN, false)
    expect(one.isOpen(NOW + COOLDOWN)).toBe(false)
  })

  it('remembers a key id for the cooldown, and no millisecond more', () => {
    const one = gate()
    one.remember('unknown', NOW)
    expect(one.remembers('unknown', NOW)).toBe(true)
    expect(one.remembers('unknown', NOW + COOLDOWN - 1)).toBe(true)
    expect(one.remembers('unknown', NOW + COOLDOWN)).toBe(false)
    expect(one.remembers('other', NOW)).toBe(false)
  })

  it('remembers a thousand key ids, and lets the oldest go', () => {
    const one = gate()
    for (let number = 0; number <= 1_000; number++) one.remember(`kid${number}`, NOW)
    expect(one.remembers('kid0', NOW)).toBe(false)
    expect(one.remembers('kid1', NOW)).toBe(true)
    expect(one.remembers('kid1000', NOW)).toBe(true)
  })

  it('takes no turn for what it is told to remember', () => {
    const one = gate()
    for (let number = 0; number < 10; number++) one.remember(`kid${number}`, NOW)
    expect(one.isOpen(NOW)).toBe(true)
  })
})

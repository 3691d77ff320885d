import { afterEach, describe, expect, it, vi } from 'vitest'
import { Backoff, freshnessDuration } from '../../src/issuer/refresh-policy.ts'

afterEach(() => void vi.restoreAllMocks())

const HOUR = 3_600_000
const NOW = 5_000_000

/** Fixes the jitter at its minimum (0), its maximum (1) or between. */
const jitter = (random: number): void => void vi.spyOn(Math, 'random').mockReturnValue(random)

describe('keys are fresh', () => {
  it.each([
    ['for as long as the server says', 600, HOUR, 600_000],
    ['for cacheMaxAge if the server does not say', undefined, HOUR, HOUR],
    ['for cacheMaxAge if the server says more', 86_400, HOUR, HOUR],
    ['for a minute if the server says less', 5, HOUR, 60_000],
    ['for a minute if the server forbids caching', 0, HOUR, 60_000],
    ['for a minute, as the server demands', 60, HOUR, 60_000],
    ['for a second more than a minute, as the server demands', 61, HOUR, 61_000],
    ['for cacheMaxAge if that is less than a minute', 0, 10_000, 10_000],
    ['for cacheMaxAge if that is less than a minute and the server does not say', undefined, 10_000, 10_000],
  ])('%s, or for 80 %% of that', (_title, maxAge, ceiling, expected) => {
    jitter(1)
    expect(freshnessDuration(maxAge, ceiling)).toBe(expected)
    jitter(0)
    expect(freshnessDuration(maxAge, ceiling)).toBe(expected * 0.8)
  })

  it('for 80 to 100 % of their lifetime, at random', () => {
    const parts = Array.from({ length: 1_000 }, () => freshnessDuration(3_600, HOUR) / HOUR)
    expect(Math.min(...parts)).toBeGreaterThanOrEqual(0.8)
    expect(Math.max(...parts)).toBeLessThanOrEqual(1)
    expect(Math.max(...parts) - Math.min(...parts)).toBeGreaterThan(0.15)
  })
})

describe('the backoff', () => {
  /** The delays of the first failures. */
  const delays = (failures: number, cold: boolean, of: 'until' | 'untilOnDemand' = 'until'): number[] => {
    const backoff = new Backoff()
    return Array.from({ length: failures }, () => {
      backoff.failed(NOW, cold, undefined)
      return backoff[of] - NOW
    })
  }

  it('has no delay at first', () => {
    const backoff = new Backoff()
    expect(backoff.failing).toBe(false)
    expect(backoff.until).toBeLessThan(0)
    expect(backoff.untilOnDemand).toBeLessThan(0)
  })

  it('doubles from one second to eight while there are no keys', () => {
    jitter(1)
    const expected = [1_000, 2_000, 4_000, 8_000, 8_000, 8_000]
    expect(delays(6, true)).toEqual(expected)
    expect(delays(6, true, 'untilOnDemand')).toEqual(expected)
  })

  it('doubles from one second to five minutes while there are keys', () => {
    jitter(1)
    const seconds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    expect(delays(11, false)).toEqual(seconds.map((delay) => delay * 1_000))
    expect(delays(5_000, false).at(-1)).toBe(300_000)
  })

  it('is at most a minute for a request that needs an unknown key', () => {
    jitter(1)
    const seconds = [1, 2, 4, 8, 16, 32, 60, 60, 60]
    expect(delays(9, false, 'untilOnDemand')).toEqual(seconds.map((delay) => delay * 1_000))
  })

  it('is never shorter without a request than with one', () => {
    const backoff = new Backoff()
    for (let failures = 0; failures < 1_000; failures++) {
      backoff.failed(NOW, failures % 2 === 0, failures % 3 === 0 ? 20 : undefined)
      expect(backoff.untilOnDemand).toBeLessThanOrEqual(backoff.until)
    }
  })

  it.each([
    [0, 2_000],
    [0.25, 2_500],
    [0.5, 3_000],
    [1, 4_000],
  ])('lasts from half to all of its time: with jitter %d for %d of 4,000 ms', (random, expected) => {
    jitter(random)
    expect(delays(3, true).at(-1)).toBe(expected)
  })

  it.each([
    ['is not shorter than Retry-After', 20, 20_000, 30_000],
    ['is not changed by a shorter Retry-After', 1, 8_000, 8_000],
    ['is not changed by a Retry-After of zero', 0, 8_000, 8_000],
    ['respects a Retry-After of up to five minutes', 300, 300_000, 360_000],
    ['is not extended further', 86_400, 300_000, 360_000],
  ])('%s, to which up to a minute is added if there are keys', (_title, retryAfter, asked, spread) => {
    const delaysAfter = (random: number, cold: boolean): number[] => {
      jitter(random)
      const backoff = new Backoff()
      for (let failures = 0; failures < 3; failures++) backoff.failed(NOW, cold, undefined)
      backoff.failed(NOW, cold, retryAfter)
      return [backoff.untilOnDemand - NOW, backoff.until - NOW]
    }
    expect(delaysAfter(1, true)).toEqual([asked, asked])
    expect(delaysAfter(1, false)).toEqual([asked, spread])
    const least = Math.max(4_000, Math.min(retryAfter, 300) * 1_000)
    expect(delaysAfter(0, true)).toEqual([least, least])
    expect(delaysAfter(0, false)).toEqual([least, least])
  })

  it('starts again after a success', () => {
    jitter(1)
    const backoff = new Backoff()
    for (let failures = 0; failures < 6; failures++) backoff.failed(NOW, false, undefined)
    expect(backoff.failing).toBe(true)
    backoff.succeeded()
    expect(backoff.failing).toBe(false)
    expect(backoff.until).toBeLessThan(0)
    expect(backoff.untilOnDemand).toBeLessThan(0)
    backoff.failed(NOW, false, undefined)
    expect(backoff.until).toBe(NOW + 1_000)
  })
})

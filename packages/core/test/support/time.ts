import { NOW } from '@okta-resource-server/testing'
import { onTestFinished, vi } from 'vitest'

/** Where the clocks stand after {@link stopTime}. */
export const START: number = NOW * 1_000
export const SECOND = 1_000
export const HOUR = 3_600_000

/** Stops the clocks until the test ends, and timers too if wanted, and takes the jitter out of durations. */
export function stopTime({ timers = false } = {}): void {
  const clocks = ['Date', 'performance'] as const
  vi.useFakeTimers({ now: START, toFake: timers ? [...clocks, 'setTimeout', 'clearTimeout'] : [...clocks] })
  vi.spyOn(Math, 'random').mockReturnValue(1)
  onTestFinished(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })
}

/** Moves every stopped clock, and runs the timers that are due. */
export function pass(milliseconds: number): void {
  vi.advanceTimersByTime(milliseconds)
}

/** Sets the wall clock only, as an operator or NTP does. */
export function stepWallClock(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds)
}

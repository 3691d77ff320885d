import { systemClock } from '../clock.ts'
import { ignoreRejection } from '../stores/time-limit.ts'
import { callbackResult, checkFunction } from './checks.ts'

/** By the function of the option. Two issuers with the same one have the same configuration. */
const clocks = new WeakMap<() => unknown, () => number>([[systemClock, systemClock]])

/** Validates the option `clock`. What the function throws is wrapped, and what it returns is made a number. */
export function checkClock(option: string, value: unknown): () => number {
  const given = checkFunction<() => unknown>(option, value, systemClock)
  const read = (): number => {
    const value = given()
    ignoreRejection(value)
    return Number(value)
  }
  const clock = clocks.get(given) ?? (() => callbackResult('clock', read))
  clocks.set(given, clock)
  return clock
}

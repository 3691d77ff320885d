import { wallOf } from '../clock.ts'
import type { IssuerConfiguration } from '../options/issuer.ts'
import { warnOnce } from '../warnings.ts'

/** Reports clocks that differ by more than is tolerated. A `Date` has whole seconds. */
export function compareClocks(
  date: number | undefined,
  startedAt: number,
  configuration: IssuerConfiguration,
): void {
  const { clock, clockTolerance } = configuration
  if (date === undefined) return
  const difference = Math.max(date - wallOf(clock), startedAt - date - 1_000)
  if (!(difference > clockTolerance * 1_000)) return
  const message = `The clock of the authorization server differs from this one by about ${Math.round(difference / 1_000)} seconds, more than clockTolerance. Correct the clock that is wrong (NTP).`
  warnOnce('ORS_CLOCK', configuration, message)
}

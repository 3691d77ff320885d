import { median, spread } from './statistics.ts'

/** Values by round; `null` where the row was not measured in that round. */
export type Series = (number | null)[]

/** The second measurement of a row whose first one varied too much. */
export interface Repeat {
  /** Its first round; earlier rounds no longer count. */
  readonly from: number
  /** Spread of the first measurement. */
  readonly firstSpread: number
}

/** `earlier` is version 0.1.0, `limit` what no library can beat. */
export type Kind = 'this' | 'earlier' | 'peer' | 'limit'

/** What was measured of one candidate. */
export interface Row {
  readonly name: string
  readonly kind: Kind
  repeat?: Repeat
}

export function note(series: Series, round: number, value: number): void {
  while (series.length < round) series.push(null)
  series[round] = value
}

function valuesFrom(series: Series, from: number): number[] {
  return series.slice(from).filter((value) => value !== null)
}

/** The median of the rounds that count. */
export function middle<R extends Row>(row: R, series: (row: R) => Series): number {
  return median(valuesFrom(series(row), row.repeat?.from ?? 0))
}

/** The ratios within each round that both have: what slows down a whole round cancels out. */
function ratios<R extends Row>(row: R, base: R, series: (row: R) => Series): number[] {
  const bases = series(base)
  const within = (from: number): number[] =>
    series(row).flatMap((value, round) => {
      const other = bases[round] ?? null
      return round < from || value === null || other === null ? [] : [value / other]
    })
  const counting = within(Math.max(row.repeat?.from ?? 0, base.repeat?.from ?? 0))
  // Two rows of which only one was repeated may have no counting round in common.
  return counting.length > 0 ? counting : within(0)
}

export function ratio<R extends Row>(row: R, base: R, series: (row: R) => Series): number {
  return median(ratios(row, base, series))
}

/** How far apart the rounds are: of the ratio to `reference`, or of the values for the reference itself. */
export function spreadOf<R extends Row>(row: R, reference: R, series: (row: R) => Series): number {
  return spread(row === reference ? valuesFrom(series(row), 0) : ratios(row, reference, series))
}

/** The rows that vary too much and so have to be measured once more; marks them as repeated from a round on. */
export function markNoisy<R extends Row>(
  rows: readonly R[],
  reference: R,
  series: readonly ((row: R) => Series)[],
  most: number,
  from: number,
): ReadonlySet<R> {
  const noisy = new Set<R>()
  for (const row of rows) {
    if (row === reference) continue
    const firstSpread = Math.max(...series.map((each) => spreadOf(row, reference, each)))
    if (firstSpread <= most) continue
    row.repeat = { from, firstSpread }
    noisy.add(row)
  }
  return noisy
}

import { Child } from '../child.ts'
import { isAvailable } from '../core/candidates.ts'
import type { Plan } from '../plan.ts'
import type { Setting } from '../policy.ts'
import { markNoisy, note, type Row, type Series } from '../row.ts'
import { COMPARISONS, type Comparison, type Side } from './comparisons.ts'
import type { SlicesAnswer, SlicesQuestion } from './process.ts'

/** Microseconds per token, by slice. */
export interface SideRow extends Row {
  readonly wall: Series
  readonly main: Series
}

export interface ComparisonResult {
  readonly name: string
  readonly most: number
  readonly wallToo: boolean
  readonly side: SideRow
  readonly base: SideRow
}

export const comparisonsFor = (setting: Setting): readonly Comparison[] =>
  COMPARISONS.filter(({ side, base }) => isAvailable(side, setting) && isAvailable(base, setting))

/**
 * Compares in several processes, one after the other in each slice. In every other process `base` is made first: what is made
 * first is up to several per cent faster or slower, and so is the same code in another process.
 */
export async function runComparison(
  { name, load, most, wallToo = false, side, base }: Comparison,
  plan: Plan,
  setting: Setting,
): Promise<ComparisonResult> {
  const { slices, warmUpSlices } = plan
  const launches = plan.comparisonLaunches[load]
  const rowOf = (which: Side): SideRow => ({ name: which.name, kind: which.kind, wall: [], main: [] })
  const rows = { side: rowOf(side), base: rowOf(base) }
  const measure = async (child: Child, from: number): Promise<void> => {
    const answer = await child.ask<SlicesAnswer>({ plan, count: slices } satisfies SlicesQuestion)
    for (const which of ['side', 'base'] as const) {
      for (const [slice, { wall, main }] of answer[which].entries()) {
        note(rows[which].wall, from + slice, wall)
        note(rows[which].main, from + slice, main)
      }
    }
  }
  const measureAll = async (from: number): Promise<void> => {
    for (let launch = 0; launch < launches; launch++) {
      const first = launch % 2 === 0 ? 'side' : 'base'
      const child = new Child('./comparisons/process.ts', [name, first], setting)
      await child.next()
      await child.ask({ plan, count: warmUpSlices } satisfies SlicesQuestion)
      await measure(child, from + launch * slices)
      await child.stop()
    }
  }
  await measureAll(0)
  const all = launches * slices
  const series = [(row: SideRow) => row.main, ...(wallToo ? [(row: SideRow) => row.wall] : [])]
  const noisy = markNoisy([rows.side], rows.base, series, plan.mostSpread, all)
  if (noisy.size > 0) await measureAll(all)
  return { name, most, wallToo, ...rows }
}

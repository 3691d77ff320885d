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
 * Compares in two processes, one after the other in each slice. In the second process `base` is made first: what is
 * made first is up to several per cent faster or slower.
 */
export async function runComparison(
  { name, most, wallToo = false, side, base }: Comparison,
  plan: Plan,
  setting: Setting,
): Promise<ComparisonResult> {
  const children = (['side', 'base'] as const).map(
    (first) => new Child('./comparisons/process.ts', [name, first], setting),
  )
  const rowOf = (which: Side): SideRow => ({ name: which.name, kind: which.kind, wall: [], main: [] })
  const rows = { side: rowOf(side), base: rowOf(base) }
  const measure = async (from: number): Promise<void> => {
    const count = plan.slices / children.length
    for (const [index, child] of children.entries()) {
      const answer = await child.ask<SlicesAnswer>({ plan, count } satisfies SlicesQuestion)
      for (const which of ['side', 'base'] as const) {
        for (const [slice, { wall, main }] of answer[which].entries()) {
          note(rows[which].wall, from + index * count + slice, wall)
          note(rows[which].main, from + index * count + slice, main)
        }
      }
    }
  }
  await Promise.all(children.map((child) => child.next()))
  for (const child of children) await child.ask({ plan, count: plan.warmUpSlices } satisfies SlicesQuestion)
  await measure(0)
  const series = [(row: SideRow) => row.main, ...(wallToo ? [(row: SideRow) => row.wall] : [])]
  const noisy = markNoisy([rows.side], rows.base, series, plan.mostSpread, plan.slices)
  if (noisy.size > 0) await measure(plan.slices)
  await Promise.all(children.map((child) => child.stop()))
  return { name, most, wallToo, ...rows }
}

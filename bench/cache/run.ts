import { askOnce } from '../child.ts'
import { VERSIONS, type Version } from '../library.ts'
import type { Plan } from '../plan.ts'
import type { Setting } from '../policy.ts'
import { ORDERS } from './draws.ts'
import type { HitRow, HitsQuestion } from './hits-process.ts'
import { LIMIT } from './limit.ts'
import type { MemoryQuestion, MemoryTable } from './memory-process.ts'

const versionsFor = ({ firstVersion }: Setting): readonly Version[] =>
  VERSIONS.filter((version) => version === 'this library' || firstVersion !== '')

/** The size of the cache for which a hit has a target. */
const USUAL_SIZE = 10_000

/** Hits, each row in a separate process. Only this version gets all sizes, since each row takes seconds. */
export async function runHits(plan: Plan, setting: Setting): Promise<readonly HitRow[]> {
  const rows: HitRow[] = []
  for (const version of [...versionsFor(setting), LIMIT] as const) {
    for (const tokens of version === 'this library' ? plan.hitSizes : [USUAL_SIZE]) {
      for (const order of ORDERS) {
        const question: HitsQuestion = { plan, tokens, order }
        rows.push(await askOnce<HitRow>('./cache/hits-process.ts', [version], question, setting))
      }
    }
  }
  return rows
}

export async function runMemory(
  { sentThreeTimes, sentOnce }: Plan,
  setting: Setting,
): Promise<readonly MemoryTable[]> {
  const tables: MemoryTable[] = []
  for (const version of versionsFor(setting)) {
    const question: MemoryQuestion =
      version === 'this library'
        ? { sentThreeTimes, sentOnce }
        : { sentThreeTimes: sentThreeTimes.filter((offered) => offered <= 30_000), sentOnce: [] }
    tables.push(await askOnce<MemoryTable>('./cache/memory-process.ts', [version], question, setting))
  }
  return tables
}

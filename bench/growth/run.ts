import { askOnce } from '../child.ts'
import type { Plan } from '../plan.ts'
import type { Setting } from '../policy.ts'
import type { EventLoopPoint } from './event-loop-process.ts'
import type { GrowthTables } from './tables-process.ts'

export interface EventLoopRow extends EventLoopPoint {
  readonly name: string
}

const NAMES = ['nothing', 'this library', 'jose', 'aws-jwt-verify', 'fast-jwt'] as const

export async function runEventLoop(plan: Plan, setting: Setting): Promise<readonly EventLoopRow[]> {
  const rows: EventLoopRow[] = []
  for (const name of NAMES) {
    const point = await askOnce<EventLoopPoint>('./growth/event-loop-process.ts', [name], plan, setting)
    rows.push({ name, ...point })
  }
  return rows
}

export const runTables = (plan: Plan, setting: Setting): Promise<GrowthTables> =>
  askOnce('./growth/tables-process.ts', [], plan, setting)

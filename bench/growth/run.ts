import { Child } from '../child.ts'
import type { Plan } from '../plan.ts'
import type { Setting } from '../policy.ts'
import type { EventLoopPoint } from './event-loop-process.ts'
import type { MemoryPoint } from './memory-process.ts'
import { measureStartUp, type StartUp } from './start-up.ts'
import type { GrowthTables } from './tables-process.ts'

export interface GrowthResults extends GrowthTables {
  readonly memory: readonly MemoryPoint[]
  readonly eventLoop: readonly (EventLoopPoint & { readonly name: string })[]
  readonly startUp: readonly StartUp[]
}

async function askOnce<T>(file: string, args: readonly string[], plan: Plan, setting: Setting): Promise<T> {
  const child = new Child(file, args, setting)
  await child.next()
  const answer = await child.ask<T>(plan)
  await child.stop()
  return answer
}

const OFFERED = ['nothing', 'this library', 'jose', 'aws-jwt-verify', 'fast-jwt'] as const

/** What stays flat, and what does not. */
export async function runGrowth(plan: Plan, setting: Setting): Promise<GrowthResults> {
  const memory = await askOnce<readonly MemoryPoint[]>('./growth/memory-process.ts', [], plan, setting)
  const tables = await askOnce<GrowthTables>('./growth/tables-process.ts', [], plan, setting)
  const eventLoop = []
  for (const name of OFFERED) {
    const point = await askOnce<EventLoopPoint>('./growth/event-loop-process.ts', [name], plan, setting)
    eventLoop.push({ name, ...point })
  }
  return { ...tables, memory, eventLoop, startUp: measureStartUp(plan.startUps) }
}

import type { HitRow } from '../cache/hits-process.ts'
import type { MemoryTable } from '../cache/memory-process.ts'
import type { ComparisonResult } from '../comparisons/run.ts'
import type { Parts } from '../core/parts-process.ts'
import type { CoreResults } from '../core/run.ts'
import type { DpopResults } from '../dpop/run.ts'
import type { EventLoopRow } from '../growth/run.ts'
import type { StartUp } from '../growth/start-up.ts'
import type { GrowthTables } from '../growth/tables-process.ts'
import type { Framework } from '../http/candidates.ts'
import type { HttpResults } from '../http/run.ts'
import type { Plan } from '../plan.ts'
import type { Algorithm } from '../policy.ts'
import type { Machine } from './machine.ts'

/** Everything that one run measured; with `--only`, a part of it. */
export interface Results {
  readonly date: string
  readonly quick: boolean
  readonly plan: Plan
  readonly machine: Machine
  /** Version 0.1.0: the commit that it was built from, or why it was left out. */
  readonly firstVersion: { readonly version: string; readonly commit: string; readonly leftOut?: string }
  readonly core: Partial<Record<Algorithm, CoreResults>>
  readonly comparisons: ComparisonResult[]
  readonly http: Partial<Record<Framework, HttpResults>>
  dpop?: DpopResults
  hits?: readonly HitRow[]
  memory?: readonly MemoryTable[]
  growth?: GrowthTables
  /** Of the verification of a new token. */
  parts?: Parts
  eventLoop?: readonly EventLoopRow[]
  startUp?: readonly StartUp[]
}

import type { CoreResults } from '../core/run.ts'
import type { GrowthResults } from '../growth/run.ts'
import type { HttpResults } from '../http/run.ts'
import type { Plan } from '../plan.ts'
import type { Machine } from './machine.ts'

/** All that one run measured. */
export interface Results {
  readonly date: string
  readonly quick: boolean
  readonly plan: Plan
  readonly machine: Machine
  readonly core: CoreResults
  readonly http: HttpResults
  readonly growth: GrowthResults
}

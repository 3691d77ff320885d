import { askOnce } from '../child.ts'
import type { Plan } from '../plan.ts'
import type { Setting } from '../policy.ts'
import { note, type Row, type Series } from '../row.ts'
import { type DpopLoad, dpopCandidates, LOADS } from './candidates.ts'
import type { DpopAnswer, DpopQuestion } from './process.ts'
import { PROOF_ALGORITHMS, type ProofAlgorithm } from './requests.ts'
import type { StorePoint, StoreQuestion } from './store-process.ts'

/** Microseconds per request, by slice. */
export interface DpopRow extends Row {
  readonly wall: Series
  readonly main: Series
}

export interface DpopTable {
  readonly algorithm: ProofAlgorithm
  readonly load: DpopLoad
  readonly rows: readonly DpopRow[]
}

export interface DpopResults {
  readonly tables: readonly DpopTable[]
  readonly store: readonly StorePoint[]
}

const REQUESTS = 200

export async function runDpop(plan: Plan, setting: Setting): Promise<DpopResults> {
  const { slices, warmUpSlices, replayProofs } = plan
  const tables: DpopTable[] = []
  for (const algorithm of PROOF_ALGORITHMS) {
    for (const load of LOADS) {
      const question: DpopQuestion = { algorithm, load, slices, warmUp: warmUpSlices, requests: REQUESTS }
      const answer = await askOnce<DpopAnswer>('./dpop/process.ts', [], question, setting)
      const rows = dpopCandidates().map(({ name, kind }): DpopRow => {
        const row: DpopRow = { name, kind, wall: [], main: [] }
        for (const [slice, { wall, main }] of (answer[name] ?? []).entries()) {
          note(row.wall, slice, wall)
          note(row.main, slice, main)
        }
        return row
      })
      tables.push({ algorithm, load, rows })
    }
  }
  const question: StoreQuestion = { proofs: replayProofs }
  const store = await askOnce<readonly StorePoint[]>('./dpop/store-process.ts', [], question, setting)
  return { tables, store }
}

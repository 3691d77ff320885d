import { Child } from '../child.ts'
import type { Plan } from '../plan.ts'
import type { Algorithm, Setting } from '../policy.ts'
import { markNoisy, note, type Row, type Series } from '../row.ts'
import { reordered } from '../statistics.ts'
import { candidatesFor } from './candidates.ts'
import type { Answer, Question } from './process.ts'

/** Microseconds per token. */
export interface CoreRow extends Row {
  readonly caches: boolean
  readonly wall: Series
  readonly main: Series
  readonly all: Series
}

export interface CoreResults {
  /** 100 tokens repeated, one after the other; RS256 only. */
  readonly hot?: readonly CoreRow[]
  /** New tokens, 100 at once. */
  readonly cold: readonly CoreRow[]
}

interface Rows {
  readonly hot: CoreRow
  readonly cold: CoreRow
}

const LOADS = ['hot', 'cold'] as const
const wall = (row: CoreRow): Series => row.wall
const main = (row: CoreRow): Series => row.main

/** Bare tokens, without a server. */
export async function runCore(algorithm: Algorithm, plan: Plan, setting: Setting): Promise<CoreResults> {
  const withHot = algorithm === 'RS256'
  const loads = withHot ? LOADS : (['cold'] as const)
  const questions: Readonly<Record<'hot' | 'cold', Question>> = {
    hot: { kind: 'hot', milliseconds: plan.hotMilliseconds },
    cold: { kind: 'cold', count: plan.coldTokens[algorithm] },
  }
  const all = candidatesFor(algorithm, setting).map(({ name, kind, caches = false }): Rows => {
    const row = (): CoreRow => ({ name, kind, caches, wall: [], main: [], all: [] })
    return { hot: row(), cold: row() }
  })

  /** Starts each of these once, and measures them in turn. */
  const measureLaunch = async (some: readonly Rows[], from: number): Promise<void> => {
    const started = await Promise.all(
      some.map(async (rows) => {
        const child = new Child('./core/process.ts', [rows.cold.name, algorithm], setting)
        await child.next()
        return { rows, child }
      }),
    )
    for (const { child } of started) {
      for (let round = 0; round < plan.coldWarmUp; round++) await child.ask(questions.cold)
      if (withHot) await child.ask(questions.hot)
    }
    for (let round = from; round < from + plan.coreRounds; round++) {
      for (const load of loads) {
        for (const { rows, child } of reordered(started, round)) {
          const taken = await child.ask<Answer>(questions[load])
          for (const series of ['wall', 'main', 'all'] as const) {
            note(rows[load][series], round, taken[series] / taken.tokens)
          }
        }
      }
    }
    await Promise.all(started.map(({ child }) => child.stop()))
  }
  const measure = async (some: readonly Rows[], from: number): Promise<void> => {
    for (let launch = 0; launch < plan.coreLaunches; launch++) {
      await measureLaunch(some, from + launch * plan.coreRounds)
    }
  }

  await measure(all, 0)
  const rounds = plan.coreLaunches * plan.coreRounds
  const own = all[0] as Rows
  const noisy = new Set<CoreRow>()
  for (const load of loads) {
    // Nothing is expected of the wall time of ES256 and EdDSA.
    const series = load === 'hot' ? [wall] : withHot ? [wall, main] : [main]
    const rows = all.map((each) => each[load])
    for (const row of markNoisy(rows, own[load], series, plan.mostSpread, rounds)) noisy.add(row)
  }
  const repeated = all.filter((each) => each === own || loads.some((load) => noisy.has(each[load])))
  if (noisy.size > 0) await measure(repeated, rounds)
  const cold = all.map((each) => each.cold)
  return withHot ? { hot: all.map((each) => each.hot), cold } : { cold }
}

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

interface Started {
  readonly child: Child
  readonly hot: CoreRow
  readonly cold: CoreRow
}

async function start(algorithm: Algorithm, setting: Setting): Promise<readonly Started[]> {
  return Promise.all(
    candidatesFor(algorithm, setting).map(async ({ name, kind, caches = false }) => {
      const child = new Child('./core/process.ts', [name, algorithm], setting)
      await child.next()
      const row = (): CoreRow => ({ name, kind, caches, wall: [], main: [], all: [] })
      return { child, hot: row(), cold: row() }
    }),
  )
}

const wall = (row: CoreRow): Series => row.wall
const main = (row: CoreRow): Series => row.main

/** Bare tokens, without a server. */
export async function runCore(algorithm: Algorithm, plan: Plan, setting: Setting): Promise<CoreResults> {
  const started = await start(algorithm, setting)
  const questions: Readonly<Record<'hot' | 'cold', Question>> = {
    hot: { kind: 'hot', milliseconds: plan.hotMilliseconds },
    cold: { kind: 'cold', count: plan.coldTokens[algorithm] },
  }
  const measure = async (load: 'hot' | 'cold', some: readonly Started[], round: number): Promise<void> => {
    for (const each of reordered(some, round)) {
      const taken = await each.child.ask<Answer>(questions[load])
      for (const series of ['wall', 'main', 'all'] as const) {
        note(each[load][series], round, taken[series] / taken.tokens)
      }
    }
  }
  const withHot = algorithm === 'RS256'
  const own = started[0] as Started
  for (const { child } of started) {
    for (let round = 0; round < plan.coldWarmUp; round++) await child.ask(questions.cold)
    if (withHot) await child.ask(questions.hot)
  }
  const coldRounds = withHot ? plan.coldRounds : plan.rounds
  for (let round = 0; round < coldRounds; round++) {
    await measure('cold', started, round)
    if (withHot && round < plan.rounds) await measure('hot', started, round)
  }

  const again = async (load: 'hot' | 'cold', some: readonly Started[], rounds: number): Promise<void> => {
    const rows = some.map((each) => each[load])
    // Nothing is expected of the wall time of ES256 and EdDSA.
    const series = load === 'hot' ? [wall] : withHot ? [wall, main] : [main]
    const noisy = markNoisy(rows, own[load], series, plan.mostSpread, rounds)
    const repeated = some.filter((each) => each === own || noisy.has(each[load]))
    if (noisy.size === 0) return
    for (let round = rounds; round < 2 * rounds; round++) await measure(load, repeated, round)
  }
  await again('cold', started, coldRounds)
  if (withHot) await again('hot', started, plan.rounds)
  await Promise.all(started.map(({ child }) => child.stop()))
  const cold = started.map((each) => each.cold)
  return withHot ? { hot: started.map((each) => each.hot), cold } : { cold }
}

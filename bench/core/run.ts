import { Child } from '../child.ts'
import type { Plan } from '../plan.ts'
import { ALGORITHMS, type Algorithm, type Setting } from '../policy.ts'
import { reordered } from '../statistics.ts'
import { CANDIDATES } from './candidates.ts'
import type { Answer, Question } from './process.ts'

/** Per token and round, in microseconds. */
export interface Row {
  readonly name: string
  readonly kind: 'this' | 'peer' | 'limit'
  readonly caches: boolean
  readonly wall: number[]
  readonly main: number[]
  readonly all: number[]
}

export interface CoreResults {
  /** 100 tokens repeated, one after the other. */
  readonly hot: readonly Row[]
  /** Distinct tokens, 100 at once. */
  readonly cold: Readonly<Record<Algorithm, readonly Row[]>>
}

const CONCURRENCY = 100
const DISTINCT = 100

interface Started {
  readonly child: Child
  readonly hot: Row
  readonly cold: Row
}

async function start(algorithm: Algorithm, setting: Setting): Promise<Started[]> {
  const able = CANDIDATES.filter(({ algorithms }) => algorithms.includes(algorithm))
  return Promise.all(
    able.map(async ({ name, kind, caches = false }) => {
      const child = new Child('./core/process.ts', [name, algorithm], setting)
      await child.next()
      const row = (): Row => ({ name, kind, caches, wall: [], main: [], all: [] })
      return { child, hot: row(), cold: row() }
    }),
  )
}

function note(row: Row, { tokens, wall, main, all }: Answer): void {
  row.wall.push(wall / tokens)
  row.main.push(main / tokens)
  row.all.push(all / tokens)
}

/** Stretches thrown away: V8 compiles what has been used some thousand times, and caches of 10,000 are to be full. */
const COLD_WARM_UP = 7

async function measure(algorithm: Algorithm, plan: Plan, setting: Setting): Promise<readonly Started[]> {
  const started = await start(algorithm, setting)
  const hot: Question = { kind: 'hot', milliseconds: plan.hotMilliseconds, distinct: DISTINCT }
  const cold: Question = { kind: 'cold', count: plan.coldTokens[algorithm], concurrency: CONCURRENCY }
  for (const { child } of started) {
    for (let stretch = 0; stretch < COLD_WARM_UP; stretch++) await child.ask(cold)
    if (algorithm === 'RS256') await child.ask(hot)
  }
  const coldRounds = algorithm === 'RS256' ? plan.coldRounds : plan.rounds
  for (let round = 0; round < coldRounds; round++) {
    for (const each of reordered(started, round)) note(each.cold, await each.child.ask<Answer>(cold))
    if (algorithm !== 'RS256' || round >= plan.rounds) continue
    for (const each of reordered(started, round)) note(each.hot, await each.child.ask<Answer>(hot))
  }
  await Promise.all(started.map(({ child }) => child.stop()))
  return started
}

/** Bare tokens, without a server. */
export async function runCore(plan: Plan, setting: Setting): Promise<CoreResults> {
  const cold: Partial<Record<Algorithm, readonly Row[]>> = {}
  let hot: readonly Row[] = []
  for (const algorithm of ALGORITHMS) {
    const started = await measure(algorithm, plan, setting)
    cold[algorithm] = started.map((each) => each.cold)
    if (algorithm === 'RS256') hot = started.map((each) => each.hot)
  }
  return { hot, cold: cold as CoreResults['cold'] }
}

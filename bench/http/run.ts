import { Child } from '../child.ts'
import type { Plan } from '../plan.ts'
import type { Setting } from '../policy.ts'
import { markNoisy, note, type Row, type Series } from '../row.ts'
import { reordered } from '../statistics.ts'
import type { Taken } from '../thread-time.ts'
import {
  BARE,
  type Framework,
  type HttpCandidate,
  httpCandidatesFor,
  LOADS,
  type Load,
  OWN,
} from './candidates.ts'
import { checkServer } from './check-server.ts'
import type { LoadAnswer, LoadQuestion } from './load-process.ts'

/** One server under one load. */
export interface HttpRow extends Row {
  /** Requests per second. */
  readonly rate: Series
  /** Microseconds of the server's main thread per request. */
  readonly main: Series
  /** Milliseconds. */
  readonly p99: Series
}

export type HttpResults = Readonly<Record<Load, readonly HttpRow[]>>

interface Started {
  readonly candidate: HttpCandidate
  readonly child: Child
  readonly port: number
}

type Rows = Readonly<Record<Load, ReadonlyMap<HttpCandidate, HttpRow>>>
type IsDue = (candidate: HttpCandidate, load: Load) => boolean

/** A cache may admit a token at its second verification; three times the 100 repeated tokens. */
const FEWEST_WARM_UP_REQUESTS = 300

async function start(
  framework: Framework,
  candidates: readonly HttpCandidate[],
  setting: Setting,
): Promise<readonly Started[]> {
  return Promise.all(
    candidates.map(async (candidate) => {
      const child = new Child('./http/server-process.ts', [framework, candidate.name], setting)
      const { port } = await child.next<{ port: number }>()
      if (candidate.kind !== 'limit')
        await checkServer(`${candidate.name} on ${framework}`, port, setting, candidate.status === 401)
      return { candidate, child, port }
    }),
  )
}

interface Measured {
  readonly requests: number
  readonly rate: number
  readonly main: number
  readonly p99: number
}

async function measure(
  { candidate: { name, status = 200 }, child, port }: Started,
  tokens: Load,
  generator: Child,
  plan: Plan,
  milliseconds = plan.httpMilliseconds,
): Promise<Measured> {
  const question: Omit<LoadQuestion, 'kind'> = {
    port,
    tokens,
    status,
    milliseconds,
    connections: plan.httpConnections,
    most: plan.httpColdMost,
  }
  await generator.ask({ ...question, kind: 'open' })
  await child.ask({ kind: 'start' })
  const answer = await generator.ask<LoadAnswer>({ ...question, kind: 'run' })
  const { main } = await child.ask<Taken>({ kind: 'stop' })
  const { requests, unexpected, p99 } = answer
  if (unexpected > 0)
    throw new Error(`${name} gave ${unexpected} of ${requests} good tokens another answer than ${status}`)
  return { requests, rate: (requests / answer.milliseconds) * 1_000, main: main / requests, p99 }
}

async function warmUp(each: Started, tokens: Load, generator: Child, plan: Plan, isWarm: boolean) {
  let requests = 0
  do {
    const milliseconds = isWarm ? plan.httpNextWarmUp : plan.httpWarmUp
    requests += (await measure(each, tokens, generator, plan, milliseconds)).requests
  } while (tokens === 'hot' && requests < FEWEST_WARM_UP_REQUESTS)
}

/** Starts the servers and measures them. New processes each time, since a server may be several per cent slower or faster after a restart. */
async function launch(
  framework: Framework,
  rows: Rows,
  isDue: IsDue,
  firstRound: number,
  plan: Plan,
  setting: Setting,
): Promise<void> {
  const launched = httpCandidatesFor(framework, setting).filter((each) =>
    LOADS.some((load) => isDue(each, load)),
  )
  const started = await start(framework, launched, setting)
  const generator = new Child('./http/load-process.ts', [], setting)
  await generator.next()
  const warm = new Set<Started>()
  // One load first, then the other: garbage and type feedback of new tokens would slow down repeated ones.
  for (const tokens of LOADS) {
    const measured = started.filter(({ candidate }) => isDue(candidate, tokens))
    for (const each of measured) {
      await warmUp(each, tokens, generator, plan, warm.has(each))
      warm.add(each)
    }
    for (let round = firstRound; round < firstRound + plan.httpRounds; round++) {
      for (const each of reordered(measured, round)) {
        const row = rows[tokens].get(each.candidate) as HttpRow
        const { rate, main, p99 } = await measure(each, tokens, generator, plan)
        note(row.rate, round, rate)
        note(row.main, round, main)
        note(row.p99, round, p99)
      }
    }
  }
  await Promise.all([generator.stop(), ...started.map(({ child }) => child.stop())])
}

/** The candidates whose rows vary too much under this load. */
function noisyUnder(rows: Rows, load: Load, plan: Plan): ReadonlySet<HttpCandidate> {
  const all = [...rows[load]]
  const own = all.find(([{ name }]) => name === OWN)?.[1] as HttpRow
  const noisy = markNoisy(
    [...rows[load].values()],
    own,
    [(row) => row.rate],
    plan.mostSpread,
    allRounds(plan),
  )
  return new Set(all.flatMap(([candidate, row]) => (noisy.has(row) ? [candidate] : [])))
}

const allLaunches = ({ httpLaunches, httpCloseLaunches }: Plan): number => httpLaunches + httpCloseLaunches
const allRounds = (plan: Plan): number => allLaunches(plan) * plan.httpRounds

export async function runHttp(framework: Framework, plan: Plan, setting: Setting): Promise<HttpResults> {
  const rowsOf = (candidates: readonly HttpCandidate[]): ReadonlyMap<HttpCandidate, HttpRow> =>
    new Map(
      candidates.map((each) => [each, { name: each.name, kind: each.kind, rate: [], main: [], p99: [] }]),
    )
  const all = httpCandidatesFor(framework, setting)
  const rows: Rows = { hot: rowsOf(all), cold: rowsOf(all.filter(({ hotOnly }) => hotOnly !== true)) }
  const isDueAt = (candidate: HttpCandidate, load: Load, index: number): boolean => {
    if (!rows[load].has(candidate)) return false
    if (index === 0) return true
    const isNear = candidate.near?.includes(load) === true
    return isNear && (index < plan.httpLaunches || candidate.isClose === true)
  }
  for (let index = 0; index < allLaunches(plan); index++) {
    const isDue: IsDue = (candidate, load) => isDueAt(candidate, load, index)
    await launch(framework, rows, isDue, index * plan.httpRounds, plan, setting)
  }

  const noisy = { hot: noisyUnder(rows, 'hot', plan), cold: noisyUnder(rows, 'cold', plan) }
  for (let index = 0; index < allLaunches(plan); index++) {
    const isRepeated: IsDue = (candidate, load) =>
      noisy[load].has(candidate) && isDueAt(candidate, load, index)
    // With what they are compared with.
    const isDue: IsDue = (candidate, load) =>
      isRepeated(candidate, load) ||
      ([OWN, BARE].includes(candidate.name) && all.some((each) => isRepeated(each, load)))
    if (all.some((each) => LOADS.some((load) => isRepeated(each, load)))) {
      await launch(framework, rows, isDue, allRounds(plan) + index * plan.httpRounds, plan, setting)
    }
  }
  return { hot: [...rows.hot.values()], cold: [...rows.cold.values()] }
}

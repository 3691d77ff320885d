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

interface Launch {
  readonly index: number
  /** Only the candidates that differ by little. */
  readonly isClose: boolean
  readonly firstRound: number
  readonly rounds: number
}

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
  most = plan.httpColdMostPerRound,
): Promise<Measured> {
  const question: Omit<LoadQuestion, 'kind'> = {
    port,
    tokens,
    status,
    milliseconds,
    connections: plan.httpConnections,
    most,
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
    requests += (await measure(each, tokens, generator, plan, milliseconds, plan.httpColdMost)).requests
  } while (tokens === 'hot' && requests < FEWEST_WARM_UP_REQUESTS)
}

/**
 * Starts the servers and measures them. New processes each time, since a server may be several per cent slower or
 * faster after a restart. In a different order each time, so that none always starts before the same one.
 */
async function launch(
  framework: Framework,
  rows: Rows,
  isDue: IsDue,
  { index, firstRound, rounds }: Launch,
  plan: Plan,
  setting: Setting,
): Promise<void> {
  const due = httpCandidatesFor(framework, setting).filter((each) => LOADS.some((load) => isDue(each, load)))
  const started = await start(framework, reordered(due, index), setting)
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
    for (let round = firstRound - plan.httpUncounted; round < firstRound + rounds; round++) {
      for (const each of reordered(measured, Math.abs(round))) {
        const row = rows[tokens].get(each.candidate) as HttpRow
        const { rate, main, p99 } = await measure(each, tokens, generator, plan)
        if (round < firstRound) continue
        note(row.rate, round, rate)
        note(row.main, round, main)
        note(row.p99, round, p99)
      }
    }
  }
  await Promise.all([generator.stop(), ...started.map(({ child }) => child.stop())])
}

/** The candidates whose rows vary too much under this load. */
function noisyUnder(rows: Rows, load: Load, plan: Plan, from: number): ReadonlySet<HttpCandidate> {
  const all = [...rows[load]]
  const own = all.find(([{ name }]) => name === OWN)?.[1] as HttpRow
  const noisy = markNoisy([...rows[load].values()], own, [(row) => row.rate], plan.mostSpread, from)
  return new Set(all.flatMap(([candidate, row]) => (noisy.has(row) ? [candidate] : [])))
}

function launchesOf({
  httpLaunches,
  httpRounds,
  httpCloseLaunches,
  httpCloseRounds,
}: Plan): readonly Launch[] {
  let firstRound = 0
  return Array.from({ length: httpLaunches + httpCloseLaunches }, (_, index) => {
    const isClose = index >= httpLaunches
    const each = { index, isClose, firstRound, rounds: isClose ? httpCloseRounds : httpRounds }
    firstRound += each.rounds
    return each
  })
}

const allRounds = (launches: readonly Launch[]): number =>
  launches.reduce((sum, { rounds }) => sum + rounds, 0)

export async function runHttp(framework: Framework, plan: Plan, setting: Setting): Promise<HttpResults> {
  const rowsOf = (candidates: readonly HttpCandidate[]): ReadonlyMap<HttpCandidate, HttpRow> =>
    new Map(
      candidates.map((each) => [each, { name: each.name, kind: each.kind, rate: [], main: [], p99: [] }]),
    )
  const all = httpCandidatesFor(framework, setting)
  const rows: Rows = { hot: rowsOf(all), cold: rowsOf(all.filter(({ hotOnly }) => hotOnly !== true)) }
  const launches = launchesOf(plan)
  const total = allRounds(launches)
  const isDueAt = (candidate: HttpCandidate, load: Load, { index, isClose }: Launch): boolean => {
    if (!rows[load].has(candidate)) return false
    if (index === 0) return true
    return candidate.near?.includes(load) === true && (!isClose || candidate.isClose === true)
  }
  for (const each of launches) {
    const isDue: IsDue = (candidate, load) => isDueAt(candidate, load, each)
    await launch(framework, rows, isDue, each, plan, setting)
  }

  const noisy = { hot: noisyUnder(rows, 'hot', plan, total), cold: noisyUnder(rows, 'cold', plan, total) }
  for (const each of launches) {
    const isRepeated: IsDue = (candidate, load) =>
      noisy[load].has(candidate) && isDueAt(candidate, load, each)
    // With what they are compared with.
    const isDue: IsDue = (candidate, load) =>
      isRepeated(candidate, load) ||
      ([OWN, BARE].includes(candidate.name) &&
        isDueAt(candidate, load, each) &&
        all.some((other) => isRepeated(other, load)))
    if (all.some((candidate) => LOADS.some((load) => isRepeated(candidate, load)))) {
      await launch(framework, rows, isDue, { ...each, firstRound: total + each.firstRound }, plan, setting)
    }
  }
  return { hot: [...rows.hot.values()], cold: [...rows.cold.values()] }
}

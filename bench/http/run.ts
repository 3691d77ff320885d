import { Child } from '../child.ts'
import type { Plan } from '../plan.ts'
import type { Setting } from '../policy.ts'
import { reordered } from '../statistics.ts'
import type { Taken } from '../thread-time.ts'
import {
  FRAMEWORKS,
  type Framework,
  HTTP_CANDIDATES,
  type HttpCandidate,
  LOADS,
  type Load,
} from './candidates.ts'
import { checkServer } from './check-server.ts'
import type { LoadAnswer, LoadQuestion } from './load-process.ts'

/** One server under one load, by round. */
export interface HttpRow {
  readonly name: string
  readonly kind: 'this' | 'peer' | 'limit'
  /** Requests a second. */
  readonly rate: number[]
  /** Microseconds of the server's main thread per request. */
  readonly main: number[]
  /** Milliseconds. */
  readonly p99: number[]
}

export type HttpResults = Readonly<Record<Framework, Readonly<Record<Load, readonly HttpRow[]>>>>

interface Started {
  readonly candidate: HttpCandidate
  readonly child: Child
  readonly port: number
}

type Rows = Record<Load, Map<HttpCandidate, HttpRow>>

async function start(
  framework: Framework,
  candidates: readonly HttpCandidate[],
  setting: Setting,
): Promise<readonly Started[]> {
  return Promise.all(
    candidates.map(async (candidate) => {
      const child = new Child('./http/server-process.ts', [framework, candidate.name], setting)
      const { port } = await child.next<{ port: number }>()
      if (candidate.kind !== 'limit') await checkServer(`${candidate.name} on ${framework}`, port, setting)
      return { candidate, child, port }
    }),
  )
}

async function measure(
  { candidate: { name }, child, port }: Started,
  tokens: Load,
  generator: Child,
  plan: Plan,
  milliseconds = plan.httpMilliseconds,
): Promise<(row: HttpRow) => void> {
  const question: Omit<LoadQuestion, 'kind'> = {
    port,
    tokens,
    milliseconds,
    connections: plan.httpConnections,
    most: plan.httpColdMost,
  }
  await generator.ask({ ...question, kind: 'open' })
  await child.ask({ kind: 'start' })
  const {
    requests,
    milliseconds: took,
    refused,
    p99,
  } = await generator.ask<LoadAnswer>({
    ...question,
    kind: 'run',
  })
  const { main } = await child.ask<Taken>({ kind: 'stop' })
  if (refused > 0) throw new Error(`${name} refused ${refused} of ${requests} good tokens`)
  return (row) => {
    row.rate.push((requests / took) * 1_000)
    row.main.push(main / requests)
    row.p99.push(p99)
  }
}

/** Fresh processes each time: where code and data of one come to lie in memory makes several per cent. */
async function launch(
  framework: Framework,
  rows: Rows,
  index: number,
  plan: Plan,
  setting: Setting,
): Promise<void> {
  const isDue = ({ near }: HttpCandidate, load: Load): boolean => index === 0 || near?.includes(load) === true
  const launched = HTTP_CANDIDATES[framework].filter((each) => LOADS.some((load) => isDue(each, load)))
  const started = await start(framework, launched, setting)
  const generator = new Child('./http/load-process.ts', [], setting)
  await generator.next()
  const warm = new Set<Started>()
  // First all of one load, then all of the other: garbage and type feedback of cold tokens would burden the hot ones.
  for (const tokens of LOADS) {
    const measured = started.filter(
      ({ candidate }) => rows[tokens].has(candidate) && isDue(candidate, tokens),
    )
    for (const each of measured) {
      await measure(each, tokens, generator, plan, warm.has(each) ? plan.httpNextWarmUp : plan.httpWarmUp)
      warm.add(each)
    }
    for (let round = 0; round < plan.httpRounds; round++) {
      for (const each of reordered(measured, index * plan.httpRounds + round)) {
        const note = await measure(each, tokens, generator, plan)
        note(rows[tokens].get(each.candidate) as HttpRow)
      }
    }
  }
  await Promise.all([generator.stop(), ...started.map(({ child }) => child.stop())])
}

async function runFramework(
  framework: Framework,
  plan: Plan,
  setting: Setting,
): Promise<HttpResults[Framework]> {
  const rowsOf = (candidates: readonly HttpCandidate[]): Map<HttpCandidate, HttpRow> =>
    new Map(
      candidates.map((each) => [each, { name: each.name, kind: each.kind, rate: [], main: [], p99: [] }]),
    )
  const all = HTTP_CANDIDATES[framework]
  const rows = { hot: rowsOf(all), cold: rowsOf(all.filter(({ hotOnly }) => hotOnly !== true)) }
  for (let index = 0; index < plan.httpLaunches; index++) {
    await launch(framework, rows, index, plan, setting)
  }
  return { hot: [...rows.hot.values()], cold: [...rows.cold.values()] }
}

export async function runHttp(plan: Plan, setting: Setting): Promise<HttpResults> {
  const results: Partial<Record<Framework, HttpResults[Framework]>> = {}
  for (const framework of FRAMEWORKS) results[framework] = await runFramework(framework, plan, setting)
  return results as HttpResults
}

import { Child } from '../child.ts'
import type { Plan } from '../plan.ts'
import type { Setting } from '../policy.ts'
import { rotated } from '../statistics.ts'
import type { Taken } from '../thread-time.ts'
import { FRAMEWORKS, type Framework, HTTP_CANDIDATES } from './candidates.ts'
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

export type Load = LoadQuestion['tokens']
export type HttpResults = Readonly<Record<Framework, Readonly<Record<Load, readonly HttpRow[]>>>>

const LOADS = ['hot', 'cold'] as const
/** Windows thrown away; more of them before the first load, since the servers have just started. */
const WARM_UP = { hot: 6, cold: 3 } as const

interface Started {
  readonly hotOnly: boolean
  readonly child: Child
  readonly port: number
  readonly rows: Readonly<Record<Load, HttpRow>>
}

async function start(framework: Framework, setting: Setting): Promise<readonly Started[]> {
  const started: Started[] = []
  for (const { name, kind, hotOnly = false } of HTTP_CANDIDATES[framework]) {
    const child = new Child('./http/server-process.ts', [framework, name], setting)
    const { port } = await child.next<{ port: number }>()
    const row = (): HttpRow => ({ name, kind, rate: [], main: [], p99: [] })
    started.push({ hotOnly, child, port, rows: { hot: row(), cold: row() } })
  }
  return started
}

async function measure(
  { child, port, rows }: Started,
  tokens: Load,
  generator: Child,
  plan: Plan,
): Promise<() => void> {
  const question: Omit<LoadQuestion, 'kind'> = {
    port,
    tokens,
    milliseconds: plan.httpMilliseconds,
    connections: plan.httpConnections,
    most: plan.httpColdMost,
  }
  await generator.ask({ ...question, kind: 'open' })
  await child.ask({ kind: 'start' })
  const { requests, milliseconds, refused, p99 } = await generator.ask<LoadAnswer>({
    ...question,
    kind: 'run',
  })
  const { main } = await child.ask<Taken>({ kind: 'stop' })
  const { rate, main: mains, p99: p99s, name } = rows[tokens]
  if (refused > 0) throw new Error(`${name} refused ${refused} of ${requests} good tokens`)
  return () => {
    rate.push((requests / milliseconds) * 1_000)
    mains.push(main / requests)
    p99s.push(p99)
  }
}

async function runFramework(
  framework: Framework,
  plan: Plan,
  setting: Setting,
): Promise<HttpResults[Framework]> {
  const started = await start(framework, setting)
  const generator = new Child('./http/load-process.ts', [], setting)
  await generator.next()
  // First all of one load, then all of the other: garbage and type feedback of cold tokens would burden the hot ones.
  const cold = started.filter(({ hotOnly }) => !hotOnly)
  for (const tokens of LOADS) {
    const measured = tokens === 'hot' ? started : cold
    for (let window = 0; window < WARM_UP[tokens]; window++) {
      for (const each of measured) await measure(each, tokens, generator, plan)
    }
    for (let round = 0; round < plan.httpRounds; round++) {
      for (const each of rotated(measured, round)) (await measure(each, tokens, generator, plan))()
    }
  }
  await Promise.all([generator.stop(), ...started.map(({ child }) => child.stop())])
  return { hot: started.map(({ rows }) => rows.hot), cold: cold.map(({ rows }) => rows.cold) }
}

export async function runHttp(plan: Plan, setting: Setting): Promise<HttpResults> {
  const results: Partial<Record<Framework, HttpResults[Framework]>> = {}
  for (const framework of FRAMEWORKS) results[framework] = await runFramework(framework, plan, setting)
  return results as HttpResults
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Child } from './child.ts'
import { runCore } from './core/run.ts'
import { runGrowth } from './growth/run.ts'
import { runHttp } from './http/run.ts'
import { FULL, QUICK } from './plan.ts'
import type { Setting } from './policy.ts'
import { barsOf } from './report/bars.ts'
import { chart } from './report/chart.ts'
import { machine } from './report/machine.ts'
import type { Results } from './report/results.ts'
import { report } from './report/text.ts'
import { prepareTokens } from './token-store.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values
const plan = quick ? QUICK : FULL
const started = performance.now()

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now()
  process.stderr.write(`${what} ...`)
  const result = await work()
  process.stderr.write(` ${((performance.now() - from) / 1_000).toFixed(0)} s\n`)
  return result
}

const here = machine()
const folder = join(root, 'node_modules', '.cache', quick ? 'bench-quick' : 'bench')
await timed('signing tokens', () => prepareTokens(folder, plan.tokens))

const jwksServer = new Child('./jwks-process.ts', [], { folder, jwksUri: '' })
const { port } = await jwksServer.next<{ port: number }>()
const setting: Setting = { folder, jwksUri: `http://127.0.0.1:${port}/keys` }

const core = await timed('bare tokens', () => runCore(plan, setting))
const http = await timed('Express and Fastify', () => runHttp(plan, setting))
const growth = await timed('growth', () => runGrowth(plan, setting))
await jwksServer.stop()

const results: Results = { date: new Date().toISOString(), quick, plan, machine: here, core, http, growth }
console.log(report(results))
if (!quick) {
  const rounded = (_: string, value: unknown): unknown =>
    typeof value === 'number' ? Number(value.toPrecision(6)) : value
  const kept = JSON.stringify({ ...results, bars: barsOf(results) }, rounded, 1)
  writeFileSync(
    join(root, 'bench', 'results.json'),
    `${kept.replace(/\[\s+([-\d.,\se]+?)\s+\]/g, (_, list) => `[${list.replace(/\s+/g, ' ')}]`)}\n`,
  )
  mkdirSync(join(root, 'docs'), { recursive: true })
  writeFileSync(join(root, 'docs', 'bench.svg'), chart(results))
}
console.log(`\nTook ${((performance.now() - started) / 1_000).toFixed(0)} s.`)

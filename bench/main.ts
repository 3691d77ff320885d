import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runHits, runMemory } from './cache/run.ts'
import { askOnce, Child } from './child.ts'
import { comparisonsFor, runComparison } from './comparisons/run.ts'
import { runCore } from './core/run.ts'
import { runDpop } from './dpop/run.ts'
import { FIRST_VERSION, firstVersionBuild } from './first-version.ts'
import { runEventLoop, runTables } from './growth/run.ts'
import { measureStartUp } from './growth/start-up.ts'
import { FRAMEWORKS } from './http/candidates.ts'
import { runHttp } from './http/run.ts'
import { FULL, QUICK } from './plan.ts'
import { ALGORITHMS, type Setting } from './policy.ts'
import { hasRedis, startRedis } from './redis.ts'
import { chart } from './report/chart.ts'
import { machine } from './report/machine.ts'
import type { Results } from './report/results.ts'
import { targetsOf } from './report/targets.ts'
import { report } from './report/text.ts'
import { prepareTokens } from './token-store.ts'

/** A part of the run; `--only` chooses among them. */
interface Section {
  readonly name: string
  readonly run: () => Promise<void>
}

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, 'node_modules', '.cache')
const { quick, only = '' } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
}).values
const plan = quick ? QUICK : FULL
const started = performance.now()

async function timed<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const from = performance.now()
  process.stderr.write(`${what} ...`)
  const result = await work()
  process.stderr.write(` ${((performance.now() - from) / 1_000).toFixed(0)} s\n`)
  return result
}

const here = machine()
const folder = join(cache, quick ? 'bench-quick' : 'bench')
const earlier = await timed('version 0.1.0', () => firstVersionBuild(root))
const firstVersion = 'folder' in earlier ? earlier.folder : ''
const results: Results = {
  date: new Date().toISOString(),
  quick,
  plan,
  machine: here,
  firstVersion: { ...FIRST_VERSION, ...('leftOut' in earlier ? earlier : {}) },
  core: {},
  comparisons: [],
  http: {},
}

function sections(setting: Setting): readonly Section[] {
  return [
    ...ALGORITHMS.map((algorithm) => ({
      name: `bare tokens, ${algorithm}`,
      run: async () => {
        results.core[algorithm] = await runCore(algorithm, plan, setting)
      },
    })),
    ...comparisonsFor(setting).map((comparison) => ({
      name: `comparison: ${comparison.name}`,
      run: async () => {
        results.comparisons.push(await runComparison(comparison, plan, setting))
      },
    })),
    ...FRAMEWORKS.map((framework) => ({
      name: `HTTP, ${framework}`,
      run: async () => {
        results.http[framework] = await runHttp(framework, plan, setting)
      },
    })),
    {
      name: 'DPoP',
      run: async () => {
        results.dpop = await runDpop(plan, setting)
      },
    },
    {
      name: 'new token, part by part',
      run: async () => {
        results.parts = await askOnce('./core/parts-process.ts', [], plan, setting)
      },
    },
    {
      name: 'hits',
      run: async () => {
        results.hits = await runHits(plan, setting)
      },
    },
    {
      name: 'memory',
      run: async () => {
        results.memory = await runMemory(plan, setting)
      },
    },
    {
      name: 'keys, issuers, claims',
      run: async () => {
        results.growth = await runTables(plan, setting)
      },
    },
    {
      name: 'event loop',
      run: async () => {
        results.eventLoop = await runEventLoop(plan, setting)
      },
    },
    {
      name: 'start-up',
      run: async () => {
        results.startUp = measureStartUp(plan.startUps, setting.firstVersion)
      },
    },
  ]
}

/** Without white space within lists of numbers. */
function json(value: object): string {
  const rounded = (_: string, each: unknown): unknown =>
    typeof each === 'number' ? Number(each.toPrecision(6)) : each
  const text = JSON.stringify(value, rounded, 1)
  return `${text.replace(/\[\s+((?:null|[-\d.,\se])+?)\s+\]/g, (_, list) => `[${list.replace(/\s+/g, ' ')}]`)}\n`
}

await timed('signing tokens', () => prepareTokens(folder, plan.tokens))
await startRedis()
if (!hasRedis()) console.error('redis-server is not installed: rows with Redis are left out.')
const jwksServer = new Child('./jwks-process.ts', [], { folder, jwksUri: '', firstVersion })
const { port } = await jwksServer.next<{ port: number }>()
const all = sections({ folder, jwksUri: `http://127.0.0.1:${port}/keys`, firstVersion })
const chosen = all.filter(({ name }) => name.toLowerCase().includes(only.toLowerCase()))
for (const { name, run } of chosen) await timed(name, run)
await jwksServer.stop()

if (chosen.length === 0) {
  console.error(`No section contains "${only}". The sections:\n  ${all.map(({ name }) => name).join('\n  ')}`)
  process.exitCode = 2
} else {
  console.log(report(results))
  if (!quick && chosen.length === all.length) {
    writeFileSync(join(root, 'bench', 'results.json'), json({ ...results, targets: targetsOf(results) }))
    mkdirSync(join(root, 'docs'), { recursive: true })
    writeFileSync(join(root, 'docs', 'bench.svg'), chart(results))
  }
  console.log(`\nTook ${((performance.now() - started) / 1_000).toFixed(0)} s.`)
}

import type { HitRow } from '../cache/hits-process.ts'
import type { MemoryTable } from '../cache/memory-process.ts'
import type { ComparisonResult } from '../comparisons/run.ts'
import type { Parts } from '../core/parts-process.ts'
import type { CoreRow } from '../core/run.ts'
import { LIMIT } from '../dpop/candidates.ts'
import type { DpopResults } from '../dpop/run.ts'
import type { GrowthPoint } from '../growth/tables-process.ts'
import { FRAMEWORKS, OWN } from '../http/candidates.ts'
import type { HttpRow } from '../http/run.ts'
import { ALGORITHMS } from '../policy.ts'
import { middle, type Row, ratio, type Series, spreadOf } from '../row.ts'
import type { Results } from './results.ts'
import { targetsOf } from './targets.ts'
import { type Cell, textTable } from './text-table.ts'

const percent = (share: number): string => `±${(share * 100).toFixed(0)}%`
const count = (value: number): string => value.toLocaleString('en')

function spreadCell<R extends Row>(row: R, reference: R, series: (row: R) => Series): string {
  const spread = percent(spreadOf(row, reference, series))
  return row.repeat === undefined ? spread : `${spread}, repeated after ${percent(row.repeat.firstSpread)}`
}

const MEGA = 1_048_576

function dpopTables({ tables, store }: DpopResults): string[] {
  const of = tables.map(({ algorithm, load, rows }) => {
    const limit = rows.find(({ name }) => name === LIMIT) as (typeof rows)[number]
    const cells = rows.map((row): Cell[] => [
      row.name,
      middle(row, ({ wall }) => wall),
      middle(row, ({ main }) => main),
      ratio(row, limit, ({ main }) => main),
      spreadCell(row, limit, ({ main }) => main),
    ])
    const head = ['candidate', 'µs/request', 'main thread µs', 'of the limit', 'spread']
    return textTable(`DPoP: cached tokens, fresh ${algorithm} proofs, ${load}`, head, cells)
  })
  const cells = store.map(({ proofs, accepted, bytes }): Cell[] => [
    count(proofs),
    count(accepted),
    bytes / MEGA,
  ])
  return [...of, textTable('Replay store in memory', ['proofs sent', 'remembered', 'MB'], cells)]
}

function coreTable(title: string, rows: readonly CoreRow[], order: 'wall' | 'main'): string {
  const own = rows.find(({ name }) => name === OWN) as CoreRow
  const ordered = (row: CoreRow): Series => row[order]
  const cells = rows
    .toSorted((a, b) => middle(a, ordered) - middle(b, ordered))
    .map((row): Cell[] => [
      row.name,
      middle(row, ({ wall }) => wall),
      1e6 / middle(row, ({ wall }) => wall),
      middle(row, ({ main }) => main),
      middle(row, ({ all }) => all),
      ratio(row, own, ordered),
      spreadCell(row, own, ordered),
    ])
  const head = [
    'candidate',
    'µs/token',
    'tokens/s',
    'main thread µs',
    'all threads µs',
    `ratio (${order})`,
    'spread',
  ]
  return textTable(title, head, cells)
}

/** Parts that take less are added up. */
const LEAST = 0.02

function partsTable(parts: Parts): string {
  // Reading the clock is part of each.
  const { 'no work': nothing = 0, ...measured } = parts
  const times = Object.entries(measured).map(([name, time]) => [name, time - nothing] as const)
  const named = times.filter(([, time]) => time >= LEAST).toSorted((a, b) => b[1] - a[1])
  const others = times.reduce((sum, [, time]) => sum + (time < LEAST ? Math.max(0, time) : 0), 0)
  return textTable('A new RS256 token, part by part', ['part', 'µs'], [...named, ['others', others]])
}

function comparisonsTable(comparisons: readonly ComparisonResult[]): string {
  const cells = comparisons.map(({ name, side, base }): Cell[] => [
    name,
    middle(side, ({ main }) => main),
    middle(base, ({ main }) => main),
    ratio(side, base, ({ main }) => main),
    ratio(side, base, ({ wall }) => wall),
    spreadCell(side, base, ({ main }) => main),
  ])
  const head = ['comparison', 'main thread µs', 'base µs', 'ratio (main)', 'ratio (wall)', 'spread']
  return textTable('In one process, slices in turn', head, cells)
}

function httpTable(title: string, rows: readonly HttpRow[]): string {
  const [bare] = rows as readonly [HttpRow]
  const own = rows.find(({ name }) => name === OWN) as HttpRow
  const rate = (row: HttpRow): Series => row.rate
  const cells = rows
    .toSorted((a, b) => middle(b, rate) - middle(a, rate))
    .map((row): Cell[] => [
      row.name,
      middle(row, rate),
      ratio(row, bare, rate),
      middle(row, ({ main }) => main),
      middle(row, ({ p99 }) => p99),
      spreadCell(row, own, rate),
    ])
  return textTable(title, ['candidate', 'requests/s', 'of bare', 'main thread µs', 'p99 ms', 'spread'], cells)
}

function hitsTable(rows: readonly HitRow[]): string {
  const cells = rows.map((row): Cell[] => [
    row.version,
    row.name,
    row.hitRate,
    middle(row, ({ decide }) => decide),
    middle(row, ({ verify }) => verify),
    row.admission ?? '',
    spreadCell(row, row, ({ decide }) => decide),
  ])
  const head = [
    'version',
    'tokens in use',
    'hit rate',
    'decide() µs',
    'verify() µs',
    'admission µs',
    'spread',
  ]
  return textTable('Hits: tokenCache.max tokens in use, each time a new string', head, cells)
}

function memoryTable({ version, characters, points }: MemoryTable): string {
  return textTable(
    `Memory of the cache, ${version}: at most 10,000 tokens of ${characters} characters`,
    ['distinct tokens', 'last ones sent', 'in the cache', 'bytes per cached token', 'cache MB', 'process MB'],
    points.map(({ offered, sent, cached, bytes, resident }): Cell[] => [
      count(offered),
      sent,
      count(cached),
      bytes / cached,
      bytes / MEGA,
      resident / MEGA,
    ]),
  )
}

function growthTable(title: string, unit: string, points: readonly GrowthPoint[]): string {
  const cells = points.map(({ size, hit, cold }): Cell[] => [String(size), hit, cold])
  return textTable(title, [unit, 'hit µs', 'cold ES256, main thread µs'], cells)
}

function growthTables({ growth, eventLoop, startUp }: Results): string[] {
  const tables: string[] = []
  if (growth !== undefined) {
    tables.push(
      growthTable('Keys in the set', 'keys', growth.keys),
      growthTable('Issuers accepted', 'issuers', growth.issuers),
      growthTable('Tenants, found by a function', 'tenants', growth.tenants),
      growthTable('Size of the claims', 'KB', growth.kilobytes),
    )
  }
  if (eventLoop !== undefined) {
    const cells = eventLoop.map(({ name, p50, p99, worst, verified }): Cell[] => [
      name,
      p50,
      p99,
      worst,
      verified,
    ])
    const head = ['candidate', 'p50 ms', 'p99 ms', 'max ms', 'verified/s']
    tables.push(textTable('Event loop delay under 10,000 new RS256 tokens a second', head, cells))
  }
  if (startUp !== undefined) {
    const cells = startUp.map(({ name, milliseconds }): Cell[] => [name, milliseconds])
    tables.push(textTable('Import in a new process', ['package', 'ms'], cells))
  }
  return tables
}

function heading({ machine, firstVersion }: Results): string[] {
  const versions = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`)
  const { version, commit, leftOut } = firstVersion
  return [
    `Node.js ${machine.node}, OpenSSL ${machine.openssl}, ${machine.cores} x ${machine.cpu}, ${machine.platform}, load before ${machine.loadBefore.toFixed(2)}`,
    versions.join(', '),
    leftOut === undefined
      ? `Version ${version} of this library, built from commit ${commit.slice(0, 7)}`
      : `VERSION ${version} OF THIS LIBRARY IS LEFT OUT: ${leftOut}`,
  ]
}

/** What a run prints at its end. */
export function report(results: Results): string {
  const { core, comparisons, http, dpop, parts, hits, memory = [], plan, quick } = results
  const targets = targetsOf(results).map(({ what, wanted, reached, met }): Cell[] => [
    met ? 'met' : 'MISSED',
    what,
    reached,
    wanted,
  ])
  return [
    ...heading(results),
    ...(core.RS256?.hot === undefined
      ? []
      : [coreTable('Hot: 100 RS256 tokens repeated, one after the other', core.RS256.hot, 'wall')]),
    ...ALGORITHMS.flatMap((algorithm) => {
      const rows = core[algorithm]?.cold
      return rows === undefined ? [] : [coreTable(`Cold: new ${algorithm} tokens, 100 at once`, rows, 'main')]
    }),
    ...(comparisons.length === 0 ? [] : [comparisonsTable(comparisons)]),
    ...FRAMEWORKS.flatMap((framework) => {
      const rows = http[framework]
      return rows === undefined
        ? []
        : [
            httpTable(`${framework}, 100 tokens repeated`, rows.hot),
            httpTable(`${framework}, new tokens`, rows.cold),
          ]
    }),
    ...(dpop === undefined ? [] : dpopTables(dpop)),
    ...(parts === undefined ? [] : [partsTable(parts)]),
    ...(hits === undefined ? [] : [hitsTable(hits)]),
    ...memory.map(memoryTable),
    ...growthTables(results),
    ...(targets.length === 0 ? [] : [textTable('Targets', ['', 'what', 'reached', 'wanted'], targets)]),
    ...(results.firstVersion.leftOut === undefined
      ? []
      : [`\nNot compared with version ${results.firstVersion.version}: ${results.firstVersion.leftOut}`]),
    quick
      ? '\nA quick run: the figures are rough.'
      : `\nA row with a spread above ${plan.mostSpread * 100} % was measured once more: the second measurement counts, and the table also shows the first spread.`,
  ].join('\n')
}

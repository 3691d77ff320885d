import type { Row } from '../core/run.ts'
import type { GrowthPoint } from '../growth/tables-process.ts'
import { FRAMEWORKS } from '../http/candidates.ts'
import type { HttpRow } from '../http/run.ts'
import { ALGORITHMS } from '../policy.ts'
import { median, medianRatio, spread } from '../statistics.ts'
import { barsOf } from './bars.ts'
import type { Results } from './results.ts'
import { type Cell, textTable } from './text-table.ts'

const percent = (share: number): string => `±${(share * 100).toFixed(0)}%`

function coreTable(title: string, rows: readonly Row[], order: 'wall' | 'main'): string {
  const own = rows[0] as Row
  const cells = rows
    .toSorted((a, b) => median(a[order]) - median(b[order]))
    .map((row): Cell[] => [
      row.name,
      median(row.wall),
      1e6 / median(row.wall),
      median(row.main),
      median(row.all),
      medianRatio(row[order], own[order]),
      percent(spread(row[order])),
    ])
  const head = [
    'candidate',
    'µs/token',
    'tokens/s',
    'main thread µs',
    'all threads µs',
    `ratio (${order})`,
    'rounds',
  ]
  return textTable(title, head, cells)
}

function httpTable(title: string, rows: readonly HttpRow[]): string {
  const bare = rows[0] as HttpRow
  const cells = rows
    .toSorted((a, b) => median(b.rate) - median(a.rate))
    .map((row): Cell[] => [
      row.name,
      median(row.rate),
      medianRatio(row.rate, bare.rate),
      median(row.main),
      median(row.p99),
      percent(spread(row.rate)),
    ])
  return textTable(title, ['candidate', 'requests/s', 'of bare', 'main thread µs', 'p99 ms', 'rounds'], cells)
}

function growthTable(title: string, unit: string, points: readonly GrowthPoint[]): string {
  const cells = points.map(({ size, hit, cold }): Cell[] => [String(size), hit, cold])
  return textTable(title, [unit, 'hit µs', 'cold ES256, main thread µs'], cells)
}

const MEGA = 1_048_576

function growthTables({ growth }: Results): string[] {
  const count = (value: number): string => value.toLocaleString('en')
  return [
    textTable(
      'Cache: tokens offered to one verifier (bound: 10,000)',
      ['offered', 'kept', 'hit µs', 'bytes per token kept', 'cache MB', 'process MB'],
      growth.memory.map(({ offered, kept, bytes, resident, hit }): Cell[] => [
        count(offered),
        count(kept),
        hit,
        bytes / kept,
        bytes / MEGA,
        resident / MEGA,
      ]),
    ),
    growthTable('Keys in the set', 'keys', growth.keys),
    growthTable('Issuers accepted', 'issuers', growth.issuers),
    growthTable('Size of the claims', 'KB', growth.kilobytes),
    textTable(
      'Event loop delay, 10,000 cold RS256 tokens a second offered',
      ['candidate', 'p50 ms', 'p99 ms', 'max ms', 'verified/s'],
      growth.eventLoop.map(({ name, p50, p99, worst, verified }): Cell[] => [
        name,
        p50,
        p99,
        worst,
        verified,
      ]),
    ),
    textTable(
      'Start-up: import in a fresh process',
      ['package', 'ms'],
      growth.startUp.map(({ name, milliseconds }): Cell[] => [name, milliseconds]),
    ),
  ]
}

/** What is printed at the end of a run. */
export function report(results: Results): string {
  const { machine, core, http } = results
  const versions = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`)
  const bars = barsOf(results).map(({ what, wanted, reached, holds }): Cell[] => [
    holds ? 'holds' : 'BEHIND',
    what,
    reached,
    wanted,
  ])
  return [
    `Node.js ${machine.node}, OpenSSL ${machine.openssl}, ${machine.cores} x ${machine.cpu}, ${machine.platform}, load before ${machine.loadBefore.toFixed(2)}`,
    versions.join(', '),
    coreTable('Hot: 100 RS256 tokens repeated, one after the other', core.hot, 'wall'),
    ...ALGORITHMS.flatMap((algorithm) =>
      coreTable(`Cold: distinct ${algorithm} tokens, 100 at once`, core.cold[algorithm], 'main'),
    ),
    ...FRAMEWORKS.flatMap((framework) => [
      httpTable(`${framework}, 100 tokens repeated`, http[framework].hot),
      httpTable(`${framework}, distinct tokens`, http[framework].cold),
    ]),
    ...growthTables(results),
    textTable('To be reached', ['', 'what', 'reached', 'wanted'], bars),
    results.quick ? '\nA quick run: figures are rough.' : '',
  ].join('\n')
}

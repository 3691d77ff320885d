import type { HitRow } from '../cache/hits-process.ts'
import type { MemoryTable } from '../cache/memory-process.ts'
import type { ComparisonResult } from '../comparisons/run.ts'
import type { CoreRow } from '../core/run.ts'
import { LIMIT } from '../dpop/candidates.ts'
import type { DpopResults } from '../dpop/run.ts'
import {
  BARE,
  DPOP_ALLOWED,
  DPOP_OFF,
  FRAMEWORKS,
  type Framework,
  INTROSPECTED,
  INTROSPECTED_PEER,
  type Load,
  OWN,
} from '../http/candidates.ts'
import type { HttpResults, HttpRow } from '../http/run.ts'
import { middle, type Row, ratio, type Series } from '../row.ts'
import type { Results } from './results.ts'

/** One thing that this library has to reach. */
export interface Target {
  readonly what: string
  readonly wanted: string
  readonly reached: string
  readonly met: boolean
}

const EARLIER = 'version 0.1.0'
const LEAST_OF_FIRST_VERSION = 0.97

const wall = (row: { readonly wall: Series }): Series => row.wall
const main = (row: { readonly main: Series }): Series => row.main
const rate = (row: HttpRow): Series => row.rate

function rowNamed<R extends Row>(rows: readonly R[], name: string): R {
  const found = rows.find((each) => each.name === name)
  if (found === undefined) throw new Error(`${name} was not measured`)
  return found
}

/** The peer with the lowest value. */
function lowest<R extends Row>(rows: readonly R[], value: (row: R) => number): R {
  return rows.filter(({ kind }) => kind === 'peer').reduce((a, b) => (value(b) < value(a) ? b : a))
}

const times = (value: number): string => `${value.toFixed(2)} x`

function atLeast(what: string, wanted: number, reached: number, whom: string): Target {
  return { what, wanted: `>= ${times(wanted)} ${whom}`, reached: times(reached), met: reached >= wanted }
}

function atMost(what: string, wanted: number, reached: number, whom: string): Target {
  return { what, wanted: `<= ${times(wanted)} ${whom}`, reached: times(reached), met: reached <= wanted }
}

function hotTargets(rows: readonly CoreRow[]): Target[] {
  const own = rowNamed(rows, OWN)
  const cached = rowNamed(rows, 'fast-jwt, cache')
  const uncached = lowest(
    rows.filter(({ caches }) => !caches),
    (row) => middle(row, wall),
  )
  const best = lowest(rows, (row) => middle(row, wall))
  return [
    atLeast('hot verify()', 1.5, ratio(cached, own, wall), cached.name),
    atLeast(
      'hot verify()',
      15,
      ratio(uncached, own, wall),
      `${uncached.name}, the fastest peer without cache`,
    ),
    atLeast('hot verify()', 1, ratio(best, own, wall), `${best.name}, the best peer`),
  ]
}

function coldTargets(rows: readonly CoreRow[]): Target[] {
  const own = rowNamed(rows, OWN)
  const jose = rowNamed(rows, 'jose')
  const limit = rowNamed(rows, 'crypto.verify, sync')
  const best = lowest(rows, (row) => middle(row, wall))
  return [
    atMost('cold RS256, main thread', 1, ratio(own, limit, main), limit.name),
    atLeast('cold RS256, main thread', 0.95, ratio(jose, own, main), jose.name),
    atLeast('cold RS256, throughput', 0.95, ratio(jose, own, wall), jose.name),
    atLeast('cold RS256, throughput', 1, ratio(best, own, wall), `${best.name}, the best peer`),
  ]
}

function comparisonTargets({ name, side, base, most, wallToo }: ComparisonResult): Target[] {
  const targets = [atMost(`${name}: main thread`, most, ratio(side, base, main), base.name)]
  if (wallToo) targets.push(atMost(`${name}: wall time`, most, ratio(side, base, wall), base.name))
  return targets
}

/** The servers that are compared with another one than this library with its defaults. */
const HTTP_PAIRS = [
  { what: 'DPoP allowed', row: DPOP_ALLOWED, base: DPOP_OFF, least: 0.95 },
  { what: 'introspection', row: INTROSPECTED, base: INTROSPECTED_PEER, least: 1 },
] as const

function httpPairTargets(framework: Framework, rows: readonly HttpRow[]): Target[] {
  return HTTP_PAIRS.flatMap(({ what, row: name, base: baseName, least }) => {
    const row = rows.find((each) => each.name === name)
    const base = rows.find((each) => each.name === baseName)
    if (row === undefined || base === undefined) return []
    return [atLeast(`${framework}, repeated tokens, ${what}`, least, ratio(row, base, rate), baseName)]
  })
}

function httpTargets(framework: Framework, load: Load, rows: readonly HttpRow[]): Target[] {
  const own = rowNamed(rows, OWN)
  const best = lowest(rows, (row) => -middle(row, rate))
  const what = `${framework}, ${load === 'hot' ? 'repeated' : 'new'} tokens`
  const against = (wanted: number, row: HttpRow, whom = row.name): Target =>
    atLeast(what, wanted, ratio(own, row, rate), whom)
  const earlier = rows.filter(({ name }) => name === EARLIER)
  return [
    ...(load === 'hot'
      ? [against(0.95, rowNamed(rows, BARE), `${framework} ${BARE}`)]
      : [against(0.95, rowNamed(rows, 'jose'))]),
    against(1, best, `${best.name}, the best peer`),
    ...earlier.map((row) => against(LEAST_OF_FIRST_VERSION, row)),
    ...httpPairTargets(framework, rows),
  ]
}

const MOST_OF_A_HIT = 0.5
const LEAST_HIT_RATE = 0.9

function hitTargets(rows: readonly HitRow[]): Target[] {
  return rows
    .filter(({ kind }) => kind === 'this')
    .flatMap((row) => {
      const { name, tokens, hitRate } = row
      const rateTarget: Target = {
        what: `hit rate, ${name}`,
        wanted: `>= ${LEAST_HIT_RATE}`,
        reached: hitRate.toFixed(2),
        met: hitRate >= LEAST_HIT_RATE,
      }
      if (tokens !== 10_000) return [rateTarget]
      const microseconds = middle(row, (each) => each.decide)
      const costTarget: Target = {
        what: `a hit, ${name}`,
        wanted: `<= ${MOST_OF_A_HIT} µs`,
        reached: `${microseconds.toFixed(2)} µs`,
        met: microseconds <= MOST_OF_A_HIT,
      }
      return [rateTarget, costTarget]
    })
}

const BYTES_PER_CHARACTER = 3.5
const BYTES_PER_TOKEN = 1_024
/** With fewer tokens in the cache, the rest of the heap would count as memory of the cache. */
const FEWEST_CACHED = 1_000

function memoryTargets({ characters, points }: MemoryTable): Target[] {
  const full = points.filter(({ sent, cached }) => sent === 'three times' && cached >= FEWEST_CACHED)
  const worst = Math.max(...full.map(({ bytes, cached }) => bytes / cached))
  const most = Math.round(characters * BYTES_PER_CHARACTER + BYTES_PER_TOKEN)
  const last = points.at(-1)
  // The first point with a full cache at which tokens were sent in the same way.
  const evicting = points.find(({ offered, cached, sent }) => sent === last?.sent && offered > cached)
  if (evicting === undefined || last === undefined) throw new Error('Memory was not measured')
  return [
    {
      what: 'memory per cached token, at worst',
      wanted: `<= ${most} bytes, for ${characters} characters`,
      reached: full.length === 0 ? 'too few cached' : `${Math.round(worst)} bytes`,
      met: full.length > 0 && worst <= most,
    },
    atMost(
      `memory after ${last.offered.toLocaleString('en')} tokens`,
      1.1,
      last.bytes / evicting.bytes,
      `that after ${evicting.offered.toLocaleString('en')}`,
    ),
  ]
}

/** Main-thread time with a cached token, as a multiple of the time to verify the proof alone. */
const MOST_OF_PROOF = {
  ES256: { 'new key': 1.3, 'same key': 1.3 },
  RS256: { 'new key': 3.5, 'same key': 2 },
} as const

function dpopTargets({ tables, store }: DpopResults): Target[] {
  const [full, last] = store.slice(-2)
  return [
    ...tables.flatMap(({ algorithm, load, rows }) => {
      const own = rowNamed(rows, OWN)
      const what = `DPoP, ${algorithm}, ${load}`
      const most = MOST_OF_PROOF[algorithm][load]
      const limit = rowNamed(rows, LIMIT)
      return [
        atMost(`${what}: main thread`, most, ratio(own, limit, main), LIMIT),
        ...rows
          .filter(({ kind }) => kind === 'peer')
          .map((peer) => atLeast(`${what}: throughput`, 1, ratio(peer, own, wall), peer.name)),
      ]
    }),
    ...(full === undefined || last === undefined
      ? []
      : [
          atMost(
            `replay store after ${last.proofs.toLocaleString('en')} proofs: memory`,
            1.02,
            last.bytes / full.bytes,
            `that at its bound`,
          ),
        ]),
  ]
}

/** What was to be reached, and what was. */
export function targetsOf({ core, comparisons, http, dpop, hits, memory }: Results): readonly Target[] {
  const httpOf = (load: Load): Target[] =>
    FRAMEWORKS.flatMap((framework) => {
      const rows: HttpResults | undefined = http[framework]
      return rows === undefined ? [] : httpTargets(framework, load, rows[load])
    })
  const own = memory?.find(({ version }) => version === OWN)
  return [
    ...(core.RS256?.hot === undefined ? [] : hotTargets(core.RS256.hot)),
    ...(core.RS256 === undefined ? [] : coldTargets(core.RS256.cold)),
    ...comparisons.flatMap(comparisonTargets),
    ...httpOf('hot'),
    ...httpOf('cold'),
    ...(dpop === undefined ? [] : dpopTargets(dpop)),
    ...(hits === undefined ? [] : hitTargets(hits)),
    ...(own === undefined ? [] : memoryTargets(own)),
  ]
}

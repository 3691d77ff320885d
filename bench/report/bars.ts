import type { Row } from '../core/run.ts'
import { BARE, type Framework, type Load } from '../http/candidates.ts'
import type { HttpRow } from '../http/run.ts'
import { median, medianRatio } from '../statistics.ts'
import type { Results } from './results.ts'

/** One thing that this library sets itself to reach. */
export interface Bar {
  readonly what: string
  readonly wanted: string
  readonly reached: string
  readonly holds: boolean
}

interface Named {
  readonly name: string
  readonly kind: string
}

const OWN = 'this library'

function row<R extends Named>(rows: readonly R[], name: string): R {
  const found = rows.find((each) => each.name === name)
  if (found === undefined) throw new Error(`${name} was not measured`)
  return found
}

function best<R extends Named>(rows: readonly R[], value: (row: R) => number): R {
  return rows.filter(({ kind }) => kind === 'peer').reduce((a, b) => (value(b) < value(a) ? b : a))
}

const times = (ratio: number): string => `${ratio.toFixed(2)} x`

function atLeast(what: string, wanted: number, ratio: number, whom: string): Bar {
  return { what, wanted: `>= ${times(wanted)} ${whom}`, reached: times(ratio), holds: ratio >= wanted }
}

function hotBars(rows: readonly Row[]): Bar[] {
  const own = row(rows, OWN)
  const cached = row(rows, 'fast-jwt, cache')
  const uncached = best(
    rows.filter(({ caches }) => !caches),
    ({ wall }) => median(wall),
  )
  return [
    atLeast('hot verify', 1.5, medianRatio(cached.wall, own.wall), cached.name),
    atLeast(
      'hot verify',
      15,
      medianRatio(uncached.wall, own.wall),
      `${uncached.name}, the fastest without cache`,
    ),
  ]
}

function coldBars(rows: readonly Row[]): Bar[] {
  const own = row(rows, OWN)
  const main = medianRatio(own.main, row(rows, 'crypto.verify, sync').main)
  const peer = best(rows, ({ wall }) => median(wall))
  return [
    {
      what: 'cold RS256, main thread',
      wanted: '<= 1.00 x crypto.verify, sync',
      reached: times(main),
      holds: main <= 1,
    },
    atLeast('cold RS256, throughput', 1, medianRatio(peer.wall, own.wall), `${peer.name}, the best peer`),
  ]
}

function httpBars(framework: Framework, load: Load, rows: readonly HttpRow[]): Bar[] {
  const own = row(rows, OWN)
  const peer = best(rows, ({ rate }) => -median(rate))
  const what = `${framework}, ${load === 'hot' ? 'repeated tokens' : 'cold tokens'}`
  const bars = [atLeast(what, 1, medianRatio(own.rate, peer.rate), `${peer.name}, the best peer`)]
  if (load === 'cold') return bars
  const bare = row(rows, BARE)
  return [atLeast(what, 0.95, medianRatio(own.rate, bare.rate), `a bare ${framework}`), ...bars]
}

function memoryBars({ growth: { memory } }: Results): Bar[] {
  const perToken = Math.max(...memory.map(({ bytes, kept }) => bytes / kept))
  // Flat from where the cache has been turned over; see the README for the step when it first evicts.
  const turnedOver = memory.find(({ offered, kept }) => offered > kept) ?? memory.at(-1)
  const last = memory.at(-1)
  if (turnedOver === undefined || last === undefined) throw new Error('Memory was not measured')
  const growth = last.bytes / turnedOver.bytes
  return [
    {
      what: 'memory per cached token, the worst',
      wanted: '<= 3072 bytes',
      reached: `${Math.round(perToken)} bytes`,
      holds: perToken <= 3_072,
    },
    {
      what: `memory after ${last.offered.toLocaleString('en')} tokens`,
      wanted: `<= 1.10 x that after ${turnedOver.offered.toLocaleString('en')}`,
      reached: times(growth),
      holds: growth <= 1.1,
    },
  ]
}

/** What was to be reached, and what was. */
export function barsOf(results: Results): readonly Bar[] {
  const { core, http } = results
  return [
    ...hotBars(core.hot),
    ...coldBars(core.cold.RS256),
    ...httpBars('fastify', 'hot', http.fastify.hot),
    ...httpBars('express', 'hot', http.express.hot),
    ...httpBars('fastify', 'cold', http.fastify.cold),
    ...httpBars('express', 'cold', http.express.cold),
    ...memoryBars(results),
  ]
}

import { expect, it } from 'vitest'
import { Unchanged } from '../../src/issuer/unchanged.ts'

const MINUTE = 60_000
const moments = (unchanged: Unchanged): readonly number[] =>
  [-1, 0, 1, 9_999, 10_000, MINUTE - 1, MINUTE, Number.NaN].filter((wall) => unchanged.includes(wall))

it('includes nothing before it was started', () => {
  expect(moments(new Unchanged())).toEqual([])
})

it('includes the moments from its start on, until something is due', () => {
  const unchanged = new Unchanged()
  unchanged.start(0, 10_000)
  expect(moments(unchanged)).toEqual([0, 1, 9_999])
  unchanged.start(1, 9_999)
  expect(moments(unchanged)).toEqual([1, 9_999])
})

it('lasts a minute at most', () => {
  const unchanged = new Unchanged()
  unchanged.start(0, Number.POSITIVE_INFINITY)
  expect(moments(unchanged)).toEqual([0, 1, 9_999, 10_000, MINUTE - 1])
})

it('includes nothing after its end', () => {
  for (const unchanged of [new Unchanged(), Unchanged.forever()]) {
    unchanged.start(0, 10_000)
    unchanged.end()
    expect(moments(unchanged)).toEqual([])
  }
})

it('may last forever, whatever the clock says', () => {
  expect(moments(Unchanged.forever())).toEqual([-1, 0, 1, 9_999, 10_000, MINUTE - 1, MINUTE])
})

import { expect, it } from 'vitest'
import { interval } from '../mutation-summary.ts'

// The values of R's prop.test(correct = FALSE).
it.each([
  [95, 100, 88.8, 97.8],
  [10, 10, 72.2, 100],
  [0, 10, 0, 27.8],
])('the 95 %% interval of %i of %i is %d to %d', (hits, total, low, high) => {
  const [from, to] = interval(hits, total)
  expect(from).toBeCloseTo(low, 0)
  expect(to).toBeCloseTo(high, 0)
})

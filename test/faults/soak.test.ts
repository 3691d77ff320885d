import { expect, test } from 'vitest'
import { soak } from './soak.ts'

test('every outcome is allowed during three seconds of load with rotations, outages and floods', async () => {
  const seed = Math.floor(Math.random() * 2 ** 32)
  console.log(`soak seed ${seed}`)
  const report = await soak(3, seed)
  expect(report.violations, `seed ${seed}`).toEqual([])
  expect(report.outcomes['known key: accepted']).toBeGreaterThan(100)
  expect(report.fetches.keys).toBeLessThanOrEqual(report.fetches.most)
})

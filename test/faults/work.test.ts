import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { INPUTS } from './work-inputs.ts'

const PROGRAM = fileURLToPath(new URL('work-program.ts', import.meta.url))

/** A compiler that steps in while work is counted loses counts, sooner or later as the machine is busy. */
const INTERPRETED = ['--no-opt', '--no-maglev', '--no-sparkplug']

/** In a process of its own: to count work takes the counters that the measurement of coverage needs. */
async function countWork(): Promise<Readonly<Record<string, readonly number[]>>> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...INTERPRETED,
    '--conditions=source',
    '--no-warnings',
    PROGRAM,
  ])
  return JSON.parse(stdout)
}

test('twice the input is twice the work at the most, whatever the input', async () => {
  const work = await countWork()
  expect(Object.keys(work)).toEqual(Object.keys(INPUTS))
  const growth = Object.entries(work).map(([name, counts]) => {
    const ratios = counts.slice(1).map((count, index) => count / (counts[index] as number))
    return [name, Math.max(...ratios)] as const
  })

  expect(growth.filter(([, ratio]) => !(ratio < 2.05))).toEqual([])
  // The counters do count: where each member is looked at, twice as many are nearly twice the work.
  expect(Object.fromEntries(growth).members).toBeGreaterThan(1.9)
})

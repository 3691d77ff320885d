import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { INPUTS } from './work-inputs.ts'

const PROGRAM = fileURLToPath(new URL('work-program.ts', import.meta.url))

/** Compilers lose counts when they replace interpreted code, at a time that depends on the load of the machine. */
const INTERPRETED = ['--no-opt', '--no-maglev', '--no-sparkplug']

/** Runs in a child process, because the counters are also used to measure coverage. */
async function countWork(): Promise<Readonly<Record<string, readonly number[]>>> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...INTERPRETED,
    '--conditions=source',
    '--no-warnings',
    PROGRAM,
  ])
  return JSON.parse(stdout)
}

test('doubling the size of an input at most doubles the work', async () => {
  const work = await countWork()
  expect(Object.keys(work)).toEqual(Object.keys(INPUTS))
  const growth = Object.entries(work).map(([name, counts]) => {
    const ratios = counts.slice(1).map((count, index) => count / (counts[index] as number))
    return [name, Math.max(...ratios)] as const
  })

  expect(growth.filter(([, ratio]) => !(ratio < 2.05))).toEqual([])
  // Confirms that the counters work: doubling the number of members almost doubles the work.
  expect(Object.fromEntries(growth).members).toBeGreaterThan(1.9)
})

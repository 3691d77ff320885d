import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

/** What the reporter prints for the files of `closing-line`, and the exit code. */
function run(args: readonly string[], ci = false): { lines: string[]; code: number | null } {
  const root = join(import.meta.dirname, 'closing-line')
  const { CI: _, VITEST: _vitest, ...env } = process.env
  const { stdout, status } = spawnSync(process.execPath, [vitest, 'run', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...env, ...(ci && { CI: 'true' }) },
  })
  return { lines: stdout.trimEnd().split('\n'), code: status }
}

describe('the closing lines of a run', { timeout: 30_000 }, () => {
  it('name the tests that did not run, with the reason, and then count', () => {
    expect(run(['outcomes'])).toEqual({
      code: 1,
      lines: [
        'not run: broken suite > one: the set-up of "broken suite" failed: no database',
        'not run: broken suite > inner > two: the set-up of "broken suite" failed: no database',
        'skipped: suite > skips itself: no network here',
        'skipped: suite > needs a container: no container engine',
        'skipped: suite > is skipped: NO REASON GIVEN',
        '1 passed, 4 failed, 2 skipped',
      ],
    })
  })

  it('count a test that lacks a container engine as failed on CI', () => {
    expect(run(['outcomes', '-t', 'container'], true)).toEqual({
      code: 1,
      lines: ['skipped: suite > needs a container: no container engine', '0 passed, 1 failed, 0 skipped'],
    })
  })

  it('do not count tests that a name or a line filters out', () => {
    const passed = { code: 0, lines: ['1 passed, 0 failed, 0 skipped'] }
    expect(run(['outcomes', '-t', 'suite > passes'])).toEqual(passed)
    expect(run(['outcomes.fixture.ts:14'])).toEqual(passed)
  })

  it('count a file that cannot be imported as failed', () => {
    expect(run(['broken-import'])).toEqual({ code: 1, lines: ['0 passed, 1 failed, 0 skipped'] })
  })
})

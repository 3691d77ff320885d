import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const root = join(import.meta.dirname, '..', '..')

// Editors find tests like this. A file without a literal describe, it or test makes the whole list fail.
it('vitest list finds tests in every file', { timeout: 60_000 }, () => {
  const { CI: _, VITEST: _vitest, ...env } = process.env
  const { stdout, stderr, status } = spawnSync(process.execPath, [vitest, 'list'], {
    cwd: root,
    encoding: 'utf8',
    env,
    maxBuffer: 2 ** 26,
  })
  expect(stderr).not.toContain('No test suite found')
  expect(status).toBe(0)
  expect(stdout).toContain('test/contract/core.test.ts > control')
})

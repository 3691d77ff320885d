import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))

it.each([
  ['an application can declare its claims, and that req.auth may be undefined, in AuthTypes', 'auth-types'],
  ['with the entry no-globals, another package can type req.auth', 'other-auth'],
])('%s', { timeout: 60_000 }, (_title, folder) => {
  const project = fileURLToPath(new URL(`../${folder}`, import.meta.url))
  const { stdout, status } = spawnSync(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', project], {
    encoding: 'utf8',
  })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})

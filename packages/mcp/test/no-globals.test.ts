import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
const project = fileURLToPath(new URL('../no-globals', import.meta.url))

it('the package does not add req.auth to the global type of requests', { timeout: 60_000 }, () => {
  const { stdout, status } = spawnSync(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', project], {
    encoding: 'utf8',
  })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})

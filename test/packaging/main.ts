// Installs the packed tarballs into temporary projects, and uses them there with the tools that users have.
// `--ci` runs a part; `--only PATTERN` the rows whose names match; `--keep` keeps the projects; `--jobs N` (default: 2) runs so
// many rows at a time.
import { parseArgs } from 'node:util'
import { PUBLIC_PACKAGES } from '../../tools/tarballs.ts'
import { BUNDLER_ROWS } from './bundlers.ts'
import { DOCTOR_ROWS } from './doctor.ts'
import { JEST_ROWS } from './jest.ts'
import { MCP_ROWS } from './mcp.ts'
import { NESTJS_ROWS } from './nestjs.ts'
import { PACKAGE_MANAGER_ROWS } from './package-managers.ts'
import { removeProjects, tarball } from './project.ts'
import { PROVIDER_ROWS } from './providers.ts'
import { type Row, Skip } from './row.ts'
import { RUNTIME_ROWS } from './runtimes.ts'
import { SAMPLE_ROWS } from './samples.ts'
import { TEST_RUNNER_ROWS } from './test-runners.ts'
import { TYPESCRIPT_ROWS } from './typescript.ts'

const { values } = parseArgs({
  options: {
    ci: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '2' },
  },
})
const only = new RegExp(values.only, 'i')
const rows: Row[] = [
  ...RUNTIME_ROWS,
  ...TYPESCRIPT_ROWS,
  ...JEST_ROWS,
  ...TEST_RUNNER_ROWS,
  ...BUNDLER_ROWS,
  ...NESTJS_ROWS,
  ...MCP_ROWS,
  ...DOCTOR_ROWS,
  ...PACKAGE_MANAGER_ROWS,
  ...PROVIDER_ROWS,
  ...SAMPLE_ROWS,
].filter((row) => (row.ci || !values.ci) && only.test(row.name))

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`

const started = performance.now()
for (const name of PUBLIC_PACKAGES) tarball(name)
console.log(`Packed in ${seconds(started)}. Running ${rows.length} rows ...`)

const failures: string[] = []
let skipped = 0
const remaining = rows.values()
async function work(): Promise<void> {
  for (const row of remaining) {
    const rowStarted = performance.now()
    try {
      await row.run()
      console.log(`ok    ${row.name} (${seconds(rowStarted)})`)
    } catch (error) {
      if (error instanceof Skip) {
        skipped++
        console.log(`skip  ${row.name}: ${error.message}`)
        continue
      }
      failures.push(row.name)
      console.log(`FAIL  ${row.name} (${seconds(rowStarted)})`)
      console.log((error as Error).message.slice(0, 6000).replace(/^/gm, '      '))
    }
  }
}
try {
  await Promise.all(Array.from({ length: Number(values.jobs) }, work))
} finally {
  if (!values.keep) removeProjects()
}
console.log(
  `${rows.length - failures.length - skipped} passed, ${failures.length} failed, ${skipped} skipped, in ${seconds(started)}`,
)
if (failures.length > 0 || rows.length === 0) {
  for (const name of failures) console.error(`failed: ${name}`)
  process.exitCode = 1
}

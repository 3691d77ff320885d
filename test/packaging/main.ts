// Installs the packed tarballs into temporary projects, and uses them there with the tools that users have.
// `--ci` runs a part; `--only PATTERN` the rows whose names match; `--keep` keeps the projects; `--jobs N` runs so many programs
// at a time (default: one more than there are processors, since some wait for the network).
import { parseArgs } from 'node:util'
import { BUNDLER_ROWS } from './bundlers.ts'
import { DOCTOR_ROWS } from './doctor.ts'
import { JEST_ROWS } from './jest.ts'
import { MCP_ROWS } from './mcp.ts'
import { NESTJS_ROWS } from './nestjs.ts'
import { PACKAGE_MANAGER_ROWS } from './package-managers.ts'
import { removeProjects, setJobs } from './project.ts'
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
    jobs: { type: 'string' },
  },
})
const only = new RegExp(values.only, 'i')
// Those that take long stand at the end: what waits last is served first.
const rows: Row[] = [
  ...DOCTOR_ROWS,
  ...PROVIDER_ROWS,
  ...TEST_RUNNER_ROWS,
  ...MCP_ROWS,
  ...RUNTIME_ROWS,
  ...JEST_ROWS,
  ...PACKAGE_MANAGER_ROWS,
  ...NESTJS_ROWS,
  ...BUNDLER_ROWS,
  ...TYPESCRIPT_ROWS,
  ...SAMPLE_ROWS,
].filter((row) => (row.ci || !values.ci) && only.test(row.name))
if (values.jobs !== undefined) {
  if (!/^[1-9]\d{0,2}$/.test(values.jobs)) throw new Error('--jobs must be a whole number of at least 1')
  setJobs(Number(values.jobs))
}

const started = performance.now()
const elapsed = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`
console.log(`Packing, and running ${rows.length} rows ...`)

const failures: string[] = []
let skipped = 0
/** All rows start at once, and the programs that they run take turns: an installation keeps no other row waiting. */
async function run(row: Row): Promise<void> {
  try {
    await row.run()
    console.log(`ok    ${row.name} (at ${elapsed()})`)
  } catch (error) {
    if (error instanceof Skip) {
      skipped++
      console.log(`skip  ${row.name}: ${error.message}`)
      return
    }
    failures.push(row.name)
    console.log(`FAIL  ${row.name} (at ${elapsed()})`)
    console.log((error as Error).message.slice(0, 6000).replace(/^/gm, '      '))
  }
}
try {
  await Promise.all(rows.map(run))
} finally {
  if (!values.keep) removeProjects()
}
console.log(
  `${rows.length - failures.length - skipped} passed, ${failures.length} failed, ${skipped} skipped, in ${elapsed()}`,
)
if (failures.length > 0 || rows.length === 0) {
  for (const name of failures) console.error(`failed: ${name}`)
  process.exitCode = 1
}

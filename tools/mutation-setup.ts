import { globSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, inject, vi } from 'vitest'

type Hits = Record<string, number>
interface Stryker {
  activeMutant?: string | undefined
  hitCount?: number
  currentTestId?: string
  mutantCoverage?: { static: Hits; perTest: Record<string, Hits> }
}
const shared = globalThis as unknown as {
  __stryker__: Stryker
  __vitest_worker__: { evaluatedModules: { idToModuleMap: Map<string, object> } }
  mutation?: { mutant: string | undefined; timers: Partial<typeof globalThis>; pending: NodeJS.Timeout[] }
}

/** Timers whose handles are kept, so that those of a test file can be cleared when the next file starts. */
function keepTimers(): NonNullable<typeof shared.mutation> {
  const pending: NodeJS.Timeout[] = []
  const kept = (start: (...args: never[]) => NodeJS.Timeout) =>
    Object.assign((...args: never[]) => {
      const timer = start(...args)
      pending.push(timer)
      return timer
    }, start)
  const timers = { setTimeout: kept(setTimeout), setInterval: kept(setInterval), clearTimeout, clearInterval }
  return { mutant, timers: timers as Partial<typeof globalThis>, pending }
}

const isDryRun = inject('mode' as never) === 'dry-run'
const active: string | undefined = isDryRun ? undefined : inject('activeMutant' as never)
// In a control, the modules of core are evaluated again for each mutant, but none is active, so none may be detected.
const mutant = active && process.env.MUTATION_CONTROL ? `not ${active}` : active
const isFirstFile = shared.mutation === undefined
shared.mutation ??= keepTimers()

// The thread is kept for the next mutant, which must not find what the previous one left in modules of core.
// vi.resetModules() would also forget the keys that @okta-resource-server/testing has generated.
if (shared.mutation.mutant !== mutant) {
  for (const [path, module] of shared.__vitest_worker__.evaluatedModules.idToModuleMap) {
    if (path.includes('/packages/core/'))
      Object.assign(module, { promise: undefined, exports: undefined, evaluated: false })
  }
}
shared.mutation.mutant = mutant

// Stryker activates most mutants when tests start. Modules of core are loaded before, and that is when tables, regular
// expressions and functions in constants are created.
shared.__stryker__.activeMutant = mutant
shared.__stryker__.hitCount = 0
beforeAll(() => {
  shared.__stryker__.activeMutant = mutant
})

if (isDryRun) {
  shared.__stryker__.mutantCoverage ??= { static: {}, perTest: {} }
  const coverage = shared.__stryker__.mutantCoverage
  const modules = isFirstFile ? globSync('packages/core/src/**/*.ts') : []
  for (const module of modules) await import(`${process.cwd()}/${module}`)
  // Stryker runs all tests for what it finds here, so it is only what is executed while core is loaded.
  const whileLoading = isFirstFile ? coverage.static : {}
  coverage.static = {}
  // Stryker reports this object at the end of each file, which therefore only keeps the tests of the file.
  coverage.perTest = {}
  beforeEach(() => {
    coverage.perTest[shared.__stryker__.currentTestId ?? ''] ??= {}
  })
  // What a test file executes before its tests concerns all of them.
  afterAll(() => {
    const ids = Object.keys(coverage.static)
    for (const hits of Object.values(coverage.perTest)) for (const id of ids) hits[id] ??= 1
    coverage.static = whileLoading
  })
}

// Restores what a file left behind, or a test that failed. A spy on a fake timer leaves the fake one when it is restored. Timers
// of verifiers that were not closed would create others while a test has stopped time and counts them.
vi.useRealTimers()
vi.restoreAllMocks()
vi.unstubAllGlobals()
vi.unstubAllEnvs()
Object.assign(globalThis, shared.mutation.timers)
for (const timer of shared.mutation.pending.splice(0)) clearTimeout(timer)
// A process is warned once.
Reflect.deleteProperty(globalThis, Symbol.for('okta-resource-server.warnings'))

/** Tests of amounts, which would be run for most mutants and take longer than all others together. */
const SLOW =
  /without its leading zero byte|^is 100,000 entries|^is remembered for ten thousand|^one after the other makes at most|^at the same time makes a bounded|of another copy of the package|^requirements that are made of random parts|^never confuses tokens|^keeps the tokens in use|^is a 503 if the server does not respond|^makes room for others if it is long|^costs one call of the function each|^with a slow function is a 503|^with a function that knows every issuer|^cannot displace one that has|^verify tokens of far more issuers/
beforeEach(({ task, skip }) => skip(SLOW.test(task.name), 'slow'))

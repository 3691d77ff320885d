import { beforeEach, inject, vi } from 'vitest'

const shared = globalThis as unknown as {
  __stryker__?: { activeMutant?: string | undefined; mutantCoverage?: { perTest: Record<string, unknown> } }
  __vitest_worker__: { evaluatedModules: { idToModuleMap: Map<string, object> } }
  mutation?: { mutant: unknown; timers: { setTimeout: typeof setTimeout; clearTimeout: typeof clearTimeout } }
}
const mutant: unknown = inject('activeMutant' as never)
shared.mutation ??= { mutant, timers: { setTimeout, clearTimeout } }

// The thread is kept for the next mutant, which must not find what the previous one left in modules of core.
// vi.resetModules() would also forget the keys that @okta-resource-server/testing has generated.
if (shared.mutation.mutant !== mutant) {
  for (const [path, module] of shared.__vitest_worker__.evaluatedModules.idToModuleMap) {
    if (path.includes('/packages/core/'))
      Object.assign(module, { promise: undefined, exports: undefined, evaluated: false })
  }
}
shared.mutation.mutant = mutant

// Test files of a run share modules, and Stryker only activates a mutant when tests start.
// Without this reset, the top-level code of the next file would run with the mutant, too.
if (shared.__stryker__) shared.__stryker__.activeMutant = undefined

// Stryker reports this object at the end of each file, which therefore only keeps the tests of the file.
const coverage = shared.__stryker__?.mutantCoverage?.perTest ?? {}
for (const test of Object.keys(coverage)) delete coverage[test]

// Restores what a file left behind. A spy on a fake timer leaves the fake one when it is restored.
vi.useRealTimers()
Object.assign(globalThis, shared.mutation.timers)

/** Tests of amounts, which would be run for most mutants and take longer than all others together. */
const SLOW =
  /without its leading zero byte|^is 100,000 entries|^is remembered for ten thousand|^one after the other makes at most|^at the same time makes a bounded|of another copy of the package|^requirements that are made of random parts|^never confuses tokens|^keeps the tokens in use|^is a 503 if the server does not respond/
beforeEach(({ task, skip }) => skip(SLOW.test(task.name), 'slow'))

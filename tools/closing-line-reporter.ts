import type { Reporter, TestCase, TestModule, TestSpecification, TestSuite, Vitest } from 'vitest/node'

/** What the closing line says of one test, or `undefined` for a test that was not selected for this run. */
type Verdict = { state: 'passed' | 'failed' } | { state: 'skipped' | 'not run'; reason: string | undefined }

/**
 * Ends a run with one line of counts, and names each test that did not run, with the reason.
 *
 * A test that is skipped without a reason counts as failed. So does every test of a suite whose set-up failed.
 */
export default class ClosingLineReporter implements Reporter {
  #namePattern: RegExp | undefined
  #selectsByLine = false

  onInit(vitest: Vitest): void {
    this.#namePattern = vitest.config.testNamePattern
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#selectsByLine = specifications.some(({ testLines }) => (testLines?.length ?? 0) > 0)
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      const failedBefore = count.failed
      for (const test of module.children.allTests()) {
        const verdict = this.#verdictOn(test)
        if (verdict === undefined) continue
        if ('reason' in verdict) {
          console.log(`${verdict.state}: ${test.fullName}: ${verdict.reason ?? 'NO REASON GIVEN'}`)
        }
        count[countsAs(verdict)]++
      }
      // An error outside the tests, such as a failed import.
      if (module.state() === 'failed' && count.failed === failedBefore) count.failed++
    }
    if (count.failed > 0) process.exitCode = 1
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
  }

  #verdictOn(test: TestCase): Verdict | undefined {
    const result = test.result()
    if (result.state === 'passed' || result.state === 'failed') return { state: result.state }
    if (this.#namePattern?.test(test.fullName) === false) return undefined
    if (result.state === 'pending') return { state: 'not run', reason: 'the run ended early' }
    if (result.note !== undefined) return { state: 'skipped', reason: result.note }
    const failure = setUpFailure(test.parent)
    if (failure !== undefined) return { state: 'not run', reason: failure }
    return this.#selectsByLine ? undefined : { state: 'skipped', reason: undefined }
  }
}

function countsAs(verdict: Verdict): 'passed' | 'failed' | 'skipped' {
  if (verdict.state === 'not run') return 'failed'
  if (verdict.state !== 'skipped') return verdict.state
  const { reason } = verdict as { reason: string | undefined }
  // Where changes are decided on, a container engine is required.
  if (process.env.CI === 'true' && reason?.includes('container engine')) return 'failed'
  return reason === undefined ? 'failed' : 'skipped'
}

/** The error in the set-up of the suite, or of one around it, that kept its tests from running. */
function setUpFailure(suite: TestSuite | TestModule): string | undefined {
  const [error] = suite.errors()
  const name = suite.type === 'module' ? 'the file' : `"${suite.name}"`
  if (error !== undefined) return `the set-up of ${name} failed: ${error.message}`
  return suite.type === 'module' ? undefined : setUpFailure(suite.parent)
}

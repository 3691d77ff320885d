import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** Ends a run with one plain line of counts, each skipped test named with its reason. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    const skips: { name: string; reason: string | undefined }[] = []
    for (const module of modules) {
      if (module.state() === 'failed' && [...module.children.allTests('failed')].length === 0) count.failed++
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === 'passed' || result.state === 'failed') count[result.state]++
        else {
          count.skipped++
          skips.push({ name: test.fullName, reason: reasonOf(test) })
        }
      }
    }
    for (const { name, reason } of skips) console.log(`skipped: ${name}: ${reason ?? 'NO REASON GIVEN'}`)
    const onCi = process.env.CI === 'true'
    const unexplained = skips.filter(
      ({ reason }) => reason === undefined || (onCi && reason.includes('container engine')),
    )
    if (unexplained.length > 0) {
      console.log(
        `${unexplained.length} skipped test(s) count as failed: no reason given, or a container engine is missing on CI`,
      )
      count.failed += unexplained.length
      count.skipped -= unexplained.length
      process.exitCode = 1
    }
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
  }
}

function reasonOf(test: TestCase): string | undefined {
  const result = test.result()
  return result.state === 'skipped' ? result.note : undefined
}

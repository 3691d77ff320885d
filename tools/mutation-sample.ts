import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync } from 'node:fs'
import { relative } from 'node:path'

/** What Stryker says about a mutant, as far as it is used here. */
export interface Mutant {
  id: string
  fileName: string
  mutatorName: string
  replacement?: string
  location: { start: { line: number; column: number }; end: { line: number; column: number } }
  status?: string
}

const sample = Number(process.env.MUTATION_SAMPLE ?? 1)
const seed = process.env.MUTATION_SEED ?? '1'
const root = process.cwd().replace(/[\\/]\.stryker-tmp.*$/, '')

/** Whether a mutant belongs to the sample, which only depends on the seed and on the mutant. */
function isSampled({ fileName, mutatorName, replacement, location }: Mutant): boolean {
  const name = relative(root, fileName).replace(/^\.stryker-tmp[\\/][^\\/]+[\\/]/, '')
  const text = JSON.stringify([seed, name, location, mutatorName, replacement])
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32 < sample
}

/** A mutant outside the sample is reported as a compile error, which Stryker does not count. */
async function check(mutants: Mutant[]): Promise<Record<string, { status: string; reason?: string }>> {
  const left = { status: 'compileError', reason: 'not in the sample' }
  return Object.fromEntries(
    mutants.map((mutant) => [mutant.id, isSampled(mutant) ? { status: 'passed' } : left]),
  )
}

/** Writes each result at once, so that a run that was ended early is not lost. */
function onMutantTested(mutant: Mutant): void {
  if (mutant.status === 'CompileError' || mutant.status === 'Ignored') return
  const { location, mutatorName, replacement, status } = mutant
  const result = { fileName: relative(root, mutant.fileName), location, mutatorName, replacement, status }
  mkdirSync('reports', { recursive: true })
  appendFileSync('reports/mutants.jsonl', `${JSON.stringify(result)}\n`)
}

/** Loaded by Stryker, see stryker.config.json. */
export const strykerPlugins = [
  { kind: 'Checker', name: 'sample', factory: () => ({ init: async () => {}, check }) },
  { kind: 'Reporter', name: 'lines', factory: () => ({ onMutantTested }) },
]

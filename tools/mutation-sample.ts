import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

/** What Stryker says about a mutant, as far as it is used here. */
interface Mutant {
  fileName: string
  mutatorName: string
  replacement?: string
  location: { start: { line: number; column: number }; end: { line: number; column: number } }
  status?: string
  statusReason?: string
  killedBy?: string[] | undefined
  coveredBy?: string[] | undefined
}

const REPORT = 'reports/mutants.jsonl'
const sample = process.env.MUTATION_SAMPLE ?? '1'
const seed = process.env.MUTATION_SEED ?? '1'
const root = process.cwd().replace(/[\\/]\.stryker-tmp.*$/, '')

/** The path of a source, whether in the repository or in the copy that Stryker works on. */
const nameOf = ({ fileName }: Mutant): string =>
  relative(root, fileName).replace(/^\.stryker-tmp[\\/][^\\/]+[\\/]/, '')

/** What a mutant is known by in every run. */
function identityOf(mutant: Mutant, firstLine: number): string {
  const { start, end } = mutant.location
  const place = [start.line, start.column, end.line, end.column].map((number) => number - firstLine)
  return JSON.stringify([nameOf(mutant), ...place, mutant.mutatorName, mutant.replacement])
}

/** Whether a test has detected the mutant, for those tested so far. A time limit proves less than a test. */
function readResults(): ReadonlyMap<string, boolean> {
  const results = new Map<string, boolean>()
  const path = `${root}/${REPORT}`
  for (const line of existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []) {
    const mutant: Mutant = JSON.parse(line)
    // In reports, the first line and column are 1.
    const identity = identityOf({ ...mutant, fileName: `${root}/${mutant.fileName}` }, 1)
    results.set(identity, mutant.status === 'Killed')
  }
  return results
}

const isRepeated = sample === 'survivors' || sample === 'remaining'
const results = isRepeated ? readResults() : undefined

/** Whether a mutant belongs to the sample, which only depends on the seed and on the mutant. */
function isSampled(mutant: Mutant): boolean {
  if (results !== undefined) return !(results.get(identityOf(mutant, 0)) ?? sample === 'survivors')
  const { location, mutatorName, replacement } = mutant
  const text = JSON.stringify([seed, nameOf(mutant), location, mutatorName, replacement])
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32 < Number(sample)
}

/** Stryker tests what is left in these plans. It calls this before it uses them. */
function onMutationTestingPlanReady(event: { mutantPlans: { plan: string; mutant: Mutant }[] }): void {
  for (const one of event.mutantPlans) {
    // These lists of tests are not used, and too long together to be written to a file or to another process.
    one.mutant.coveredBy = undefined
    if (one.plan !== 'Run' || isSampled(one.mutant)) continue
    one.plan = 'EarlyResult'
    Object.assign(one.mutant, { status: 'Ignored', statusReason: 'not in the sample' })
  }
}

/** Writes each result at once, so that a run that was ended early is not lost. */
function onMutantTested(mutant: Mutant): void {
  if (mutant.status === 'Ignored') return
  const { location, mutatorName, replacement } = mutant
  // If core cannot even be loaded, Stryker reports an error instead of a failed test.
  const isLoadError =
    mutant.status === 'RuntimeError' && mutant.statusReason?.startsWith('An error occurred outside')
  const status = isLoadError ? 'Killed' : mutant.status
  const test = mutant.killedBy?.[0]
  const result = {
    fileName: relative(root, mutant.fileName),
    location,
    mutatorName,
    replacement,
    status,
    test,
  }
  mkdirSync('reports', { recursive: true })
  appendFileSync(REPORT, `${JSON.stringify(result)}\n`)
}

/** Loaded by Stryker, see stryker.config.json. */
export const strykerPlugins = [
  { kind: 'Reporter', name: 'lines', factory: () => ({ onMutationTestingPlanReady, onMutantTested }) },
]

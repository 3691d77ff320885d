// Prints the results of reports/mutants.jsonl by folder, and the surviving mutants.
import { existsSync, readFileSync } from 'node:fs'

interface Result {
  fileName: string
  location: { start: { line: number; column: number }; end: { line: number; column: number } }
  mutatorName: string
  replacement: string
  status: string
}

const REPORT = 'reports/mutants.jsonl'
const SOURCES = 'packages/core/src/'

/** The 95 % Wilson interval of a share, in percent. */
export function interval(hits: number, total: number): [low: number, high: number] {
  const z = 1.96
  const share = hits / total
  const middle = share + z ** 2 / (2 * total)
  const margin = z * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2))
  return [middle - margin, middle + margin].map(
    (value) => (100 * Math.max(0, value)) / (1 + z ** 2 / total),
  ) as [number, number]
}

/** The results, of which a later one for the same mutant replaces an earlier one. */
function read(): Result[] {
  const results = new Map<string, Result>()
  const lines = existsSync(REPORT) ? readFileSync(REPORT, 'utf8').trim().split('\n') : []
  for (const line of lines) {
    const result: Result = JSON.parse(line)
    results.set(
      JSON.stringify([result.fileName, result.location, result.mutatorName, result.replacement]),
      result,
    )
  }
  return [...results.values()]
}

const isDetected = ({ status }: Result): boolean => status === 'Killed' || status === 'Timeout'
const moduleOf = ({ fileName }: Result): string => fileName.replace(SOURCES, '')
const folderOf = (result: Result): string => moduleOf(result).replace(/^([^/]+)\/.*$/, '$1')

function row(name: string, results: readonly Result[]): string {
  const detected = results.filter(isDetected).length
  const [low, high] = interval(detected, results.length).map((value) => value.toFixed(1))
  const score = ((100 * detected) / results.length).toFixed(1)
  return `| ${name} | ${results.length} | ${detected} | ${score} % | ${low} to ${high} % |`
}

/** The changed code: in one line, the text that is replaced; otherwise, its first line. */
function changeOf({ fileName, location: { start, end }, replacement }: Result): string {
  const line = readFileSync(fileName, 'utf8').split('\n')[start.line - 1] ?? ''
  const text = line.slice(start.column - 1, start.line === end.line ? end.column - 1 : undefined)
  return `${text.trim()}  ->  ${replacement.replace(/\s+/g, ' ')}`
}

if (import.meta.main) {
  const results = read().sort(
    (a, b) => a.fileName.localeCompare(b.fileName) || a.location.start.line - b.location.start.line,
  )
  console.log('| modules | mutants | detected | score | 95 % interval |\n| --- | --- | --- | --- | --- |')
  for (const folder of new Set(results.map(folderOf)))
    console.log(
      row(
        `\`${folder}\``,
        results.filter((result) => folderOf(result) === folder),
      ),
    )
  if (results.length > 0) console.log(row('all', results))
  for (const result of results.filter((one) => !isDetected(one))) {
    const place = `${moduleOf(result)}:${result.location.start.line}`
    console.log(`${place} ${result.status} ${result.mutatorName}  ${changeOf(result)}`)
  }
}

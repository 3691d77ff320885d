import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CASES } from '../contract/cases.ts'
import { ADVISORIES } from './advisories.ts'
import { REQUIREMENTS } from './index.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TEST_FILES = ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts']

/** A test that proves something, or a case of the contract. */
export interface Proof {
  /** The path of the file, from the root of the repository. */
  readonly file: string
  /** The titles of the groups around the test, and its own. */
  readonly title: string
}

const CITATION = /\s*\[((?:RFC\d|[A-Z][A-Z\d]+-|[\w-]+\/[\w.-]+#\d)[^\]\s]*)\]/g
const TEXT = /(['"`])((?:\\.|(?!\1)[^\\])*)\1/g
/** The first line of a group, or the last line of the table of one, with its title. */
const GROUP = /^\s*(?:describe\b.*?\(|\]\)\()\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/

const withoutCitations = (title: string): string => title.replaceAll(CITATION, '').replaceAll('\\', '')

const indentation = (line: string): number => line.length - line.trimStart().length

/** The titles of the groups around a line: above it, the next line with less indentation opens a block around it. */
function groupsAround(lines: readonly string[], index: number): string[] {
  const groups: string[] = []
  let depth = indentation(lines[index] as string)
  for (let above = index - 1; above >= 0 && depth > 0; above--) {
    const line = lines[above] as string
    if (line.trim() === '' || indentation(line) >= depth) continue
    depth = indentation(line)
    const title = GROUP.exec(line)?.[2]
    if (title !== undefined) groups.unshift(withoutCitations(title))
  }
  return groups
}

/** Whether the test with its title on this line is expected to fail, so that it proves nothing. */
export function isExpectedToFail(lines: readonly string[], index: number): boolean {
  return lines.slice(Math.max(0, index - 1), index + 1).some((line) => /\b(?:test|it)\.fails\(/.test(line))
}

/** Each test that cites an id in its title, by the id. */
export function citedInTitles(file: string, text: string): [id: string, proof: Proof][] {
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    if (!line.includes('[') || isExpectedToFail(lines, index)) return []
    return [...line.matchAll(TEXT)].flatMap(([, , title = '']) => {
      const titles = [...groupsAround(lines, index), withoutCitations(title)].join(' › ')
      return [...title.matchAll(CITATION)].map(([, id = '']): [string, Proof] => [
        id,
        { file, title: titles },
      ])
    })
  })
}

function citedByCases(): [id: string, proof: Proof][] {
  return CASES.flatMap(({ name, file, requirements = [], advisory = [] }) =>
    [...requirements, advisory]
      .flat()
      .map((id): [string, Proof] => [id, { file: `test/contract/${file}`, title: name }]),
  )
}

/** What proves each id: tests first, then cases of the contract. */
export function proofs(): ReadonlyMap<string, readonly Proof[]> {
  const files = globSync(TEST_FILES, { cwd: ROOT, exclude: (name) => name.endsWith('node_modules') }).sort()
  const cited = files.flatMap((file) => citedInTitles(file, readFileSync(`${ROOT}/${file}`, 'utf8')))
  const found = new Map<string, Proof[]>()
  for (const [id, proof] of [...cited, ...citedByCases()]) found.set(id, [...(found.get(id) ?? []), proof])
  return found
}

/** Every id that may be cited. */
export const IDS: readonly string[] = [...REQUIREMENTS, ...ADVISORIES].map(({ id }) => id)

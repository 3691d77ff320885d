import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CASES } from './contract/cases.ts'

const root = new URL('../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

/** A link to a file of tests or of contract cases, and the titles that are quoted after it. */
const PROOF = /\[[^\]]+\]\(([^)]+\/(?:[\w-]+\.test|cases-[\w-]+)\.ts)\)((?:,? “[^”]+”)*)/g
const QUOTED = /“([^”]+)”/g

const rows = read('SECURITY.md')
  .split('\n')
  .filter((line) => /^\| (?!what |---)/.test(line))
  .map((line) => line.split(' | '))

/** Whether a title that begins like this is in the file: of a case, or of a test or group. */
function isTitleIn(path: string, beginning: string): boolean {
  if (path.endsWith('.test.ts')) return read(path).includes(`'${beginning}`)
  return CASES.some(({ file, name }) => path.endsWith(`/${file}`) && name.startsWith(beginning))
}

test.each(rows)(
  'the threat model links and quotes existing tests against %s',
  (_threat, _defence, proofs = '') => {
    const found = [...proofs.matchAll(PROOF)]
    expect(found.length).toBeGreaterThan(0)
    expect(proofs.replace(PROOF, '').replace(/[;,\s|]/g, ''), 'the cell has links and titles only').toBe('')
    for (const [, path = '', titles = ''] of found) {
      expect(existsSync(new URL(path, root)), path).toBe(true)
      for (const [, title = ''] of titles.matchAll(QUOTED)) {
        expect(isTitleIn(path, title), `${path}: ${title}`).toBe(true)
      }
    }
  },
)

const clauses = read('docs/fapi.md')
  .split('\n')
  .filter((line) => /^\| (?:FAPI|O21)-/.test(line))
  .map((line) => line.slice(2).split(' | '))

test('docs/fapi.md has a row for each clause', () => {
  const names = ['FAPI', 'O21'].map((name) => clauses.filter(([id]) => id?.startsWith(name)))
  expect(names.map((list) => list.length)).toEqual([13, 8])
})

test.each(clauses)('docs/fapi.md names existing tests of %s', (_id, _clause, _who, proofs = '') => {
  const found = [...proofs.matchAll(PROOF)]
  expect(found.length).toBeGreaterThan(0)
  for (const [, path = '', titles = ''] of found) {
    expect(titles).not.toBe('')
    for (const [, title = ''] of titles.matchAll(QUOTED)) {
      expect(isTitleIn(path.replace('../', ''), title), `${path}: ${title}`).toBe(true)
    }
  }
})

test('the threat model has its rows', () => {
  expect(rows.length).toBeGreaterThanOrEqual(9)
  for (const row of rows) expect(row).toHaveLength(3)
})

test('the table of examples lists every example once', () => {
  const folders = readdirSync(new URL('examples/', root), { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && existsSync(new URL(`examples/${entry.name}/package.json`, root)),
    )
    .map(({ name }) => name)
  const listed = read('examples/README.md').match(/(?<=^\| \[)[^\]]+/gm)
  expect(listed?.sort()).toEqual(folders.sort())
})

import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

/** A link to a test file, and the names of tests and groups that are quoted behind it. */
const PROOF = /\[[^\]]+\]\(([^)]+\.test\.ts)\)((?:,? “[^”]+”)*)/g
const QUOTED = /“([^”]+)”/g

const rows = read('SECURITY.md')
  .split('\n')
  .filter((line) => /^\| (?!what |---)/.test(line))
  .map((line) => line.split(' | '))

test.each(rows)('the threat model says which tests hold against %s', (_threat, _defence, proofs = '') => {
  const found = [...proofs.matchAll(PROOF)]
  expect(found.length).toBeGreaterThan(0)
  // Nothing stands in the cell but links, names and what parts them.
  expect(proofs.replace(PROOF, '').replace(/[;\s|]/g, '')).toBe('')
  for (const [, path = '', names = ''] of found) {
    expect(existsSync(new URL(path, root)), path).toBe(true)
    const text = read(path)
    for (const [, name = ''] of names.matchAll(QUOTED)) expect(text, `${path}: ${name}`).toContain(`'${name}`)
  }
})

test('the threat model has its rows', () => {
  expect(rows.length).toBeGreaterThanOrEqual(9)
  for (const row of rows) expect(row).toHaveLength(3)
})

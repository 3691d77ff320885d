import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ADVISORIES } from './advisories.ts'
import { REQUIREMENTS } from './index.ts'
import { specificationPage } from './page.ts'
import { citedInTitles, IDS, isExpectedToFail, proofs } from './proofs.ts'
import { PAGE } from './write.ts'

const found = proofs()

test('every requirement is proved by a test that cites it, or explained', () => {
  const open = REQUIREMENTS.filter(
    ({ id, departure, elsewhere }) => !found.has(id) && (departure ?? elsewhere) === undefined,
  )

  expect(open.map(({ id, text }) => `${id}: ${text}`)).toEqual([])
})

test('every advisory is proved by a test that cites it', () => {
  expect(ADVISORIES.filter(({ id }) => !found.has(id)).map(({ id }) => id)).toEqual([])
})

test('every id that is cited is in the register', () => {
  const unknown = [...found].filter(([id]) => !IDS.includes(id))

  expect(unknown.map(([id, where]) => `${id} in ${where.map(({ file }) => file).join(', ')}`)).toEqual([])
})

test('every id is unique', () => {
  expect(IDS.filter((id, index) => IDS.indexOf(id) !== index)).toEqual([])
})

test('every id names its document and section, and every text is a sentence', () => {
  for (const { id, section, text, note, departure, elsewhere } of REQUIREMENTS) {
    expect(id).toMatch(/^[A-Z][A-Z\d]+-[\w.-]+$/)
    if (id.startsWith('RFC')) expect(id.split('-')[1]).toBe(section)
    for (const sentence of [text, note, departure, elsewhere]) {
      if (sentence !== undefined) expect(sentence).toMatch(/^[A-Za-z].{15,}\.$/)
    }
  }
  for (const { mistake } of ADVISORIES) expect(mistake).toMatch(/^[A-Z].{15,}\.$/)
})

test('a proof is a test with the id in its title, named with the groups around it', () => {
  // Put together, or this very test would be taken for a proof.
  const cite = (id: string): string => `[${id}]`
  const text = [
    "describe('a group', () => {",
    '  for (const each of LIST) {',
    `    test('does this ${cite('RFC6750-3-once')} ${cite('CVE-2015-9235')}', () => {})`,
    `    test.fails('does that ${cite('RFC6750-3-error')}', () => {})`,
    '  }',
    '  it.each([1])(',
    `    "does's %i ${cite('auth0/node-jwks-rsa#49')}",`,
    '  )',
    `  // see ${cite('RFC6750-3-scheme')}`,
    '})',
  ].join('\n')
  const proof = (title: string) => ({ file: 'a.test.ts', title: `a group › ${title}` })

  expect(citedInTitles('a.test.ts', text)).toEqual([
    ['RFC6750-3-once', proof('does this')],
    ['CVE-2015-9235', proof('does this')],
    ['auth0/node-jwks-rsa#49', proof("does's %i")],
  ])
  expect(isExpectedToFail(text.split('\n'), 3)).toBe(true)
})

test('docs/specification.md is what the generator writes', () => {
  expect(readFileSync(PAGE, 'utf8'), 'run `npm run specification` and commit the page').toBe(
    specificationPage(),
  )
})

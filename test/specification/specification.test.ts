import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { CASES } from '../contract/cases.ts'
import { CONTRACT_PROOFS } from './contract-proofs.ts'
import { REQUIREMENTS } from './index.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TEST_FILES = ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts']
const EXPECTED_TO_FAIL = /test\.fails\(\s*(['"`])(.*?)\1,/gs
const CITATION = /\[((?:RFC|OKTA)[\w.-]+)\]/g

const files = globSync(TEST_FILES, { cwd: ROOT, exclude: (name) => name.endsWith('node_modules') })
const texts = files.map((file) => [file, readFileSync(`${ROOT}/${file}`, 'utf8')] as const)

/** Each id that a test cites in brackets, with the files that do; a test that is expected to fail proves nothing. */
function citations(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  const add = (id: string, where: string): void => {
    found.set(id, (found.get(id) ?? new Set()).add(where))
  }
  for (const [file, text] of texts) {
    for (const [, id] of text.replaceAll(EXPECTED_TO_FAIL, '').matchAll(CITATION)) add(id as string, file)
  }
  for (const { name, requirements = [] } of CASES) for (const id of requirements) add(id, `contract: ${name}`)
  return found
}

const cited = citations()
const ids = REQUIREMENTS.map(({ id }) => id)

test('each requirement is proved by a test that cites it, or the register says why there is none', () => {
  const open = REQUIREMENTS.filter(
    ({ id, departure, elsewhere, defect }) =>
      !cited.has(id) && (departure ?? elsewhere ?? defect) === undefined,
  )

  expect(open.map(({ id, text }) => `${id}: ${text}`)).toEqual([])
})

test('a requirement has a defect as long as a test of it is expected to fail, and no longer', () => {
  const failing = texts.flatMap(([, text]) =>
    [...text.matchAll(EXPECTED_TO_FAIL)].flatMap(([, , title]) =>
      [...(title as string).matchAll(CITATION)].map(([, id]) => id),
    ),
  )

  expect(failing.sort()).toEqual(
    REQUIREMENTS.filter(({ defect }) => defect !== undefined)
      .map(({ id }) => id)
      .sort(),
  )
})

test('tests cite no requirement that is not in the register', () => {
  const unknown = [...cited].filter(([id]) => !ids.includes(id))

  expect(unknown.map(([id, where]) => `${id} in ${[...where].join(', ')}`)).toEqual([])
})

test('each id stands once', () => {
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

test('each id names its document and section, and each reason is a sentence', () => {
  for (const { id, section, text, departure, elsewhere, defect } of REQUIREMENTS) {
    expect(id).toMatch(/^(RFC\d+|OKTA)-[\w.-]+$/)
    if (id.startsWith('RFC')) expect(id.split('-')[1]).toBe(section)
    for (const sentence of [text, departure, elsewhere, defect]) {
      if (sentence !== undefined) expect(sentence).toMatch(/^[A-Za-z].{15,}\.$/)
    }
  }
})

test('the proofs of the contract are of cases that exist', () => {
  const names = CASES.map(({ name }) => name)

  expect(Object.keys(CONTRACT_PROOFS).filter((name) => !names.includes(name))).toEqual([])
})

import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { CASES } from './contract/cases.ts'
import { CONTRACT_PROOFS } from './requirements/contract-proofs.ts'
import { REQUIREMENTS } from './requirements.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TEST_FILES = ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts']
const CITATION = /\[((?:RFC|OKTA)[\w.-]+)\]/g

/** Each id that a test cites in brackets, with the files that do. */
function citations(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  const add = (id: string, where: string): void => {
    found.set(id, (found.get(id) ?? new Set()).add(where))
  }
  const files = globSync(TEST_FILES, { cwd: ROOT, exclude: (name) => name.endsWith('node_modules') })
  for (const file of files) {
    for (const [, id] of readFileSync(`${ROOT}/${file}`, 'utf8').matchAll(CITATION)) add(id as string, file)
  }
  for (const { name, requirements = [] } of CASES) for (const id of requirements) add(id, `contract: ${name}`)
  return found
}

const cited = citations()
const ids = REQUIREMENTS.map(({ id }) => id)

test('each requirement is proved by a test that cites it, or the register says why there is none', () => {
  const open = REQUIREMENTS.filter(
    ({ id, departure, elsewhere }) => !cited.has(id) && departure === undefined && elsewhere === undefined,
  )

  expect(open.map(({ id, text }) => `${id}: ${text}`)).toEqual([])
})

test('tests cite no requirement that is not in the register', () => {
  const unknown = [...cited].filter(([id]) => !ids.includes(id))

  expect(unknown.map(([id, where]) => `${id} in ${[...where].join(', ')}`)).toEqual([])
})

test('each id stands once', () => {
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

test('each id names its document and section, and each reason is a sentence', () => {
  for (const { id, section, text, departure, elsewhere } of REQUIREMENTS) {
    expect(id).toMatch(/^(RFC\d+|OKTA)-[\w.-]+$/)
    if (id.startsWith('RFC')) expect(id.split('-')[1]).toBe(section)
    for (const sentence of [text, departure, elsewhere]) {
      if (sentence !== undefined) expect(sentence).toMatch(/^[A-Za-z].{15,}\.$/)
    }
  }
})

test('the proofs of the contract are of cases that exist', () => {
  const names = CASES.map(({ name }) => name)

  expect(Object.keys(CONTRACT_PROOFS).filter((name) => !names.includes(name))).toEqual([])
})

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ERROR_CATALOGUE } from '../../src/refusal/codes.ts'
import { REFUSALS } from '../support/refusals.ts'

const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8')
const [, table = ''] = /<!-- error-table:start -->(.*)<!-- error-table:end -->/s.exec(readme) ?? []

it('the error table of the README has each class, code, status and text, and no other', () => {
  const rows = [...table.matchAll(/^\| `(\w+)` \| `(\w+)` \| (\d+|thrown).*? \| .*? ?\| (.+) \|$/gm)]
  const configuration = Object.entries(ERROR_CATALOGUE.ConfigurationError)
  const expected = [
    ...REFUSALS.map(({ name, code, status, text }) => [name, code, String(status), text]),
    ...configuration.map(([code, text]) => ['ConfigurationError', code, 'thrown', text]),
  ]
  expect(rows.map(([, ...cells]) => cells)).toEqual(expected)
  expect(table.trim().split('\n')).toHaveLength(expected.length + 2)
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ISSUER_OPTIONS } from '../../src/options/authorization-server.ts'
import { DEFAULTS, DPOP_DEFAULTS } from '../../src/options/defaults.ts'

interface Row {
  readonly option: string
  readonly unit: string
  readonly byDefault: string
}

const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8')
const [, table = ''] = /<!-- option-table:start -->(.*)<!-- option-table:end -->/s.exec(readme) ?? []
const [head = '', , ...lines] = table.trim().split('\n')
const rows: readonly Row[] = lines.map((line) => {
  const [, option = '', unit = '', byDefault = ''] = line.split('|').map((cell) => cell.trim())
  return { option: option.replaceAll('`', ''), unit, byDefault }
})

/** A value as it is written in code, with underscores between thousands. */
function asCode(value: unknown): string {
  if (typeof value === 'number') return value.toLocaleString('en-US').replaceAll(',', '_')
  if (typeof value === 'string') return `'${value}'`
  if (Array.isArray(value)) return `[${value.map(asCode).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  return `{ ${Object.entries(value)
    .map(([name, member]) => `${name}: ${asCode(member)}`)
    .join(', ')} }`
}

const { tokenCacheMax, tokenCacheBytesPerToken: _perToken, ...others } = DEFAULTS
/** The defaults by option. */
const defaults = new Map<string, string>([
  ...Object.entries(others).map(([option, value]) => [option, asCode(value)] as const),
  ['tokenCache', `{ max: ${asCode(tokenCacheMax)} }`],
])

function unitOf(option: string): string | undefined {
  if (['clockTolerance', 'maxTokenAge'].includes(option)) return 'seconds'
  if (/Duration$|^(cacheMaxAge|staleIfError)$/.test(option)) return 'milliseconds'
  return option === 'maxTokenSize' ? 'bytes' : undefined
}

describe('the option table of the README', () => {
  it('has the columns option, unit, default and meaning', () => {
    expect(head).toBe('| option | unit | default | meaning |')
  })

  it('has each option once', () => {
    const others = [
      'chooseIssuer',
      'issuerCache',
      'tokenCache',
      'maxTokenSize',
      'fapi2',
      'realm',
      'mtls',
      'revocation',
      'dpop',
      'resource',
      'credentials',
      'global',
    ]
    expect(rows.map(({ option }) => option).sort()).toEqual([...ISSUER_OPTIONS, ...others].sort())
  })

  it.each([...defaults])('has the default of %s: %s', (option, byDefault) => {
    const row = rows.find((candidate) => candidate.option === option)
    expect(row?.byDefault.startsWith(`\`${byDefault}\``), row?.byDefault).toBe(true)
  })

  it.each(rows)('has the unit of $option', ({ option, unit }) => {
    const expected = unitOf(option)
    if (expected === undefined) expect(unit).not.toMatch(/seconds|bytes/)
    else expect(unit).toBe(expected)
  })
})

describe('the table of the members of dpop in docs/dpop.md', () => {
  const document = readFileSync(new URL('../../../../docs/dpop.md', import.meta.url), 'utf8')
  const [, dpopTable = ''] = /<!-- dpop-table:start -->(.*)<!-- dpop-table:end -->/s.exec(document) ?? []
  const cells = dpopTable.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  const rowOf = (member: string) => cells.find(([, name]) => name === `\`${member}\``) ?? []

  it('has each member once', () => {
    const members = cells.flatMap(([, name = '']) => /^`(\w+)`$/.exec(name)?.[1] ?? [])

    expect(members).toEqual([
      ...['mode', 'algorithms', 'maxAge', 'nonce', 'replayStore', 'timeoutDuration', 'externalUrl'],
    ])
  })

  it('has the defaults', () => {
    const { algorithms, maxAge, nonceMaxAge, replayStoreMax, timeoutDuration } = DPOP_DEFAULTS

    expect(rowOf('algorithms')[3]).toBe(`\`${asCode(algorithms)}\``)
    expect(rowOf('maxAge').slice(2, 4)).toEqual(['seconds', `\`${asCode(maxAge)}\``])
    expect(rowOf('nonce')[4]).toContain(`defaults to \`${nonceMaxAge}\``)
    expect(rowOf('timeoutDuration').slice(2, 4)).toEqual(['milliseconds', `\`${asCode(timeoutDuration)}\``])
    expect(document).toContain(`keeps ${replayStoreMax.toLocaleString('en-US')} proofs`)
  })
})

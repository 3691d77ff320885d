import { describe, expect, it } from 'vitest'
import { examplesIn, exportsOf, moduleOf } from '../examples.ts'

const fence = '```'

describe('examplesIn', () => {
  it('finds the blocks of TypeScript in a document, with their lines', () => {
    const text = `# Title\n${fence}sh\nnpm test\n${fence}\n${fence}ts\nconst a = 1\n\na\n${fence}\n`
    expect(examplesIn('README.md', text)).toEqual([
      { file: 'README.md', line: 6, lines: ['const a = 1', '', 'a'] },
    ])
  })

  it('finds the blocks in docstrings, and keeps their columns', () => {
    const text = `  /**\n   * @example\n   * ${fence}ts\n   * if (a)\n   *   b()\n   *\n   * ${fence}\n   */`
    const [example] = examplesIn('a.ts', text)
    expect(example?.line).toBe(4)
    expect(example?.lines.map((line) => line.trimEnd())).toEqual(['     if (a)', '       b()', ''])
  })

  it('leaves out a block with nocheck and a reason', () => {
    expect(examplesIn('a.md', `${fence}ts nocheck: pseudocode\n...\n${fence}`)).toEqual([])
  })

  it.each(['nocheck', 'nocheck:', 'nocheck: ', 'skip: pseudocode'])('refuses a block with "%s"', (info) => {
    expect(() => examplesIn('a.md', `${fence}ts ${info}\n...\n${fence}`)).toThrow('a.md:1')
  })

  it('refuses a block that does not end', () => {
    expect(() => examplesIn('a.md', `${fence}ts\nconst a = 1\n`)).toThrow('a.md:1')
  })
})

it('exportsOf lists the names of values and types', () => {
  const text =
    "export { a, type B as C } from './a.ts'\nexport const d = 1\nconst e = 2\nexport interface F {}"
  expect(exportsOf('index.ts', text)).toEqual(['a', 'C', 'd', 'F'])
})

describe('moduleOf', () => {
  const names = new Map([
    ['used', 'pkg'],
    ['unused', 'pkg'],
    ['own', 'pkg'],
  ])

  it('imports the names that the example uses and does not declare', () => {
    const text = moduleOf({ file: 'a.ts', line: 2, lines: ['const own = used()'] }, names)
    expect(text).toContain("import { used } from 'pkg'")
    expect(text).not.toMatch(/import \{ (unused|own) \}/)
  })

  it('keeps the lines of the file', () => {
    const text = moduleOf({ file: 'a.ts', line: 5, lines: ['first', 'second'] })
    expect(text.split('\n').slice(4, 6)).toEqual(['first', 'second'])
  })
})

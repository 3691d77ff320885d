import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { examplesIn } from '../examples.ts'

const root = join(import.meta.dirname, '..', '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const exclude = ['**/node_modules/**']

describe.each(globSync('packages/*/README.md', { cwd: root, exclude }).sort())('%s', (file) => {
  it('installs the packages of this repository that its first example imports', () => {
    const text = read(file)
    const [, installed = ''] = /^npm install (.*)$/m.exec(text) ?? []
    const code = examplesIn(file, text)[0]?.lines.join('\n') ?? ''
    const imported = [...code.matchAll(/ from '(@okta-resource-server\/[a-z]+)/g)].map(([, name]) => name)
    expect(installed.split(' ')).toEqual(expect.arrayContaining(imported))
  })
})

// Node.js 20 cannot run TypeScript; `npm run` and `npx node` use the pinned version.
it.each(globSync('**/*.md', { cwd: root, exclude }).sort())(
  '%s does not start TypeScript with whatever Node.js is installed',
  (file) => {
    expect(read(file)).not.toMatch(/(^|`)node\b[^`\n]*\.ts\b/m)
  },
)

it('the paths in the table of commands exist', () => {
  const commands = [...read('CONTRIBUTING.md').matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell)
  const paths = commands.join(' ').match(/\b(?:packages|test|tools)\/[\w./-]+/g) ?? []
  expect(paths).not.toEqual([])
  for (const path of paths) expect(existsSync(join(root, path)), path).toBe(true)
})

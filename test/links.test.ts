import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const FILES = globSync(
  [
    '*.md',
    'docs/**/*.md',
    'packages/*/README.md',
    'examples/README.md',
    'bench/README.md',
    'test/*/README.md',
  ],
  { cwd: root },
)

/** The text without blocks of code, whose lines are no headings or links. */
const proseOf = (path: string): string => readFileSync(join(root, path), 'utf8').replace(/^```.*?^```/gms, '')

/** The anchors of the headings, as GitHub makes them. */
function anchorsOf(path: string): readonly string[] {
  return [...proseOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** The links to files of this repository, and to headings. */
const linksOf = (path: string): readonly string[] =>
  [...proseOf(path).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))

test.each(FILES)('the links in %s lead to files and headings', (path) => {
  const broken = linksOf(path).filter((link) => {
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : join(dirname(path), file)
    if (!existsSync(join(root, target))) return true
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor)
  })
  expect(broken).toEqual([])
})

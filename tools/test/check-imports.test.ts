import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { CORE_LAYERS, importProblems, importsOf } from '../check-imports.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** The problems of a repository with these files, whose paths are relative to `packages`. */
function problemsOf(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'check-imports-'))
  folders.push(root)
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, 'packages', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return importProblems(root)
}

it('finds every kind of import', () => {
  const text = `
    import type { A } from './a.ts'
    import { type B } from './b.ts'
    import './c.ts'
    export { d } from './d.ts'
    export type * from './e.ts'
    const f = import('./f.ts')
    let g: import('./g.ts').G
    declare module './h.ts' {}
    // import './comment.ts'
    const text = "import './string.ts'"
  `
  expect(importsOf('file.ts', text)).toEqual([
    './a.ts',
    './b.ts',
    './c.ts',
    './d.ts',
    './e.ts',
    './f.ts',
    './g.ts',
    './h.ts',
  ])
})

it('checks the order of modules that ARCHITECTURE.md shows', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'ARCHITECTURE.md'), 'utf8')
  const [table = ''] = /^\| module \|.*\n(?:\|.*\n)*/m.exec(page) ?? []
  expect([...table.matchAll(/^\| `([^`/]+)\/?` \|/gm)].map(([, module]) => module)).toEqual(CORE_LAYERS)
})

it('accepts imports from lower layers and within a folder', () => {
  const problems = problemsOf({
    'core/src/index.ts': "export * from './verifier.ts'\nexport * from './refusal/errors.ts'",
    'core/src/verifier.ts': "import './token/checks.ts'",
    'core/src/token/checks.ts': "import './cache.ts'\nimport 'jose'",
    'core/src/token/cache.ts': "import '../clock.ts'\nimport '../diagnostics.ts'",
    'core/src/refusal/errors.ts': '',
    'core/src/clock.ts': '',
    'core/src/diagnostics.ts': "import type { Code } from './refusal/errors.ts'",
    'express/src/index.ts': "export * from '@okta-resource-server/core'",
    'express/src/guards.ts': "import '@okta-resource-server/core/adapter'\nimport './index.ts'",
  })
  expect(problems).toEqual([])
})

it.each([
  [
    'a higher layer, even for a type',
    { 'core/src/keys/jwk.ts': "import type { T } from '../token/checks.ts'", 'core/src/token/checks.ts': '' },
    'packages/core/src/keys/jwk.ts: imports token/checks.ts, which is above it',
  ],
  [
    'a file that no layer is defined for',
    { 'core/src/helpers.ts': '' },
    'packages/core/src/helpers.ts: has no place in CORE_LAYERS',
  ],
  [
    'a circle within a folder',
    {
      'core/src/token/a.ts': "import './b.ts'",
      'core/src/token/b.ts': "import type { A } from './a.ts'",
    },
    'circle: packages/core/src/token/a.ts -> packages/core/src/token/b.ts -> packages/core/src/token/a.ts',
  ],
  [
    'a subpath of core that is not public',
    { 'fastify/src/hook.ts': "import '@okta-resource-server/core/src/verifier.ts'" },
    'packages/fastify/src/hook.ts: may not import @okta-resource-server/core/src/verifier.ts',
  ],
  [
    'the source of another package by its path',
    { 'fastify/src/hook.ts': "import '../../core/src/verifier.ts'" },
    'packages/fastify/src/hook.ts: imports packages/core/src/verifier.ts of another package',
  ],
  [
    'core in the test kit',
    { 'testing/src/index.ts': "import '@okta-resource-server/core'" },
    'packages/testing/src/index.ts: may not import @okta-resource-server/core',
  ],
  ['an empty repository', {}, 'no source files found'],
])('reports %s', (_what, files, problem) => {
  expect(problemsOf(files as Record<string, string>)).toEqual([problem])
})

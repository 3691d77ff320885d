// Type-checks the blocks of TypeScript in the READMEs, in the documents and in the docstrings of the packages.
import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { type Example, examplesIn, exportsOf, moduleOf } from './examples.ts'

const SOURCES = ['README.md', 'docs/*.md', 'packages/*/README.md', 'packages/*/src/**/*.ts']
const SCOPE = '@okta-resource-server/'

/** What examples may use without declaring it. In docstrings, names of the package itself and of core are imported too. */
const PREAMBLE = `
export {}
declare global {
  const issuer: string
  const audience: string
  const token: string
  const request: import('node:http').IncomingMessage
  const app: import('express').Express
  const handler: import('express').RequestHandler
  const server: import('node:http').Server
  const fastify: import('fastify').FastifyInstance
  const verifier: import('${SCOPE}core').AccessTokenVerifier
}
`
/** Examples follow the options of an ordinary strict project. */
const OPTIONS = {
  noUnusedLocals: false,
  noUnusedParameters: false,
  verbatimModuleSyntax: false,
  experimentalDecorators: true,
}

const root = join(import.meta.dirname, '..')
/** Inside of a package that depends on everything that examples import. */
const folder = join(root, 'test', '.examples')

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** The public names that an example in a docstring may use, each with the specifier that exports it. */
function namesFor(file: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  if (!file.endsWith('.ts')) return names
  for (const name of ['core', file.split('/')[1] as string]) {
    const { exports } = JSON.parse(read(`packages/${name}/package.json`)) as {
      exports: Record<string, string | { source: string }>
    }
    for (const [subpath, target] of Object.entries(exports)) {
      if (typeof target === 'string') continue
      const path = `packages/${name}/${target.source}`
      for (const exported of exportsOf(path, read(path))) names.set(exported, SCOPE + name + subpath.slice(1))
    }
  }
  return names
}

/** Writes a project of some examples; returns its configuration file. */
function writeProject(name: string, examples: readonly Example[]): string {
  const project = join(folder, name)
  mkdirSync(project, { recursive: true })
  writeFileSync(join(project, 'preamble.ts'), PREAMBLE)
  for (const example of examples) {
    const file = `${example.file.replaceAll('/', '+')}+${example.line}.ts`
    writeFileSync(join(project, file), moduleOf(example, namesFor(example.file)))
  }
  const configuration = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: OPTIONS,
    include: ['.'],
  }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(configuration))
  return join(project, 'tsconfig.json')
}

/** Type-checks a project; each error is reported at its place in the document or source file. */
function check(project: string): boolean {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [tsc, '--pretty', 'false', '-p', project]
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const places = /^[^/\n]+\/(\S+)\+\d+\.ts\((\d+),(\d+)\)/gm
  process.stderr.write(
    stdout.replace(
      places,
      (_, file: string, line, column) => `${file.replaceAll('+', '/')}:${line}:${column}`,
    ),
  )
  return status === 0
}

const paths = globSync(SOURCES, { cwd: root }).map((path) => path.split(sep).join('/'))
const examples = paths.sort().flatMap((path) => examplesIn(path, read(path)))
// An example that extends types, as the MCP SDK does, would change them for the other examples of its program.
const extending = examples.filter(({ lines }) =>
  lines.some((line) => /^\s*declare (module|global)\b|from '@modelcontextprotocol\//.test(line)),
)
const others = examples.filter((example) => !extending.includes(example))

rmSync(folder, { recursive: true, force: true })
const projects = [
  writeProject('all', others),
  ...extending.map((example, index) => writeProject(`extending-${index + 1}`, [example])),
]
const failed = projects.filter((project) => !check(project))
console.log(
  `${examples.length} examples of documents and docstrings ${failed.length > 0 ? 'do not all' : 'all'} compile.`,
)
if (examples.length === 0 || failed.length > 0) process.exitCode = 1

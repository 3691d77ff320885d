// Checks that imports between source files go one way, and never in a circle. Type-only imports count too.
import { globSync, readFileSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import { parseSync } from 'oxc-parser'

/** The files and folders of core, as in ARCHITECTURE.md. A file imports from its own folder and from lower ones. */
export const CORE_LAYERS: readonly string[] = [
  'index.ts',
  'adapter.ts',
  'signed-jwt.ts',
  'verifier.ts',
  'authenticate.ts',
  'explain.ts',
  'on-request.ts',
  'policy',
  'possession',
  'request',
  'token',
  'profiles',
  'issuer',
  'keys',
  'options',
  'diagnostics.ts',
  'warnings.ts',
  'copies.ts',
  'stores',
  'refusal',
  'sha256.ts',
  'clock.ts',
  'keep-alive.ts',
]

/** Which packages of this repository a package may import; for a package without a row, {@link ADAPTER}. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = { core: [], testing: [], 'mfa-otp': [] }
const SCOPE = '@okta-resource-server/'
const ADAPTER = [`${SCOPE}core`, `${SCOPE}core/adapter`]

/** The specifier of every import of a source file: declarations, re-exports, `import()`, `import()` types and `declare module`. */
export function importsOf(file: string, text: string): string[] {
  const { program, errors } = parseSync(file, text)
  if (errors[0] !== undefined) throw new Error(`${file}: ${errors[0].message}`)
  const found: string[] = []
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const { type, source, id } = node as Record<string, unknown>
    const module = type === 'TSModuleDeclaration' ? id : source
    const specifier = (module as { value?: unknown } | null | undefined)?.value
    if (typeof specifier === 'string') found.push(specifier)
    for (const child of Object.values(node)) visit(child)
  }
  visit(program)
  return found
}

function layerOf(path: string): number {
  return CORE_LAYERS.indexOf(path.split('/')[0] as string)
}

/** What is wrong with an import between two files of core, whose paths are relative to `src`. */
function coreProblem(from: string, to: string): string | undefined {
  const [upper, lower] = [layerOf(from), layerOf(to)]
  if (upper === -1 || lower === -1) return undefined // A file without a layer is reported separately.
  return upper <= lower ? undefined : `imports ${to}, which is above it`
}

function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file)
    if (start !== -1) found.push(`circle: ${[...path.slice(start), file].join(' -> ')}`)
    if (start !== -1 || done.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return found
}

/** Everything that is wrong with the imports of `packages/<name>/src` below a folder. */
export function importProblems(root: string): string[] {
  const problems: string[] = []
  const graph = new Map<string, string[]>()
  for (const path of globSync('packages/*/src/**/*.ts', { cwd: root })) {
    const file = path.split(sep).join('/')
    const [, name = '', , ...rest] = file.split('/')
    const [inSource, source] = [rest.join('/'), `packages/${name}/src/`]
    const targets: string[] = []
    graph.set(file, targets)
    if (name === 'core' && layerOf(inSource) === -1) problems.push(`${file}: has no place in CORE_LAYERS`)
    for (const specifier of importsOf(file, readFileSync(join(root, path), 'utf8'))) {
      if (specifier.startsWith('.')) {
        const target = posix.join(posix.dirname(file), specifier)
        targets.push(target)
        const problem = !target.startsWith(source)
          ? `imports ${target} of another package`
          : name === 'core' && coreProblem(inSource, target.slice(source.length))
        if (problem) problems.push(`${file}: ${problem}`)
      } else if (specifier.startsWith(SCOPE) && !(PACKAGES[name] ?? ADAPTER).includes(specifier)) {
        problems.push(`${file}: may not import ${specifier}`)
      }
    }
  }
  if (graph.size === 0) problems.push('no source files found')
  return [...problems, ...circles(graph)].sort()
}

if (import.meta.main) {
  const problems = importProblems(join(import.meta.dirname, '..'))
  for (const problem of problems) console.error(problem)
  console.log(problems.length === 0 ? 'Imports go one way.' : `${problems.length} problems with imports`)
  if (problems.length > 0) process.exitCode = 1
}

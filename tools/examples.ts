import { parseSync } from 'oxc-parser'

/** A block of TypeScript in a document or a docstring. */
export interface Example {
  /** The file that contains it, and the line of its first line of code, counted from 1. */
  readonly file: string
  readonly line: number
  /** Its lines; columns are those of the file. */
  readonly lines: readonly string[]
}

/** The opening fence of a block of TypeScript; ` * ` stands before it in a docstring. */
const OPENING = /^(\s*(?:\* ?)?)```ts\b(.*)$/

/**
 * The blocks of TypeScript in a Markdown file, or in the docstrings of a source file.
 *
 * A block that is not meant to compile begins with ` ```ts nocheck: ` and the reason.
 */
export function examplesIn(file: string, text: string): Example[] {
  const found: Example[] = []
  const lines = text.split(/\r?\n/)
  for (let index = 0; index < lines.length; index++) {
    const opening = OPENING.exec(lines[index] as string)
    if (opening === null) continue
    const [prefix, info] = [opening[1] as string, opening[2] as string]
    const end = lines.findIndex((line, at) => at > index && line.slice(prefix.length).startsWith('```'))
    if (end === -1) throw new Error(`${file}:${index + 1}: the block does not end`)
    if (info.trim() === '') {
      const code = lines.slice(index + 1, end).map((line) => withoutPrefix(line, prefix.length))
      found.push({ file, line: index + 2, lines: code })
    } else if (!/^ nocheck: \S/.test(info)) {
      throw new Error(`${file}:${index + 1}: only "nocheck: " and a reason may follow \`\`\`ts`)
    }
    index = end
  }
  return found
}

const withoutPrefix = (line: string, length: number): string => ' '.repeat(length) + line.slice(length)

/** The names that a module exports, each once, without its default export. */
export function exportsOf(file: string, text: string): string[] {
  const names = parseSync(file, text).module.staticExports.flatMap(({ entries }) =>
    entries.map(({ exportName }) => exportName.name),
  )
  return [...new Set(names)].filter((name): name is string => name !== null && name !== 'default')
}

/**
 * A module that is the example, on the same lines as in its file.
 *
 * @param names What the example may use without importing it, each with the specifier that exports it.
 */
export function moduleOf(example: Example, names: ReadonlyMap<string, string> = new Map()): string {
  const code = example.lines.join('\n')
  const imports = [...names]
    .filter(([name]) => uses(code, name))
    .map(([name, specifier]) => `import { ${name} } from '${specifier}';`)
  return `export {}; ${imports.join(' ')}${'\n'.repeat(example.line - 1)}${code}\n`
}

function uses(code: string, name: string): boolean {
  const declared = new RegExp(`\\b(?:import|const|let|class|function)\\b[^'";=(]*\\b${name}\\b`)
  return new RegExp(`\\b${name}\\b`).test(code) && !declared.test(code)
}

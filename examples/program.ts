import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export const EXAMPLES = ['express', 'fastify', 'nestjs', 'node-http'] as const
/** The MCP server has other routes than the examples above. */
export type ExampleName = (typeof EXAMPLES)[number] | 'mcp'

const folder = import.meta.dirname

/** The arguments with which Node.js starts a program of an example. Node.js does not run decorators, so NestJS is compiled. */
export function programOf(name: ExampleName, program = 'server'): string[] {
  if (name !== 'nestjs') return ['--conditions=source', join(folder, name, `${program}.ts`)]
  const tsc = join(folder, '..', 'node_modules', 'typescript', 'bin', 'tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(folder, name, 'tsconfig.build.json')], {
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error(`The example ${name} does not compile`)
  return [join(folder, name, 'dist', `${program}.js`)]
}

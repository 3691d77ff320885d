// The CommonJS and the ES module build of the MCP SDK have different classes; an application can use either.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execute, type Project, project } from './project.ts'
import type { Row } from './row.ts'
import { nodeExecutable } from './runtimes.ts'

const TOKEN = fileURLToPath(new URL('projects/api/token.cjs', import.meta.url))

async function installed(): Promise<Project> {
  const found = await project('mcp', {
    files: ['mcp'],
    packages: ['core', 'mcp'],
    dependencies: {
      '@modelcontextprotocol/sdk': '1',
      express: '5',
      jest: '30',
      zod: '4',
    },
  })
  copyFileSync(TOKEN, join(found.folder, 'token.cjs'))
  return found
}

const runtimeRows = (['20', '24'] as const).flatMap((version) =>
  ['app.cjs', 'app.mjs'].map((script) => ({
    name: `MCP SDK on Node.js ${version}: ${script}`,
    ci: version === '24',
    run: async () => {
      const { folder } = await installed()
      await execute(await nodeExecutable(version), [script], folder)
    },
  })),
)

export const MCP_ROWS: readonly Row[] = [
  ...runtimeRows,
  {
    name: 'MCP SDK under Jest 30',
    run: async () => (await installed()).bin('jest', '--testTimeout', '60000'),
  },
]

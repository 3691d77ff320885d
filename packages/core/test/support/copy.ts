import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

type Core = typeof import('../../src/index.ts') & typeof import('../../src/adapter.ts')

const packageFolder = fileURLToPath(new URL('../..', import.meta.url))

/** Loads a second copy of core, as two versions in one workspace would be, or CommonJS beside ESM. */
export async function loadCopy(): Promise<Core> {
  const folder = mkdtempSync(join(tmpdir(), 'core-'))
  try {
    symlinkSync(join(packageFolder, 'node_modules'), join(folder, 'node_modules'), 'junction')
    cpSync(join(packageFolder, 'src'), folder, { recursive: true })
    const load = (file: string): Promise<object> => import(pathToFileURL(join(folder, file)).href)
    return { ...(await load('index.ts')), ...(await load('adapter.ts')) } as Core
  } finally {
    rmSync(folder, { recursive: true })
  }
}

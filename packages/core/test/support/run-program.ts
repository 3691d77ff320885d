import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const folder = new URL('../programs/', import.meta.url)

/** Runs a program of the folder `programs` in a separate process, and returns the JSON that it prints. */
export async function runProgram(name: string, ...flags: readonly string[]): Promise<unknown> {
  const args = ['--conditions=source', '--no-warnings', ...flags, fileURLToPath(new URL(name, folder))]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 })
  return JSON.parse(stdout)
}

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export type ChildTask = 'verify' | 'fail' | 'close-in-flight' | 'leave-open'

const PROGRAM = fileURLToPath(new URL('child-program.ts', import.meta.url))
/** Milliseconds. */
const TIME_LIMIT = 10_000

/** Runs `child-program.ts` in a child process until it exits; `code` is null if it was killed after the time limit. */
export function runChild(
  task: ChildTask,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', PROGRAM, task], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const limit = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(limit)
      resolve({ code, output: output.trim(), errors })
    })
  })
}

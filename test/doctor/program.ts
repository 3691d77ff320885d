import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { run } from '@okta-resource-server/doctor'

const PROGRAM = fileURLToPath(new URL('../../packages/doctor/src/main.ts', import.meta.url))

/** What the doctor did. */
export interface Finished {
  readonly status: number | null
  readonly output: string
  readonly errors: string
}

/** Runs the doctor in this process, which is faster. */
export async function doctor(args: readonly string[], input: string = ''): Promise<Finished> {
  const [output, errors]: [string[], string[]] = [[], []]
  const status = await run(args, {
    input: Readable.from([input]),
    output: { write: (text) => output.push(text) },
    errors: { write: (text) => errors.push(text) },
  })
  return { status, output: output.join(''), errors: errors.join('') }
}

/** Runs the doctor as a program. */
export function doctorProgram(
  args: readonly string[],
  input: string = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', PROGRAM, ...args], {
      env: { PATH: process.env.PATH, ...env },
    })
    const [output, errors]: [string[], string[]] = [[], []]
    child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text))
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, output: output.join(''), errors: errors.join('') }))
    // A program that does not read its input may end before it is written.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

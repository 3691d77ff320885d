import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Where `.ci/debian-programs` unpacks packages if it cannot install them. */
const UNPACKED = fileURLToPath(new URL('../node_modules/.cache/debian', import.meta.url))

const FOLDERS = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...['/usr/local/sbin', '/usr/sbin', '/sbin'],
  ...['usr/sbin', 'usr/bin'].map((folder) => join(UNPACKED, folder)),
]

/** The path of a program of Debian, such as `nginx`; `undefined` if it is not installed. */
export function findProgram(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/** Why a test of a program is skipped. */
export const missingProgram = (name: string): string =>
  `${name} is not installed: run .ci/debian-programs ${name}`

/** Whether a program that is not installed is a failure: in continuous integration, which installs it. */
export const isRequired: boolean = process.env.CI === 'true'

/** A port of the loopback interface on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A running program. */
export interface Program {
  /** What it has printed. */
  readonly output: () => string
  readonly stop: () => Promise<void>
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

/** Starts a program, and waits until it listens on these ports. */
export async function startProgram(
  path: string,
  args: readonly string[],
  ports: readonly number[],
): Promise<Program> {
  const libraries = join(
    UNPACKED,
    'usr/lib',
    process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu',
  )
  const env = path.startsWith(UNPACKED) ? { ...process.env, LD_LIBRARY_PATH: libraries } : process.env
  const child: ChildProcess = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      printed += chunk
    })
  }
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  let isRunning = true
  void exited.then(() => {
    isRunning = false
  })
  for (let attempt = 0; ; attempt++) {
    const listening = await Promise.all(ports.map(accepts))
    if (listening.every(Boolean)) break
    if (!isRunning || attempt === 200) {
      child.kill('SIGKILL')
      throw new Error(`${path} does not listen: ${printed}`)
    }
    await sleep(50)
  }
  return {
    output: () => printed,
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

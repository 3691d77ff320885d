import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

// Servers are started and ended, and clients connect anew. The soak test runs outside of vitest.
if (process.env.VITEST !== undefined) {
  const { vi } = await import('vitest')
  vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })
}

const { status } = spawnSync('redis-server', ['--version'])
/** Whether Debian's redis-server, or another one, is installed. */
export const isRedisInstalled: boolean = status === 0

if (!isRedisInstalled) {
  const reason = 'redis-server is not installed: on Debian, apt-get install redis-server'
  // Where every check has to run, a check that is missing is a failure.
  if (process.env.CI !== undefined) throw new Error(reason)
  console.warn(`Tests of packages/redis are skipped: ${reason}`)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** The answer to a command that is sent in plain text, as far as it came with the first bytes. */
async function ask(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${command}\r\n`)
  try {
    const [data] = (await once(socket, 'data', { signal: AbortSignal.timeout(500) })) as [Buffer]
    return String(data)
  } catch {
    // Nothing listens, or no answer came in time.
    return ''
  } finally {
    socket.destroy()
  }
}

/** What is left when the tests are interrupted. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A Redis server on a loopback port. By default it writes nothing to disk. */
export class RedisServer {
  readonly port: number
  readonly #folder = mkdtempSync(join(tmpdir(), 'redis-'))
  readonly #args: readonly string[]
  /** The configuration of a Sentinel, which it changes itself. */
  #file: string | undefined
  #process: ChildProcess | undefined

  private constructor(port: number, args: readonly string[]) {
    this.port = port
    this.#args = args
  }

  static async start(...args: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), args)
    try {
      await server.start()
    } catch (error) {
      await server.stop()
      throw error
    }
    return server
  }

  /** Starts a Sentinel that watches the primary by the name `main`, and fails over after 300 ms. */
  static async startSentinel(primary: RedisServer): Promise<RedisServer> {
    const sentinel = new RedisServer(await freePort(), [])
    sentinel.#file = join(sentinel.#folder, 'sentinel.conf')
    const lines = [
      ...[`port ${sentinel.port}`, 'bind 127.0.0.1', `dir ${sentinel.#folder}`],
      `sentinel monitor main 127.0.0.1 ${primary.port} 1`,
      ...['sentinel down-after-milliseconds main 300', 'sentinel failover-timeout main 2000'],
    ]
    writeFileSync(sentinel.#file, lines.join('\n'))
    await sentinel.start()
    return sentinel
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    const base = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.#folder]
    const args = this.#file === undefined ? [...base, ...this.#args] : [this.#file, '--sentinel']
    const child = spawn('redis-server', args, { stdio: 'ignore' })
    this.#process = child
    running.add(child)
    child.once('exit', () => running.delete(child))
    for (let attempt = 0; !(await ask(this.port, 'PING')).startsWith('+PONG'); attempt++) {
      if (attempt > 200) throw new Error('redis-server did not start')
      await sleep(20)
    }
  }

  /** Sends a command in plain text, and returns the raw answer. */
  ask(command: string): Promise<string> {
    return ask(this.port, command)
  }

  /** Ends the process at once, as a crash does. */
  async kill(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  /** The server keeps its connections, but answers nothing. */
  pause(): void {
    this.#process?.kill('SIGSTOP')
  }

  resume(): void {
    this.#process?.kill('SIGCONT')
  }

  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

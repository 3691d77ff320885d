import { type PoolOptions, type PoolWorker, ThreadsPoolWorker } from 'vitest/node'

type Listener = Parameters<PoolWorker['on']>[1]
type Message = Parameters<PoolWorker['send']>[0]

/** A worker thread keeps a few listeners of every run, so it is replaced after this many. */
const RUNS = 50
/** Matching every test with the names of many tests takes longer than running all tests of their files. */
const MAX_PATTERN = 5_000
let thread: { worker: ThreadsPoolWorker; runs: number } | undefined

function withoutLongPattern(message: Message & { type: 'start' }): Message {
  const { config } = message.context
  if ((config.testNamePattern?.source.length ?? 0) <= MAX_PATTERN) return message
  return { ...message, context: { ...message.context, config: { ...config, testNamePattern: undefined } } }
}

/**
 * A worker whose thread stays for the next mutants, because starting one takes longer than most tests.
 *
 * tools/mutation-setup.ts evaluates the modules of core again for each mutant.
 */
class KeptWorker implements PoolWorker {
  readonly name = 'kept'
  readonly #options: PoolOptions
  readonly #listeners: [event: string, listener: Listener][] = []
  #thread: { worker: ThreadsPoolWorker; runs: number } | undefined

  constructor(options: PoolOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    this.#thread = thread ?? { worker: new ThreadsPoolWorker(this.#options), runs: 0 }
    thread = undefined
    if (this.#thread.runs === 0) await this.#thread.worker.start()
    this.#thread.runs += 1
  }

  /** Answers a request to stop, if the thread stays. */
  send(message: Message): void {
    if (message.type !== 'stop' || this.#isOld) {
      this.#thread?.worker.send(message.type === 'start' ? withoutLongPattern(message) : message)
      return
    }
    const stopped = { type: 'stopped', __vitest_worker_response__: true }
    for (const [event, listener] of [...this.#listeners]) if (event === 'message') listener(stopped)
  }

  async stop(): Promise<void> {
    for (const [event, listener] of this.#listeners.splice(0)) this.#thread?.worker.off(event, listener)
    if (this.#isOld) await this.#thread?.worker.stop()
    else thread = this.#thread
  }

  get #isOld(): boolean {
    return (this.#thread?.runs ?? 0) >= RUNS
  }

  on(event: string, listener: Listener): void {
    this.#listeners.push([event, listener])
    this.#thread?.worker.on(event, listener)
  }

  off(event: string, listener: Listener): void {
    const index = this.#listeners.findIndex(([name, known]) => name === event && known === listener)
    if (index !== -1) this.#listeners.splice(index, 1)
    this.#thread?.worker.off(event, listener)
  }

  deserialize(data: unknown): unknown {
    return data
  }
}

/** The pool of the mutation tests. Stryker sets the option `pool` itself, so this plugin sets the pool of the project. */
export const keptWorker = {
  name: 'kept-worker',
  configureVitest({ project }: { project: { config: { pool: string; poolRunner?: unknown } } }): void {
    project.config.pool = 'kept'
    project.config.poolRunner = {
      name: 'kept',
      createPoolWorker: (options: PoolOptions) => new KeptWorker(options),
    }
  },
}

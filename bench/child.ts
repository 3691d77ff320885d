import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Setting } from './policy.ts'

/** A child process of the benchmark. It answers one question after the other. */
export class Child {
  readonly #process: ChildProcess

  constructor(file: string, args: readonly string[], setting: Setting) {
    this.#process = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
      execArgv: [
        '--expose-gc',
        '--no-warnings',
        // V8 collects the garbage of idle processes, which would slow down the one that is measured.
        '--no-memory-reducer',
        // V8's maximum for new objects, from the start: if this memory grew during a measurement, it would slow it down.
        '--min-semi-space-size=32',
        '--max-semi-space-size=32',
      ],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        BENCH_FOLDER: setting.folder,
        BENCH_JWKS_URI: setting.jwksUri,
        BENCH_FIRST_VERSION: setting.firstVersion,
      },
    })
  }

  /** Resolves with the next message; rejects when the process exits first. */
  next<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const exited = (code: number | null): void =>
        reject(new Error(`A child process of the benchmark exited (${code})`))
      this.#process.once('exit', exited)
      this.#process.once('message', (message) => {
        this.#process.off('exit', exited)
        resolve(message as T)
      })
    })
  }

  ask<T>(question: object): Promise<T> {
    const answer = this.next<T>()
    this.#process.send(question)
    return answer
  }

  stop(): Promise<void> {
    if (this.#process.exitCode !== null) return Promise.resolve()
    return new Promise((resolve) => {
      this.#process.once('exit', () => resolve())
      this.#process.kill()
    })
  }
}

/** Starts a child process, asks one question and stops it. */
export async function askOnce<T>(
  file: string,
  args: readonly string[],
  question: object,
  setting: Setting,
): Promise<T> {
  const child = new Child(file, args, setting)
  await child.next()
  const answer = await child.ask<T>(question)
  await child.stop()
  return answer
}

/** Used in the child process: answers each question and exits when the parent does. */
export function answerQuestions<Q>(answer: (question: Q) => unknown): void {
  process.on('message', async (question) => {
    try {
      process.send?.(await answer(question as Q))
    } catch (error) {
      console.error(error)
      process.exit(1)
    }
  })
  process.on('disconnect', () => process.exit(0))
}

export function tell(message: object): void {
  process.send?.(message)
}

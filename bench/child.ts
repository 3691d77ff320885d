import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Setting } from './policy.ts'

/** A process of the benchmark that answers one question after the other. */
export class Child {
  readonly #process: ChildProcess

  constructor(file: string, args: readonly string[], setting: Setting) {
    this.#process = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
      // All but one rest at a time, and V8 would collect the garbage of those at the expense of the one.
      execArgv: ['--expose-gc', '--no-memory-reducer', '--no-warnings'],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        BENCH_FOLDER: setting.folder,
        BENCH_JWKS_URI: setting.jwksUri,
      },
    })
  }

  /** Resolves with the next message; rejects when the process ends instead. */
  next<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void =>
        reject(new Error(`A process of the benchmark ended (${code})`))
      this.#process.once('exit', ended)
      this.#process.once('message', (message) => {
        this.#process.off('exit', ended)
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

/** The other end: answers each question with what `answer` makes of it, and ends with the parent. */
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

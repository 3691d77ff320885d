/** Work that can wait, for each that can run. */
const QUEUE_FACTOR = 10

/** Work did not start or did not end, because of a limit. */
export class LimitError extends Error {}

/**
 * Runs work with a signal that aborts after a time limit, and when the work has ended in whatever way.
 *
 * @param duration - milliseconds
 */
export async function withinTime<T>(duration: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), duration)
  timer.unref?.()
  try {
    return await work(abort.signal)
  } finally {
    clearTimeout(timer)
    abort.abort()
  }
}

/** Runs asynchronous work: some at a time, some more waiting, none for longer than its time limit. */
export class Limiter {
  readonly #concurrency: number
  #running = 0
  /** What starts the work that waits, the oldest first. */
  readonly #queue = new Set<() => void>()
  /** The same for work that comes first. */
  readonly #urgent = new Set<() => void>()
  /** What ends the wait for work. */
  readonly #stops = new Set<(reason: LimitError) => void>()

  constructor(concurrency: number) {
    this.#concurrency = concurrency
  }

  /**
   * Runs work. After the time limit its result is ignored, and other work may start.
   *
   * @param duration - milliseconds, the time in the queue included
   * @param isUrgent - starts before other work that waits, and has a separate queue
   * @throws {LimitError} the queue is full, the time limit is reached, or the limiter was closed
   */
  async run<T>(work: () => Promise<T>, duration: number, isUrgent = false): Promise<T> {
    const queue = isUrgent ? this.#urgent : this.#queue
    const isBusy = this.#running >= this.#concurrency
    if (isBusy && queue.size >= this.#concurrency * QUEUE_FACTOR) throw new LimitError('too many are waiting')
    let stop!: (reason: LimitError) => void
    const stopped = new Promise<never>((_, reject) => {
      stop = reject
    })
    const timer = setTimeout(() => stop(new LimitError('the time limit was reached')), duration)
    timer.unref?.()
    this.#stops.add(stop)
    const { turn, leave } = this.#enter(isBusy, queue)
    try {
      if (turn !== undefined) await Promise.race([turn, stopped])
      return await Promise.race([work(), stopped])
    } finally {
      clearTimeout(timer)
      this.#stops.delete(stop)
      leave()
    }
  }

  /** Ends every wait. */
  close(): void {
    for (const stop of this.#stops) stop(new LimitError('the verifier was closed'))
  }

  #enter(
    isBusy: boolean,
    queue: Set<() => void>,
  ): { readonly turn?: Promise<void>; readonly leave: () => void } {
    if (!isBusy) {
      this.#running++
      return { leave: () => this.#startNext() }
    }
    let start!: () => void
    const turn = new Promise<void>((resolve) => {
      start = resolve
    })
    queue.add(start)
    return { turn, leave: () => void (queue.delete(start) || this.#startNext()) }
  }

  /** Passes a turn on, or gives it back. */
  #startNext(): void {
    const queue = this.#urgent.size > 0 ? this.#urgent : this.#queue
    const [start] = queue
    if (start === undefined) {
      this.#running--
      return
    }
    queue.delete(start)
    start()
  }
}

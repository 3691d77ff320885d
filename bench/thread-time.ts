import { setTimeout as sleep } from 'node:timers/promises'

/** What a piece of work took, in microseconds. */
export interface Taken {
  readonly wall: number
  /** CPU time of the main thread; without the thread pool and other processes. */
  readonly main: number
  /** CPU time of all threads of the process. */
  readonly all: number
}

const sum = ({ user, system }: { user: number; system: number }): number => user + system

/**
 * Starts a clock; the function returned stops it.
 *
 * Linux brings the CPU time of a running thread up to date at a timer tick, every 4 ms, or when the thread goes to
 * sleep. So the thread sleeps for a moment before each reading; the wall clock does not count that.
 */
export async function startClock(): Promise<() => Promise<Taken>> {
  await sleep(1)
  const main = sum(process.threadCpuUsage())
  const all = sum(process.cpuUsage())
  const started = performance.now()
  return async () => {
    const wall = (performance.now() - started) * 1_000
    await sleep(1)
    return {
      wall,
      main: sum(process.threadCpuUsage()) - main,
      all: sum(process.cpuUsage()) - all,
    }
  }
}

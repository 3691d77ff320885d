/** What a stretch of work took, in microseconds. */
export interface Taken {
  readonly wall: number
  /** Time that the main thread was on a core, the thread pool and other processes left out. */
  readonly main: number
  /** The same of all threads of the process. */
  readonly all: number
}

const sum = ({ user, system }: { user: number; system: number }): number => user + system

/** Starts a clock; the function returned tells what was taken since. */
export function clock(): () => Taken {
  const main = sum(process.threadCpuUsage())
  const all = sum(process.cpuUsage())
  const wall = performance.now()
  return () => ({
    wall: (performance.now() - wall) * 1_000,
    main: sum(process.threadCpuUsage()) - main,
    all: sum(process.cpuUsage()) - all,
  })
}

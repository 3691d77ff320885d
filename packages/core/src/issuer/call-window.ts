/** Milliseconds. */
const MINUTE = 60_000
/** The part of the calls that only tokens get that were active before. */
const RESERVE = 0.25

/** Limits a number of events in any minute. */
class Window {
  /** When the last events happened, the oldest at `#next`. */
  readonly #times: Float64Array
  #next = 0

  constructor(max: number) {
    this.#times = new Float64Array(max).fill(Number.NEGATIVE_INFINITY)
  }

  /** Milliseconds until another event may happen; 0 or less if it may happen now. */
  wait(now: number): number {
    return (this.#times[this.#next] as number) + MINUTE - now
  }

  add(now: number): void {
    this.#times[this.#next] = now
    this.#next = (this.#next + 1) % this.#times.length
  }
}

/**
 * Limits calls in any minute. A part of them is kept for tokens that were active before, so that a flood of made-up tokens
 * does not use up the calls for those in use.
 */
export class CallWindow {
  readonly #all: Window
  readonly #unknown: Window

  constructor(maxPerMinute: number) {
    this.#all = new Window(maxPerMinute)
    this.#unknown = new Window(maxPerMinute - Math.floor(maxPerMinute * RESERVE))
  }

  /** Milliseconds until a call may start; 0 or less if it may start now. */
  wait(now: number, wasActive: boolean): number {
    const all = this.#all.wait(now)
    return wasActive ? all : Math.max(all, this.#unknown.wait(now))
  }

  add(now: number, wasActive: boolean): void {
    this.#all.add(now)
    if (!wasActive) this.#unknown.add(now)
  }
}

/** Milliseconds. If the clock is set back by less, what is due may be noticed this much later. */
const MAX_DURATION = 60_000

/**
 * A period in which nothing is due for an issuer, and the keys that it has may be used. It is measured with the wall clock, because a request
 * has read it and would have to read the other clock, too.
 */
export class Unchanged {
  #from = Number.POSITIVE_INFINITY
  #until = Number.NEGATIVE_INFINITY

  /** One that lasts until it is ended, whatever the clock says. */
  static forever(): Unchanged {
    const unchanged = new Unchanged()
    unchanged.#from = Number.NEGATIVE_INFINITY
    unchanged.#until = Number.POSITIVE_INFINITY
    return unchanged
  }

  /** @param wall - wall-clock time in milliseconds. Before the start, the clock has been set back. */
  includes(wall: number): boolean {
    return wall >= this.#from && wall < this.#until
  }

  /** @param duration - milliseconds until the next change */
  start(wall: number, duration: number): void {
    this.#from = wall
    this.#until = wall + Math.min(duration, MAX_DURATION)
  }

  end(): void {
    this.#until = Number.NEGATIVE_INFINITY
  }
}

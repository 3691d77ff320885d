/**
 * A clock that can be moved in both directions.
 *
 * @example
 * ```ts
 * const clock = new ShiftedClock()
 * const verifier = createAccessTokenVerifier({ issuer, audience, clock: clock.now })
 * clock.advance(60 * 60 * 1_000)
 * ```
 */
export class ShiftedClock {
  readonly #source: () => number
  #shift = 0

  /** @param source The clock that is shifted, in milliseconds. Default: the system clock. */
  constructor(source: () => number = () => Date.now()) {
    this.#source = source
  }

  /** The current time in milliseconds since the epoch. */
  readonly now = (): number => this.#source() + this.#shift

  advance(milliseconds: number): void {
    this.#shift += milliseconds
  }

  /** Sets the clock back, as a correction by NTP does. */
  back(milliseconds: number): void {
    this.#shift -= milliseconds
  }
}

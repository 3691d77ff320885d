/** Milliseconds since the epoch. */
export type Now = () => number

/**
 * The source of time for token times, TOTP and lifetimes.
 *
 * oidc-provider always reads `Date.now` and has no option for a clock. Therefore storage.ts converts the times of
 * everything it stores, so that a token has the age that the injected clock implies.
 */
export class Clock {
  readonly now: Now

  constructor(now: Now = Date.now) {
    this.now = now
  }

  seconds(): number {
    return Math.floor(this.now() / 1000)
  }

  /** The number of seconds by which the injected clock is ahead of the system clock. */
  ahead(): number {
    return this.seconds() - Math.floor(Date.now() / 1000)
  }
}

/** Milliseconds since the epoch. */
export type Now = () => number

/**
 * The one source of time for token times, TOTP, and lives.
 *
 * oidc-provider reads `Date.now` in its own modules and offers no other clock, so whatever it stores is moved between
 * the two clocks at its storage (see storage.ts): it then sees a token as old as the injected clock says.
 */
export class Clock {
  readonly now: Now

  constructor(now: Now = Date.now) {
    this.now = now
  }

  seconds(): number {
    return Math.floor(this.now() / 1000)
  }

  /** How many seconds the injected clock is ahead of the wall clock. */
  ahead(): number {
    return this.seconds() - Math.floor(Date.now() / 1000)
  }
}

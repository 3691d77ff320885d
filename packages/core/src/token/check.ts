import { channels } from '../diagnostics.ts'
import type { Shown } from './shown.ts'

/** One check. It throws a refusal, or returns, or returns a promise if it has to wait. */
export interface Check<Subject extends unknown[]> extends Shown<Subject> {
  readonly name: string
  readonly run: (...subject: Subject) => void | Promise<void>
  /**
   * Checks that must pass before `explain()` runs this one: those whose results it uses, and theirs. Without a list, all
   * that come before it. What is not to be done for a forged token needs `signature`.
   */
  readonly needs?: readonly string[]
  /**
   * Called when a check before it waits: starts what `run` would wait for, so that the two wait at the same time. It does not
   * throw, and `run` gives the result.
   */
  readonly start?: (...subject: Subject) => void
  /**
   * Whether it concerns the subject. `explain()` leaves it out otherwise.
   *
   * @default it does
   */
  readonly applies?: (...subject: Subject) => boolean
  /** It changes something that outlasts it, such as a list of tokens that were used. `explain()` does not run it. */
  readonly hasEffects?: boolean
}

const failedChecks = new WeakMap<object, string | undefined>()

/** Notes which check an error comes from, for those who subscribe to refusals. Returns the error. */
export function fromCheck(name: string | undefined, error: unknown): unknown {
  if (channels.tokenRefused.hasSubscribers && typeof error === 'object' && error !== null) {
    failedChecks.set(error, name)
  }
  return error
}

/** The name of the check that an error comes from. */
export function failedCheck(error: object): string | undefined {
  return failedChecks.get(error)
}

import type { ErrorCode } from '../refusal/codes.ts'
import { HINTS } from '../refusal/hints.ts'
import { RemoteDocumentError } from '../refusal/remote-document-error.ts'
import { ResourceServerError } from '../refusal/resource-server-error.ts'
import { StoreError } from '../refusal/store-error.ts'
import type { Check } from './check.ts'
import { type Facts, shortFacts } from './short-facts.ts'

/** One check of an {@link Explanation}. */
export interface ExplainedCheck {
  /** Name of the check, such as `audience` or `requirement scopes`. */
  readonly check: string
  /** `'not run'`: a check that it depends on failed, or it has effects. */
  readonly outcome: 'passed' | 'failed' | 'not run'
  /** Why it failed. */
  readonly code: ErrorCode | undefined
  /** What the check read: claims, header parameters and the like, by name. Long values are cut. */
  readonly found: Readonly<Record<string, unknown>>
  /** What the check accepts, by name; `{}` if there is nothing to say. */
  readonly wanted: Readonly<Record<string, unknown>>
  /** Whether anyone could have written what was found, because no verified signature covers it. */
  readonly unverified: boolean
  /** What to do, if it failed. */
  readonly hint: string | undefined
}

/** Why a token or request is accepted or refused: every check, in the order in which they decide. */
export interface Explanation {
  /** Whether the token is accepted and meets the requirements. */
  readonly accepted: boolean
  /** The code of the refusal, which is that of the first check that failed; `undefined` if the token is accepted. */
  readonly code: ErrorCode | undefined
  readonly checks: readonly ExplainedCheck[]
}

type Subject = Pick<ExplainedCheck, 'check'> & Partial<ExplainedCheck>

export const CREDENTIALS = 'credentials'

/** Gathers the checks of one explanation. */
export class Report {
  readonly #checks = new Map<string, ExplainedCheck>()
  readonly #skipped = new Set<string>()
  /** Checks whose facts the signature of the token does not cover. */
  readonly #unsigned = new Set([CREDENTIALS])

  get passed(): boolean {
    return [...this.#checks.values()].every(
      ({ check, outcome }) => outcome === 'passed' || this.#skipped.has(check),
    )
  }

  has(name: string): boolean {
    return this.#checks.has(name)
  }

  hasPassed(name: string): boolean {
    return this.#checks.get(name)?.outcome === 'passed' || this.#skipped.has(name)
  }

  /** Adds a check. One of the same name is replaced, but keeps its place. */
  add({ check, outcome = 'passed', code, found = {}, wanted = {}, unverified = true, hint }: Subject): void {
    this.#checks.set(check, {
      check,
      outcome,
      code,
      found: shortFacts(found),
      wanted: shortFacts(wanted),
      unverified,
      hint,
    })
  }

  /** Adds a check that is not run because it has effects, which does not count against the token. */
  skip(subject: Subject): void {
    this.#skipped.add(subject.check)
    this.add({ ...subject, outcome: 'not run' })
  }

  /** Leaves out a check that does not concern the token, which does not count against it. */
  leaveOut(name: string): void {
    this.#skipped.add(name)
  }

  /** Adds a check that failed. Errors that are no refusal are thrown. */
  addFailure(subject: Subject, error: unknown): void {
    if (!(error instanceof ResourceServerError)) throw error
    const { code } = error
    const found = { ...subject.found, ...causeOf(error) }
    this.add({ ...subject, found, outcome: 'failed', code, hint: subject.hint ?? HINTS[code] })
  }

  /** Adds a check of the request that failed: what it found is not part of the token. */
  addRequestFailure(subject: Subject, error: unknown): void {
    this.#unsigned.add(subject.check)
    this.addFailure(subject, error)
  }

  finish(signed: boolean): Explanation {
    const checks = [...this.#checks.values()].map((row) =>
      Object.freeze(signed && !this.#unsigned.has(row.check) ? { ...row, unverified: false } : row),
    )
    const code = checks.find((row) => row.code !== undefined)?.code
    return Object.freeze({ accepted: this.passed, code, checks: Object.freeze(checks) })
  }
}

/** What happened on the network, or in a store. */
function causeOf({ cause }: ResourceServerError): Facts {
  if (cause instanceof StoreError) return { cause: cause.code, serverCode: cause.serverCode }
  if (!(cause instanceof RemoteDocumentError)) return {}
  const { code, url, status } = cause
  return { cause: code, url, status }
}

/** The facts of a check. */
export function shown<S extends unknown[]>(check: Check<S>, ...subject: S): { found: Facts; wanted: Facts } {
  return { found: check.found?.(...subject) ?? {}, wanted: check.wanted?.(...subject) ?? {} }
}

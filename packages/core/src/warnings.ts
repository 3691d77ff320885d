import { sharedByCopies } from './copies.ts'

/** Codes of the process warnings that report a likely misconfiguration. Stable and documented. */
export type WarningCode =
  | 'ORS_ISSUER_SLASH'
  | 'ORS_AUDIENCE_MISSING'
  | 'ORS_AUDIENCE_IS_CLIENT'
  | 'ORS_PROFILE'
  | 'ORS_CLOCK'
  | 'ORS_COGNITO_CLIENTS'
  | 'ORS_DPOP_HOST'
  | 'ORS_INTROSPECTION_CREDENTIALS'
  | 'ORS_INTROSPECTION_UNUSED'
  | 'ORS_CALLER_UNKNOWN'
  | 'ORS_POSSESSION_DISABLED'
  | 'ORS_STATUS_UNCHECKED'
  | 'ORS_VERIFIER_PER_REQUEST'

/** Shared by all copies of this package in the process, and bounded, because issuers may become known at run time. */
const REPORTED = Symbol.for('okta-resource-server.warnings')
const MAX_REPORTED = 1_000

/** Nothing is reported if the global object is frozen, since it would be reported again and again. */
const reported = (): Set<string> | undefined => sharedByCopies(REPORTED, () => new Set<string>())

/**
 * The issuer that a warning is about. One that a function has found at run time is never reported: its tenant may be anyone,
 * and must not be able to end a program that ends on warnings.
 */
export interface WarningSubject {
  readonly issuer: string
  readonly isFixed: boolean
}

/** Whether {@link warnOnce} would report nothing, so that there is no need to find out more. */
export function wasReported(code: WarningCode, { issuer, isFixed }: WarningSubject): boolean {
  if (!isFixed) return true
  const known = reported()
  return known === undefined || known.size >= MAX_REPORTED || known.has(`${code} ${issuer}`)
}

/**
 * Reports a misconfiguration as a process warning, once per process, code and issuer. Never throws.
 *
 * A program may end on a warning. So this is called only for what the program, its configuration, the authorization server's
 * documents or a token with a verified signature says, and never because of what anyone can send.
 *
 * @param message - what is wrong and how to fix it, without claim values
 */
export function warnOnce(code: WarningCode, subject: WarningSubject, message: string): void {
  if (wasReported(code, subject)) return
  const { issuer } = subject
  reported()?.add(`${code} ${issuer}`)
  try {
    globalThis.process?.emitWarning?.(`${message} (issuer ${issuer})`, {
      type: 'OktaResourceServerWarning',
      code,
    })
  } catch {
    // Advice is not worth a failure.
  }
}

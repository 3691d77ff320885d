import type { IssuerRegistry } from './issuer/registry.ts'
import { ON_REQUEST } from './on-request.ts'
import type { Configuration } from './options/options.ts'
import {
  checkRequirements,
  defineRequirements,
  REQUIREMENT_NAMES,
  type Requirements,
} from './policy/requirements.ts'
import type { ErrorCode } from './refusal/codes.ts'
import { ResourceServerError } from './refusal/errors.ts'
import { HINTS } from './refusal/hints.ts'
import { RemoteDocumentError } from './refusal/remote-document-error.ts'
import { StoreError } from './refusal/store-error.ts'
import { authorizationHeader } from './request/credentials.ts'
import { placesOfCredentials } from './request/places.ts'
import type { RequestLike } from './request/request.ts'
import { Use } from './request/use.ts'
import { type Check, EACH_TIME, ONCE } from './token/checks.ts'
import { type Facts, pick, shortFacts } from './token/short-facts.ts'
import { isOpaque } from './token/unverified.ts'
import { Verification, type VerifiedToken } from './token/verification.ts'

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

/** What a verifier explains with. */
interface Context {
  readonly registry: IssuerRegistry
  readonly configuration: Configuration
}

type Subject = Pick<ExplainedCheck, 'check'> & Partial<ExplainedCheck>

const CREDENTIALS = 'credentials'

/** Gathers the checks of one explanation. */
class Report {
  readonly #checks = new Map<string, ExplainedCheck>()
  readonly #skipped = new Set<string>()
  /** Checks whose facts the signature of the token does not cover. */
  readonly #unsigned = new Set([CREDENTIALS])

  get passed(): boolean {
    return [...this.#checks.values()].every(
      ({ check, outcome }) => outcome === 'passed' || this.#skipped.has(check),
    )
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
function shown<S extends unknown[]>(check: Check<S>, ...subject: S): { found: Facts; wanted: Facts } {
  return { found: check.found?.(...subject) ?? {}, wanted: check.wanted?.(...subject) ?? {} }
}

async function explainOnce(report: Report, verification: Verification): Promise<void> {
  for (const [index, row] of ONCE.entries()) {
    if (row.applies?.(verification) === false) {
      report.leaveOut(row.name)
      continue
    }
    const { name, needs = ONCE.slice(0, index).map((earlier) => earlier.name), hasEffects } = row
    if (!needs.every((earlier) => report.hasPassed(earlier))) {
      report.add({ check: name, outcome: 'not run', ...shown(row, verification) })
      continue
    }
    if (hasEffects === true) {
      report.skip({ check: name, ...shown(row, verification) })
      continue
    }
    try {
      await row.run(verification)
      report.add({ check: name, ...shown(row, verification) })
    } catch (error) {
      const hint = error instanceof ResourceServerError ? row.hint?.(error.code, verification) : undefined
      report.addFailure({ check: name, hint, ...shown(row, verification) }, error)
    }
  }
}

function explainEachTime(report: Report, token: VerifiedToken): void {
  const wall = token.issuer.configuration.clock.wall()
  for (const row of EACH_TIME) {
    if (row.applies?.(token, wall) === false) continue
    const facts = shown(row, token, wall)
    try {
      row.run(token, wall)
      // A check of ONCE with the same name has shown more.
      if (!report.hasPassed(row.name)) report.add({ check: row.name, ...facts })
    } catch (error) {
      report.addFailure({ check: row.name, ...facts }, error)
    }
  }
}

async function explainOnRequest(report: Report, token: VerifiedToken, use: Use): Promise<void> {
  for (const row of ON_REQUEST) {
    if (row.concerns?.(token, use) === false) continue
    const subject = { check: row.name, ...shown(row, token, use) }
    if (row.hasEffects === true) {
      report.skip(subject)
      continue
    }
    try {
      await row.run(token, use)
      report.add(subject)
    } catch (error) {
      report.addRequestFailure(subject, error)
    }
  }
}

/** What of a token a requirement concerns: its scopes, its binding, and the claims that it names. */
function factsOf(name: string, wanted: unknown, auth: VerifiedToken['auth']): Facts {
  if (name === 'scopes' || name === 'anyScope') return { scopes: auth.scopes }
  if (name === 'claims') return pick(auth.claims as Facts, Object.keys(wanted as object))
  if (name === 'delegation') return pick(auth.claims as Facts, ['act'])
  if (name === 'authorizationDetails') return pick(auth.claims as Facts, ['authorization_details'])
  if (name === 'possession') return { cnf: Object.keys(auth.confirmation ?? {}) }
  if (name === 'authentication') return pick(auth.claims as Facts, ['acr', 'amr', 'auth_time'])
  if (name !== 'anyOf' || !Array.isArray(wanted)) return {}
  const members = wanted.flatMap((alternative: object) => Object.entries(alternative))
  return Object.assign({}, ...members.map(([member, value]) => factsOf(member, value, auth)))
}

/** Functions are shown as such. */
function plain(wanted: unknown): unknown {
  if (typeof wanted === 'function') return 'a function'
  if (typeof wanted !== 'object' || wanted === null) return wanted
  if (Array.isArray(wanted)) return wanted.map(plain)
  return Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, plain(value)]))
}

function explainRequirements(
  report: Report,
  requirements: Requirements,
  token: VerifiedToken | undefined,
): void {
  for (const name of REQUIREMENT_NAMES) {
    const wanted = requirements[name]
    if (wanted === undefined) continue
    const check = `requirement ${name}`
    if (token === undefined) {
      report.add({ check, outcome: 'not run', wanted: { [name]: plain(wanted) } })
      continue
    }
    const facts = { check, found: factsOf(name, wanted, token.auth), wanted: { [name]: plain(wanted) } }
    try {
      checkRequirements(token.auth, { [name]: wanted } as Requirements)
      report.add(facts)
    } catch (error) {
      report.addFailure(facts, error)
    }
  }
}

/** Reads the token of a request, and says where it was looked for. `undefined` if there is none. */
function explainCredentials(
  report: Report,
  request: RequestLike,
  configuration: Configuration,
): Use | undefined {
  const facts = {
    check: CREDENTIALS,
    found: placesOfCredentials(request),
    wanted: { authorization: 'Bearer or DPoP', query: 'no access_token', form: 'no access_token' },
  }
  try {
    const header = authorizationHeader(request)
    const use = new Use(request, header, configuration)
    // Refuses credentials that are malformed, or of a scheme that is not accepted.
    void use.credentials
    report.add(facts)
    return use
  } catch (error) {
    report.addFailure(facts, error)
    return undefined
  }
}

/** Has the issuer chosen that is asked, if the token is opaque. `undefined` if that fails. */
function explainChoice(report: Report, use: Use, registry: IssuerRegistry): Verification | undefined {
  const { token } = use.credentials
  const { maxTokenSize } = use.configuration
  try {
    const chosen = isOpaque(token) ? use.chooseIssuer() : undefined
    return new Verification(token, registry, maxTokenSize, chosen)
  } catch (error) {
    report.addFailure({ check: 'issuer' }, error)
    return undefined
  }
}

/** Runs every check that can run, even after one has failed. */
export async function explain(
  input: string | RequestLike,
  given: Requirements | undefined,
  { registry, configuration }: Context,
): Promise<Explanation> {
  const requirements = given === undefined ? {} : defineRequirements(given)
  const report = new Report()
  const use =
    typeof input === 'string'
      ? new Use(undefined, input, configuration)
      : explainCredentials(report, input, configuration)
  if (use === undefined) return report.finish(false)
  const verification = explainChoice(report, use, registry)
  if (verification === undefined) return report.finish(false)
  await explainOnce(report, verification)
  const { isAsked, signed, answer } = verification
  const isSigned = isAsked ? answer !== undefined : signed !== undefined
  const last = isAsked ? 'answer: ' : ''
  const isReadable = isSigned && ['client', 'scopes', 'actor'].every((name) => report.hasPassed(last + name))
  const result = isReadable ? verification.result() : undefined
  if (result !== undefined && report.passed) {
    explainEachTime(report, result)
    await explainOnRequest(report, result, use)
  }
  explainRequirements(report, requirements, result)
  return report.finish(isSigned)
}

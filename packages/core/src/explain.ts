import type { IssuerRegistry } from './issuer/registry.ts'
import { ON_REQUEST } from './on-request.ts'
import type { Configuration } from './options/options.ts'
import { explainRequirements } from './policy/explain-requirements.ts'
import { defineRequirements, type Requirements } from './policy/requirements.ts'
import { ResourceServerError } from './refusal/resource-server-error.ts'
import { authorizationHeader } from './request/credentials.ts'
import { placesOfCredentials } from './request/places.ts'
import type { RequestLike } from './request/request.ts'
import { Use } from './request/use.ts'
import { EACH_TIME, ONCE } from './token/checks.ts'
import { CREDENTIALS, type Explanation, Report, shown } from './token/explanation.ts'
import { isOpaque } from './token/unverified.ts'
import { Verification, type VerifiedToken } from './token/verification.ts'

/** What a verifier explains with. */
interface Context {
  readonly registry: IssuerRegistry
  readonly configuration: Configuration
}

async function explainOnce(report: Report, verification: Verification): Promise<void> {
  for (const [index, row] of ONCE.entries()) {
    if (row.applies?.(verification) === false) {
      report.leaveOut(row.name)
      continue
    }
    const { name, needs = ONCE.slice(0, index).map((earlier) => earlier.name) } = row
    if (!needs.every((earlier) => report.hasPassed(earlier))) {
      report.add({ check: name, outcome: 'not run', ...shown(row, verification) })
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
    if (row.applies?.(token, use) === false) continue
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

/** Lists the checks of a verified token, for one that is refused before: they ask stores, and use up proofs. */
function listRemaining(report: Report, use: Use): void {
  const each = EACH_TIME.filter(({ applies }) => applies === undefined)
  // What a request has to do with them does not depend on the token.
  const onRequest = ON_REQUEST.filter(({ applies }) => applies?.(undefined as never, use) !== false)
  for (const { name } of [...each, ...onRequest]) {
    if (!report.has(name)) report.add({ check: name, outcome: 'not run' })
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
  } else listRemaining(report, use)
  explainRequirements(report, requirements, result)
  return report.finish(isSigned)
}

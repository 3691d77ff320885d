import { assertRequirements, meetsRequirements } from './policy/requirements.ts'
import { checkRevocation, SHOWN_REVOCATION } from './policy/revocation.ts'
import { checkDpop, checkNotReplayed, startClaim } from './possession/dpop.ts'
import { checkCertificate } from './possession/mtls.ts'
import { SHOWN_POSSESSION, SHOWN_REPLAY } from './possession/shown.ts'
import { InvalidTokenError } from './refusal/errors.ts'
import type { Use } from './request/use.ts'
import type { Check } from './token/check.ts'
import { runChecks } from './token/run-checks.ts'
import type { VerifiedToken } from './token/verification.ts'

type OnRequest = Check<[VerifiedToken, Use]>

/** Possession of the keys that the token is bound to is proved (RFC 9449, section 7; RFC 8705, section 3). */
const checkPossession: OnRequest['run'] = (token, use) => {
  const { confirmation } = token.auth
  const { fapi2, mtls } = use.configuration
  if (fapi2 && confirmation === undefined) throw new InvalidTokenError('possession_required')
  checkCertificate(confirmation?.['x5t#S256'], use.request, mtls)
  return checkDpop(token, use)
}

/** Whether the API checks revocation. */
const isRevocable = (_: VerifiedToken, { configuration: { revocation } }: Use): boolean =>
  revocation !== undefined
/** Whether possession was proved by a DPoP proof. */
const hasProof = (_: VerifiedToken, { proof }: Use): boolean => proof !== undefined

/** The requirements of this call, if there are any. `explain()` shows each of them separately. */
const checkOwnRequirements: OnRequest['run'] = ({ auth }, { requirements }) => {
  if (requirements !== undefined) assertRequirements(auth, requirements)
}
const isExplainedElsewhere = (): boolean => false

/** Starts only if nothing but the check that is waited for can still refuse the request. */
const startReplay: OnRequest['start'] = (token, use) => {
  const { proof, requirements } = use
  if (proof === undefined) return
  try {
    if (requirements === undefined || meetsRequirements(token.auth, requirements)) startClaim(token, use)
  } catch {
    // Requirements that are malformed are reported when it is their turn.
  }
}

const POSSESSION: OnRequest = { name: 'possession', run: checkPossession, ...SHOWN_POSSESSION }
const REVOCATION: OnRequest = {
  name: 'revocation',
  run: checkRevocation,
  applies: isRevocable,
  ...SHOWN_REVOCATION,
}
const REQUIREMENTS: OnRequest = {
  name: 'requirements',
  run: checkOwnRequirements,
  applies: isExplainedElsewhere,
}
const REPLAY: OnRequest = {
  name: 'replay',
  run: checkNotReplayed,
  start: startReplay,
  hasEffects: true,
  applies: hasProof,
  ...SHOWN_REPLAY,
}

/**
 * Once per request, after the checks of `EACH_TIME`. What changes something, such as a list of proofs that were used, comes last;
 * it may start while a check before it waits.
 */
export const ON_REQUEST: readonly OnRequest[] = [POSSESSION, REVOCATION, REQUIREMENTS, REPLAY]

/**
 * For each message on a connection. The proof that has opened it stays proved for later messages, so it is claimed before the
 * requirements of the first one (ADR 31).
 */
const ON_MESSAGE: readonly OnRequest[] = [POSSESSION, REVOCATION, REPLAY, REQUIREMENTS]

/** Runs the checks that concern the request. */
export function checkOnRequest(token: VerifiedToken, use: Use): void | Promise<void> {
  return runChecks(use.opening === undefined ? ON_REQUEST : ON_MESSAGE, token, use)
}

import { checkRevocation, SHOWN_REVOCATION } from './policy/revocation.ts'
import { checkDpop, checkNotReplayed, startClaim } from './possession/dpop.ts'
import { checkCertificate } from './possession/mtls.ts'
import { SHOWN_POSSESSION, SHOWN_REPLAY } from './possession/shown.ts'
import { InvalidTokenError } from './refusal/errors.ts'
import type { Use } from './request/use.ts'
import { type Check, failCheck } from './token/check.ts'
import { runLater } from './token/run-checks.ts'
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

/**
 * Once per request, after the checks of `EACH_TIME` and before the requirements. What changes something, such as a list of
 * proofs that were used, comes last; it may start while the check before it waits.
 */
export const ON_REQUEST: readonly OnRequest[] = [
  { name: 'possession', run: checkPossession, ...SHOWN_POSSESSION },
  { name: 'revocation', run: checkRevocation, applies: isRevocable, ...SHOWN_REVOCATION },
  {
    name: 'replay',
    run: checkNotReplayed,
    start: startClaim,
    hasEffects: true,
    applies: hasProof,
    ...SHOWN_REPLAY,
  },
]

/** Runs ON_REQUEST. A separate loop makes a hit a fifth faster. */
export function checkOnRequest(token: VerifiedToken, use: Use): void | Promise<void> {
  let index = 0
  try {
    for (; index < ON_REQUEST.length; index++) {
      const waiting = ON_REQUEST[index]?.run(token, use)
      if (waiting !== undefined) return runLater(waiting, ON_REQUEST, token, use, index)
    }
  } catch (error) {
    failCheck(ON_REQUEST[index]?.name, error)
  }
}

import { checkRevocation, SHOWN_REVOCATION } from './policy/revocation.ts'
import { InvalidTokenError } from './refusal/errors.ts'
import type { Use } from './request/use.ts'
import type { Check } from './token/checks.ts'
import type { VerifiedToken } from './token/verification.ts'

type OnRequest = Check<[VerifiedToken, Use]>

/** Possession of the keys that the token is bound to is proved (RFC 9449, section 7; RFC 8705, section 3). */
const checkPossession: OnRequest['run'] = ({ auth: { confirmation } }, { scheme }) => {
  if (confirmation !== undefined) throw new InvalidTokenError('sender_constrained')
  if (scheme === 'DPoP') throw new InvalidTokenError('token_not_bound')
}

/** Whether the API checks revocation. */
const isRevocable = (_: VerifiedToken, { configuration: { revocation } }: Use): boolean =>
  revocation !== undefined

/**
 * Once per request, after the checks of `EACH_TIME` and before the requirements. What changes something, such as a list of
 * proofs that were used, comes last.
 */
export const ON_REQUEST: readonly OnRequest[] = [
  { name: 'possession', run: checkPossession },
  { name: 'revocation', run: checkRevocation, concerns: isRevocable, ...SHOWN_REVOCATION },
]

import { outcomeOf } from '@okta-resource-server/testing'
import { checkRequirements } from '../../src/policy/guard.ts'
import type { Requirements } from '../../src/policy/requirements.ts'
import type { InsufficientScopeError } from '../../src/refusal/errors.ts'
import type { VerifiedAccessToken } from '../../src/token/verified-access-token.ts'

/** A token as tests set one by hand. */
export function tokenWith(scopes: readonly string[], claims: object = {}): VerifiedAccessToken<object> {
  const header = { alg: 'ES256' }
  return { claims, scopes, header, issuer: 'i', subject: undefined, clientId: undefined, expiresAt: 1 }
}

/** The code of the refusal, or `accepted`. */
export function codeOf(token: VerifiedAccessToken<object>, requirements: Requirements): Promise<string> {
  return outcomeOf(() => checkRequirements(token, requirements))
}

/** The refusal of a token that does not meet the requirements. */
export function errorOf(
  token: VerifiedAccessToken<object>,
  requirements: Requirements,
): InsufficientScopeError {
  try {
    checkRequirements(token, requirements)
  } catch (error) {
    return error as InsufficientScopeError
  }
  throw new Error('the token was accepted')
}

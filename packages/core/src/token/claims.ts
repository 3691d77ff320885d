// The checks of the claims that the issuer vouches for: those of a JWT whose signature was verified, or of an answer.
import type { Issuer } from '../issuer/issuer.ts'
import type { JwtClaims } from '../keys/signature.ts'
import { readClientId, readScopes, readScopesFrom } from '../profiles/claims.ts'
import { InvalidTokenError } from '../refusal/errors.ts'
import { readActor } from './actor.ts'
import type { Check } from './check.ts'
import { readConfirmation } from './confirmation.ts'
import { checkStatus } from './status.ts'
import type { Verification } from './verification.ts'

type Once = Check<[Verification]>['run']
const issuerOf = (verification: Verification): Issuer => verification.issuer as Issuer
const claimsOf = (verification: Verification): JwtClaims => verification.claims as JwtClaims

/** The token is meant for this API (RFC 7519, section 4.1.3), or for none if none is configured. */
export const checkAudience: Once = (verification) => {
  const { aud } = claimsOf(verification)
  const { audience } = issuerOf(verification).configuration
  if (aud === undefined) {
    if (audience === null) return
    throw new InvalidTokenError('audience_missing')
  }
  const list: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!list.every((item) => typeof item === 'string')) throw new InvalidTokenError('claim_malformed')
  // An empty list names no API: Ory Hydra's tokens without an audience have one.
  const isMeantForUs =
    audience === null ? list.length === 0 : audience.some((accepted) => list.includes(accepted))
  if (!isMeantForUs) throw new InvalidTokenError('audience_mismatch')
}

/** The token was issued to an accepted client. */
export const checkClient: Once = (verification) => {
  const { audience, clientIds } = issuerOf(verification).configuration
  const { clientClaims } = verification.profile
  // ID tokens have azp, too, so it does not replace an audience.
  const names = audience === null ? clientClaims.filter((name) => name !== 'azp') : clientClaims
  const clientId = readClientId(claimsOf(verification), names)
  verification.clientId = clientId
  if (clientIds?.has(clientId as string) === false) throw new InvalidTokenError('client_not_allowed')
}

/** Subject and identifier are strings (RFC 7519, sections 4.1.2 and 4.1.7). An identifier may be `null`: it decides nothing. */
export const checkIdentifiers: Once = (verification) => {
  const { sub, jti } = claimsOf(verification)
  if (sub !== undefined && typeof sub !== 'string') throw new InvalidTokenError('claim_malformed')
  if (typeof (jti ?? '') !== 'string') throw new InvalidTokenError('claim_malformed')
}

/** The scopes can be read without doubt. */
export const checkScopes: Once = (verification) => {
  const { scopeClaim } = issuerOf(verification).configuration
  const claims = claimsOf(verification)
  verification.scopes =
    scopeClaim === undefined
      ? readScopes(claims, verification.profile.scopeClaims)
      : readScopesFrom(claims, scopeClaim)
}

/** The keys that the token is bound to, if any, are of a kind whose possession can be checked. */
export const checkConfirmation: Once = (verification) => {
  verification.confirmation = readConfirmation(claimsOf(verification).cnf)
}

/** The party that acts for the subject, if any, can be read (RFC 8693, section 4.1). */
export const checkActor: Once = (verification) => {
  verification.actor = readActor(claimsOf(verification).act)
}

/** The token does not refer to a status list that is not fetched, if revocation has to be checked. */
export const checkNoStatus: Once = (verification) =>
  checkStatus(claimsOf(verification), issuerOf(verification).configuration.refusesStatus)

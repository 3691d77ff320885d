import type { Issuer } from '../issuer/issuer.ts'
import { keyId } from '../keys/jwk.ts'
import type { JwtClaims } from '../keys/signature.ts'
import { canonicalAlgorithm } from '../options/algorithms.ts'
import { readClientId, readScopes, readScopesFrom } from '../profiles/claims.ts'
import { findProfile } from '../profiles/index.ts'
import { otherKind } from '../profiles/kind.ts'
import { InvalidTokenError } from '../refusal/errors.ts'
import { readConfirmation } from './confirmation.ts'
import { SHOWN, type Shown } from './shown.ts'
import { compareTimes, readTimes } from './times.ts'
import { decodeUnverified } from './unverified.ts'
import type { Verification, VerifiedToken } from './verification.ts'

/** One check. It throws a refusal, or returns, or returns a promise if it has to wait. */
export interface Check<Subject extends unknown[]> extends Shown<Subject> {
  readonly name: string
  readonly run: (...subject: Subject) => void | Promise<void>
  /**
   * Checks that must pass before `explain()` runs this one: those whose results it uses, and theirs. Without a list, all
   * that come before it. What is not to be done for a forged token needs `signature`.
   */
  readonly needs?: readonly string[]
  /** It changes something that outlasts it, such as a list of tokens that were used. `explain()` does not run it. */
  readonly hasEffects?: boolean
  /** Whether there is something to check. `explain()` leaves the check out otherwise. */
  readonly concerns?: (...subject: Subject) => boolean
}

const failedChecks = new WeakMap<object, string>()

/** Notes which check an error comes from, and throws it. */
export function failCheck(name: string, error: unknown): never {
  if (typeof error === 'object' && error !== null) failedChecks.set(error, name)
  throw error
}

/** The name of the check that an error comes from. */
export function failedCheck(error: object): string | undefined {
  return failedChecks.get(error)
}

type Once = Check<[Verification]>['run']
const issuerOf = (verification: Verification): Issuer => verification.issuer as Issuer
const claimsOf = (verification: Verification): JwtClaims => verification.signed?.claims as JwtClaims

/** Size and form: a compact JWS with a JSON header and JSON claims. */
const checkForm: Once = (verification) => {
  verification.unverified = decodeUnverified(verification.token, verification.maxTokenSize)
}

/** The token does not say that it is something else (RFC 8725, section 3.11). Before the issuer: an ID-JAG has another one. */
const checkKind: Once = ({ unverified }) => {
  const kind = otherKind(unverified)
  if (kind !== undefined) throw new InvalidTokenError(kind)
}

/** The issuer is one that is accepted (RFC 7519, section 4.1.1). */
const checkIssuer: Once = (verification) => {
  const found = verification.registry.find(verification.unverified.unverifiedClaims.iss)
  if (found instanceof Promise) {
    return found.then((issuer) => {
      verification.issuer = issuer
    })
  }
  verification.issuer = found
}

/** The signature algorithm is allowed (RFC 8725, section 3.1). */
const checkAlgorithm: Once = (verification) => {
  const { algorithms } = issuerOf(verification).configuration
  if (!algorithms.has(canonicalAlgorithm(verification.unverified.unverifiedHeader.alg))) {
    throw new InvalidTokenError('algorithm_not_allowed')
  }
}

/** The times are well-formed and hold now, so that expired tokens cost neither a signature nor a refresh. */
const checkTimesEarly: Once = (verification) => {
  const { configuration } = issuerOf(verification)
  verification.times = readTimes(verification.unverified.unverifiedClaims)
  compareTimes(verification.times, configuration.clock.wall() / 1_000, configuration)
}

/** The token is an access token (RFC 8725, sections 3.11 and 3.12). */
const checkType: Once = (verification) => {
  verification.profile = findProfile(verification.unverified, issuerOf(verification).configuration.profiles)
}

/** The header has a `kid` if the profile requires one. */
const checkKid: Once = ({ profile, unverified }) => {
  if (profile.requiresKid && keyId(unverified.unverifiedHeader.kid) === undefined) {
    throw new InvalidTokenError('key_id_missing')
  }
}

/** A key of the issuer verifies the signature. From here on, header and claims are what the issuer signed. */
const checkSignature: Once = (verification) =>
  issuerOf(verification)
    .verify(verification.unverified)
    .then((signed) => {
      verification.signed = signed
    })

/** The token is meant for this API (RFC 7519, section 4.1.3), or for none if none is configured. */
const checkAudience: Once = (verification) => {
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
const checkClient: Once = (verification) => {
  const { audience, clientIds } = issuerOf(verification).configuration
  const { clientClaims } = verification.profile
  // ID tokens have azp, too, so it does not replace an audience.
  const names = audience === null ? clientClaims.filter((name) => name !== 'azp') : clientClaims
  const clientId = readClientId(claimsOf(verification), names)
  verification.clientId = clientId
  if (clientIds !== undefined && (clientId === undefined || !clientIds.has(clientId))) {
    throw new InvalidTokenError('client_not_allowed')
  }
}

/** Subject and identifier are strings (RFC 7519, sections 4.1.2 and 4.1.7). An identifier may be `null`: it decides nothing. */
const checkIdentifiers: Once = (verification) => {
  const { sub, jti } = claimsOf(verification)
  if (sub !== undefined && typeof sub !== 'string') throw new InvalidTokenError('claim_malformed')
  if (typeof (jti ?? '') !== 'string') throw new InvalidTokenError('claim_malformed')
}

/** The scopes can be read without doubt. */
const checkScopes: Once = (verification) => {
  const { scopeClaim } = issuerOf(verification).configuration
  const claims = claimsOf(verification)
  verification.scopes =
    scopeClaim === undefined
      ? readScopes(claims, verification.profile.scopeClaims)
      : readScopesFrom(claims, scopeClaim)
}

/** The keys that the token is bound to, if any, are of a kind whose possession can be checked. */
const checkConfirmation: Once = (verification) => {
  verification.confirmation = readConfirmation(claimsOf(verification).cnf)
}

/** Once per token, in this order. The result is cached. */
export const ONCE: readonly Check<[Verification]>[] = [
  { name: 'form', run: checkForm, ...SHOWN.form },
  { name: 'kind', run: checkKind, needs: ['form'], ...SHOWN.kind },
  { name: 'issuer', run: checkIssuer, needs: ['form'], ...SHOWN.issuer },
  { name: 'algorithm', run: checkAlgorithm, needs: ['issuer'], ...SHOWN.algorithm },
  { name: 'times', run: checkTimesEarly, needs: ['issuer'], ...SHOWN.times },
  { name: 'type', run: checkType, needs: ['issuer'], ...SHOWN.type },
  { name: 'kid', run: checkKid, needs: ['type'], ...SHOWN.kid },
  { name: 'signature', run: checkSignature, needs: ['algorithm'], ...SHOWN.signature },
  { name: 'audience', run: checkAudience, needs: ['signature'], ...SHOWN.audience },
  { name: 'client', run: checkClient, needs: ['type', 'signature'], ...SHOWN.client },
  { name: 'identifiers', run: checkIdentifiers, needs: ['signature'], ...SHOWN.identifiers },
  { name: 'scopes', run: checkScopes, needs: ['type', 'signature'], ...SHOWN.scopes },
  { name: 'confirmation', run: checkConfirmation, needs: ['signature'], ...SHOWN.confirmation },
]

type EachTime = Check<[VerifiedToken, number]>['run']

/** The issuer is still in use, and its keys are not too old. */
const checkIssuerUsable: EachTime = ({ issuer }) => {
  if (!issuer.usable) throw issuer.unavailable()
}

/** The authorization server still publishes the key. */
const checkKeyPublished: EachTime = ({ key }) => {
  if (!key.published) throw new InvalidTokenError('key_unknown')
}

/** The token has not expired (RFC 7519, sections 4.1.4 to 4.1.6). */
const checkTimes: EachTime = ({ times, issuer }, wall) => {
  compareTimes(times, wall / 1_000, issuer.configuration)
}

/** On every request, cached tokens included, and after every wait. The second argument is wall-clock time in milliseconds. */
export const EACH_TIME: readonly Check<[VerifiedToken, number]>[] = [
  { name: 'issuer usable', run: checkIssuerUsable },
  { name: 'key published', run: checkKeyPublished },
  { name: 'times', run: checkTimes },
]

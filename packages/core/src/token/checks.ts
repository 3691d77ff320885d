import type { Issuer } from '../issuer/issuer.ts'
import { keyId } from '../keys/jwk.ts'
import type { JwtClaims } from '../keys/signature.ts'
import { canonicalAlgorithm } from '../options/algorithms.ts'
import { readClientId, readScopes, readScopesFrom } from '../profiles/claims.ts'
import { findProfile } from '../profiles/index.ts'
import { otherKind } from '../profiles/kind.ts'
import { AuthorizationServerUnavailableError, InvalidTokenError } from '../refusal/errors.ts'
import { readActor } from './actor.ts'
import {
  checkActive,
  checkConfirmationOfAnswer,
  checkKindOfAnswer,
  checkTimesOfAnswer,
  looksLikeIdToken,
} from './answer.ts'
import { readConfirmation } from './confirmation.ts'
import { SHOWN, type Shown } from './shown.ts'
import { checkStatus } from './status.ts'
import { compareTimes, readTimes } from './times.ts'
import { decodeUnverified, isOpaque, OPAQUE } from './unverified.ts'
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
  /**
   * Called when a check before it waits: starts what `run` would wait for, so that the two wait at the same time. It does not
   * throw, and `run` gives the result.
   */
  readonly start?: (...subject: Subject) => void
  /** Whether it concerns the subject. `explain()` leaves it out if not. Default: it does. */
  readonly applies?: (...subject: Subject) => boolean
  /** It changes something that outlasts it, such as a list of tokens that were used. `explain()` does not run it. */
  readonly hasEffects?: boolean
  /** Whether there is something to check. `explain()` leaves the check out otherwise. */
  readonly concerns?: (...subject: Subject) => boolean
}

const failedChecks = new WeakMap<object, string>()

/** Notes which check an error comes from, and throws it. */
export function failCheck(name: string | undefined, error: unknown): never {
  if (name !== undefined && typeof error === 'object' && error !== null) failedChecks.set(error, name)
  throw error
}

/** The name of the check that an error comes from. */
export function failedCheck(error: object): string | undefined {
  return failedChecks.get(error)
}

type Once = Check<[Verification]>['run']
const issuerOf = (verification: Verification): Issuer => verification.issuer as Issuer
const claimsOf = (verification: Verification): JwtClaims => verification.claims as JwtClaims

/** Size and form: a compact JWS with a JSON header and JSON claims; or any other token, if an issuer can be asked about it. */
const checkForm: Once = (verification) => {
  const { token, registry, maxTokenSize } = verification
  verification.isOpaque = registry.takesOpaqueTokens && token.length <= maxTokenSize && isOpaque(token)
  verification.unverified = verification.isOpaque ? OPAQUE : decodeUnverified(token, maxTokenSize)
}

/** The token does not say that it is something else (RFC 8725, section 3.11). Before the issuer: an ID-JAG has another one. */
const checkKind: Once = ({ unverified }) => {
  const kind = otherKind(unverified)
  if (kind !== undefined) throw new InvalidTokenError(kind)
}

/** The issuer is one that is accepted (RFC 7519, section 4.1.1). An opaque token names none. */
const checkIssuer: Once = (verification) => {
  const { registry, isOpaque, chosen, unverified } = verification
  const found = isOpaque ? registry.findForOpaque(chosen) : registry.find(unverified.unverifiedClaims.iss)
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

/** The token is an access token (RFC 8725, sections 3.11 and 3.12). Without a signature, the answer will show that. */
const checkType: Once = (verification) => {
  const { unverified, hasSignature } = verification
  if (hasSignature) {
    verification.profile = findProfile(unverified, issuerOf(verification).configuration.profiles)
  } else if (looksLikeIdToken(unverified.unverifiedClaims)) throw new InvalidTokenError('id_token')
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
      verification.claims = signed.claims
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

/** The party that acts for the subject, if any, can be read (RFC 8693, section 4.1). */
const checkActor: Once = (verification) => {
  verification.actor = readActor(claimsOf(verification).act)
}

/** The token does not refer to a status list, if revocation has to be checked. */
const checkNoStatus: Once = (verification) =>
  checkStatus(claimsOf(verification), issuerOf(verification).configuration.refusesStatus)

type OnceRow = Check<[Verification]>

/** Rows that concern only some tokens. */
const where = (applies: (verification: Verification) => boolean, rows: readonly OnceRow[]): OnceRow[] =>
  rows.map((row) => ({
    ...row,
    applies,
    run: (verification) => (applies(verification) ? row.run(verification) : undefined),
  }))

/**
 * Once per token, in this order. The result is cached. The answer of an issuer that is asked passes the same checks as the
 * claims of a JWT.
 */
export const ONCE: readonly OnceRow[] = [
  { name: 'form', run: checkForm, ...SHOWN.form },
  { name: 'kind', run: checkKind, needs: ['form'], ...SHOWN.kind },
  { name: 'issuer', run: checkIssuer, needs: ['form'], ...SHOWN.issuer },
  ...where(
    ({ hasSignature }) => hasSignature,
    [{ name: 'algorithm', run: checkAlgorithm, needs: ['issuer'], ...SHOWN.algorithm }],
  ),
  ...where(
    ({ isOpaque }) => !isOpaque,
    [
      { name: 'times', run: checkTimesEarly, needs: ['issuer'], ...SHOWN.times },
      { name: 'type', run: checkType, needs: ['issuer'], ...SHOWN.type },
    ],
  ),
  ...where(
    ({ hasSignature }) => hasSignature,
    [
      { name: 'kid', run: checkKid, needs: ['type'], ...SHOWN.kid },
      { name: 'signature', run: checkSignature, needs: ['algorithm'], ...SHOWN.signature },
      { name: 'audience', run: checkAudience, needs: ['signature'], ...SHOWN.audience },
      { name: 'client', run: checkClient, needs: ['type', 'signature'], ...SHOWN.client },
      { name: 'identifiers', run: checkIdentifiers, needs: ['signature'], ...SHOWN.identifiers },
      { name: 'scopes', run: checkScopes, needs: ['type', 'signature'], ...SHOWN.scopes },
      { name: 'confirmation', run: checkConfirmation, needs: ['signature'], ...SHOWN.confirmation },
      { name: 'status', run: checkNoStatus, needs: ['signature'], ...SHOWN.status },
      { name: 'actor', run: checkActor, needs: ['signature'], ...SHOWN.actor },
    ],
  ),
  ...where(
    ({ isAsked }) => isAsked,
    [
      { name: 'active', run: checkActive, ...SHOWN.active },
      { name: 'answer: kind', run: checkKindOfAnswer, needs: ['active'], ...SHOWN.kind },
      { name: 'answer: times', run: checkTimesOfAnswer, needs: ['active'], ...SHOWN.times },
      { name: 'answer: audience', run: checkAudience, needs: ['active'], ...SHOWN.audience },
      { name: 'answer: client', run: checkClient, needs: ['active'], ...SHOWN.client },
      { name: 'answer: identifiers', run: checkIdentifiers, needs: ['active'], ...SHOWN.identifiers },
      { name: 'answer: scopes', run: checkScopes, needs: ['active'], ...SHOWN.scopes },
      {
        name: 'answer: confirmation',
        run: checkConfirmationOfAnswer,
        needs: ['active'],
        ...SHOWN.confirmation,
      },
      { name: 'answer: status', run: checkNoStatus, needs: ['active'], ...SHOWN.status },
      { name: 'answer: actor', run: checkActor, needs: ['active'], ...SHOWN.actor },
    ],
  ),
]

type EachTime = Check<[VerifiedToken, number]>['run']

/** The issuer is still in use, and its keys are not too old. */
const checkIssuerUsable: EachTime = ({ issuer, key }) => {
  if (key === undefined ? !issuer.inUse : !issuer.usable) throw issuer.unavailable()
}

/** The authorization server still publishes the key. */
const checkKeyPublished: EachTime = ({ key }) => {
  if (key?.published === false) throw new InvalidTokenError('key_unknown')
}

/** The answer of the authorization server is not older than `cacheMaxAge`. */
const checkAnswerFresh: EachTime = ({ answer }, wall) => {
  if (answer?.isFresh(wall) === false) {
    throw new AuthorizationServerUnavailableError('introspection_unavailable', 1)
  }
}

/** The token has not expired (RFC 7519, sections 4.1.4 to 4.1.6). */
const checkTimes: EachTime = (token, wall) => {
  compareTimes(token, wall / 1_000, token.issuer.configuration)
}

/** On every request, cached tokens included, and after every wait. The second argument is wall-clock time in milliseconds. */
export const EACH_TIME: readonly Check<[VerifiedToken, number]>[] = [
  { name: 'issuer usable', run: checkIssuerUsable },
  { name: 'key published', run: checkKeyPublished },
  { name: 'answer fresh', run: checkAnswerFresh, applies: ({ answer }) => answer !== undefined },
  { name: 'times', run: checkTimes },
]

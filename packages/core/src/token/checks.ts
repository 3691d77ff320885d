import type { Issuer } from '../issuer/issuer.ts'
import { keyId } from '../keys/jwk.ts'
import { canonicalAlgorithm } from '../options/algorithms.ts'
import { findProfile } from '../profiles/index.ts'
import { otherKind } from '../profiles/kind.ts'
import { AuthorizationServerUnavailableError, InvalidTokenError } from '../refusal/errors.ts'
import {
  checkActive,
  checkConfirmationOfAnswer,
  checkKindOfAnswer,
  checkTimesOfAnswer,
  looksLikeIdToken,
} from './answer.ts'
import type { Check } from './check.ts'
import {
  checkActor,
  checkAudience,
  checkClient,
  checkConfirmation,
  checkIdentifiers,
  checkNoStatus,
  checkScopes,
} from './claims.ts'
import { SHOWN } from './shown.ts'
import { refersToStatus } from './status.ts'
import { compareTimes, readTimes } from './times.ts'
import { decodeUnverified, isOpaque, OPAQUE } from './unverified.ts'
import type { Verification, VerifiedToken } from './verification.ts'

type Once = Check<[Verification]>['run']
const issuerOf = (verification: Verification): Issuer => verification.issuer as Issuer

/** Size and form: a compact JWS with a JSON header and JSON claims; or any other token, if an issuer can be asked about it. */
const checkForm: Once = (verification) => {
  const { token, registry, configuration } = verification
  const { maxTokenSize } = configuration
  verification.isOpaque = registry.takesOpaqueTokens && token.length <= maxTokenSize && isOpaque(token)
  verification.unverified = verification.isOpaque
    ? OPAQUE
    : decodeUnverified(token, maxTokenSize, registry.knownHeaders)
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

/** The status list that the token refers to says that it is valid. Waits for the list. */
const checkStatusList: Once = async (verification) => {
  const { status } = verification.claims as { readonly status: object }
  verification.answer = await issuerOf(verification).lookUpStatus(status)
}

/** Whether a status list is all that says whether the token is still valid. */
const hasStatusList = (verification: Verification): boolean =>
  !verification.isAsked &&
  verification.issuer?.configuration.statusListHosts !== undefined &&
  refersToStatus(verification.claims ?? {})

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
  ...where(hasStatusList, [{ name: 'status list', run: checkStatusList, ...SHOWN.status }]),
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
    throw new AuthorizationServerUnavailableError(answer.code, 1)
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

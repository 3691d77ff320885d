import { isDeepStrictEqual } from 'node:util'
import type { Answer } from '../issuer/answers.ts'
import type { Issuer } from '../issuer/issuer.ts'
import type { JwtClaims } from '../keys/signature.ts'
import { profileOfAnswer } from '../profiles/answer.ts'
import { hasScopes } from '../profiles/claims.ts'
import { hasTokenHash, otherKind } from '../profiles/kind.ts'
import { InvalidTokenError } from '../refusal/errors.ts'
import { readConfirmation } from './confirmation.ts'
import { compareTimes, readTimes } from './times.ts'
import { OPAQUE } from './unverified.ts'
import type { Verification } from './verification.ts'

/** The claims of a verified JWT that the answer does not replace. Audience and expiry must be in the answer. */
function keptClaims({ aud: _, exp: __, ...claims }: JwtClaims, answer: JwtClaims): JwtClaims {
  if (answer.scope === undefined && answer.scp === undefined) return claims
  const { scope: ___, scp: ____, ...others } = claims
  return others
}

/**
 * What the token is bound to, and who acts for its subject. Where the answer does not say, the JWT does, even if its signature was
 * not verified: Okta's answer may lack both, and without them the token would seem to be worth more.
 *
 * @throws {InvalidTokenError} `claim_malformed`: they contradict each other about the binding
 */
function limitsOf(answer: JwtClaims, jwt: JwtClaims): { readonly cnf?: unknown; readonly act?: unknown } {
  const [own, other] = [answer.cnf, jwt.cnf ?? undefined]
  if (own !== undefined && other !== undefined && !isDeepStrictEqual(own, other)) {
    throw new InvalidTokenError('claim_malformed')
  }
  const limits = { cnf: own ?? other, act: answer.act ?? jwt.act }
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
}

/**
 * The claims of a token that the issuer was asked about: those of the answer, and of a JWT whose signature was verified.
 *
 * @throws {InvalidTokenError} `issuer_not_allowed`: the answer names another issuer; `claim_malformed`
 */
function claimsOfAnswer(answer: JwtClaims, iss: string, { signed, unverified }: Verification): JwtClaims {
  if ((answer.iss ?? iss) !== iss) throw new InvalidTokenError('issuer_not_allowed')
  const kept = signed === undefined ? {} : keptClaims(signed.claims, answer)
  return Object.freeze({ ...kept, ...answer, iss, ...limitsOf(answer, unverified.unverifiedClaims) })
}

/**
 * The issuer says that the token is active (RFC 7662, section 2.2). From here on, its answer counts. Waits if it has to ask.
 *
 * @throws {InvalidTokenError} `token_inactive`, and those of {@link claimsOfAnswer}
 * @throws {AuthorizationServerUnavailableError} `introspection_unavailable`
 */
export function checkActive(verification: Verification): void | Promise<void> {
  const issuer = verification.issuer as Issuer
  const { issuer: iss, introspection } = issuer.configuration
  const take = (answer: Answer): void => {
    verification.answer = answer
    verification.claims = claimsOfAnswer(answer.claims, iss, verification)
    verification.profile = profileOfAnswer(introspection?.isOkta === true)
  }
  const found = issuer.ask(verification.token)
  if (found instanceof Promise) return found.then(take)
  take(found)
}

/** How the token is presented: `bearer` or `dpop`. `n_a` is no access token (RFC 8693, section 2.2.1). */
function tokenTypeOf({ token_type: type }: JwtClaims): string | undefined {
  return typeof type === 'string' ? type.toLowerCase() : undefined
}

/**
 * The answer is about an access token. Authorization servers also answer that ID and refresh tokens are active.
 *
 * @throws {InvalidTokenError} the code says what it is about
 */
export function checkKindOfAnswer(verification: Verification): void {
  const { signed } = verification
  const claims = verification.claims as JwtClaims
  const kind = otherKind({
    unverifiedHeader: signed?.header ?? OPAQUE.unverifiedHeader,
    unverifiedClaims: claims,
  })
  if (kind !== undefined) throw new InvalidTokenError(kind)
  if (looksLikeIdToken(claims)) throw new InvalidTokenError('id_token')
  const type = tokenTypeOf(claims)
  // Without an audience, nothing else marks a refresh token.
  const needsType = (verification.issuer as Issuer).configuration.audience === null
  if (type === 'n_a' || (needsType && type !== 'bearer' && type !== 'dpop'))
    throw new InvalidTokenError('not_an_access_token')
}

/** Whether the claims have marks that only ID tokens have. */
export function looksLikeIdToken(claims: JwtClaims): boolean {
  return hasTokenHash(claims) || (claims.nonce !== undefined && !hasScopes(claims))
}

/** The first of two times of issue. A token without one has negative infinity. */
const firstIssue = (one: number, other: number): number =>
  Number.isFinite(one) && Number.isFinite(other) ? Math.min(one, other) : Math.max(one, other)

/**
 * The times of the answer are well-formed and hold now. A JWT does not live longer than it says itself: its age counts from the
 * first time of issue.
 *
 * @throws {InvalidTokenError} `expiry_missing`, `claim_malformed`, `token_expired`, and the others of `compareTimes`
 */
export function checkTimesOfAnswer(verification: Verification): void {
  const { isOpaque, claims, times: jwt } = verification
  const { configuration } = verification.issuer as Issuer
  const answered = readTimes(claims as JwtClaims)
  const times = isOpaque
    ? answered
    : {
        expiresAt: Math.min(answered.expiresAt, jwt.expiresAt),
        notBefore: Math.max(answered.notBefore, jwt.notBefore),
        issuedAt: firstIssue(answered.issuedAt, jwt.issuedAt),
      }
  const now = configuration.clock.wall() / 1_000
  compareTimes(times, now, configuration)
  if (now < answered.issuedAt - configuration.clockTolerance)
    throw new InvalidTokenError('token_issued_in_future')
  verification.times = times
}

/** What the token is bound to can be checked. If `token_type` says that it is bound, the answer must say to what. */
export function checkConfirmationOfAnswer(verification: Verification): void {
  const claims = verification.claims as JwtClaims
  verification.confirmation = readConfirmation(claims.cnf)
  if (tokenTypeOf(claims) === 'dpop' && verification.confirmation?.jkt === undefined) {
    throw new InvalidTokenError('sender_constrained')
  }
}

import { channels } from '../diagnostics.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { keepAlive } from '../keep-alive.ts'
import type { JwtClaims } from '../keys/signature.ts'
import { profilesThatMatch } from '../profiles/index.ts'
import { factsOf } from '../token/facts.ts'
import { refersToStatus } from '../token/status.ts'
import type { Verification, VerifiedToken } from '../token/verification.ts'
import { warnOnce, wasReported } from '../warnings.ts'
import { warnOfUnknownCaller } from './unknown-caller.ts'

/** Milliseconds between signatures that are verified for advice only. Anyone can send tokens that cause them. */
const INTERVAL = 60_000
const nextAt = new WeakMap<Issuer, number>()

/**
 * The token's issuer differs from a configured one only by the slash at its end. Such a token proves nothing, but the
 * metadata of the configured issuer does: fetching it reports the difference. Any token of that issuer could cause the same
 * requests.
 */
function findOutAboutSlash({ registry, unverified }: Verification): void {
  const issuer = registry.withOtherEnd(unverified.unverifiedClaims.iss)
  if (issuer === undefined || wasReported('ORS_ISSUER_SLASH', issuer.configuration)) return
  void keepAlive(issuer.ready().catch(() => {}))
}

/** Whether the token is meant for this API, as far as its unverified claims say. */
function isForUs({ unverified }: Verification, { configuration: { audience } }: Issuer): boolean {
  const { aud } = unverified.unverifiedClaims
  return audience === null
    ? aud === undefined
    : [aud].flat().some((item) => audience.includes(item as string))
}

/** The token matches a profile that is not configured. Its signature is verified first, and rarely. */
async function findOutAboutProfile(verification: Verification, issuer: Issuer): Promise<void> {
  const { profiles, clock } = issuer.configuration
  if (wasReported('ORS_PROFILE', issuer.configuration) || !isForUs(verification, issuer)) return
  const [other] = profilesThatMatch(verification.unverified)
  const now = clock.elapsed()
  if (other === undefined || now < (nextAt.get(issuer) ?? Number.NEGATIVE_INFINITY)) return
  nextAt.set(issuer, now + INTERVAL)
  if (!(await issuer.hasSigned?.(verification.unverified))) return
  const list = [...profiles, other].map((profile) => `'${profile}'`).join(', ')
  const message = `Tokens of the authorization server match the profile ${other}, which is not configured, and are refused. If they are its access tokens, set profile to [${list}].`
  warnOnce('ORS_PROFILE', issuer.configuration, message)
}

/** Looks for a misconfiguration behind a refusal. Does its work in the background, and never throws. */
export function noteRefusal(verification: Verification, code: string): void {
  const { issuer, signed } = verification
  if (code === 'issuer_not_allowed') findOutAboutSlash(verification)
  if (issuer === undefined) return
  if (code === 'not_an_access_token')
    void keepAlive(findOutAboutProfile(verification, issuer).catch(() => {}))
  if (code === 'audience_missing' && signed !== undefined) {
    const message =
      'Tokens of the authorization server have no audience (aud) and are refused. Have clients request tokens for this API, or configure the authorization server to add aud; if it never does, set audience to null and clientIds to the clients.'
    warnOnce('ORS_AUDIENCE_MISSING', issuer.configuration, message)
  }
}

/**
 * A route requires a user, and the token does not say who calls. If the route requires a service, that says nothing: with the
 * optional claim `idtyp`, Entra ID marks tokens of applications only.
 */
export function noteUnknownCaller(token: VerifiedToken | Verification): void {
  const { issuer } = token
  const caller =
    'auth' in token ? factsOf(token.auth)?.caller : token.profile.caller(token.claims as JwtClaims)
  if (caller !== undefined || issuer === undefined) return
  warnOfUnknownCaller(issuer.configuration)
}

/** A token is accepted without a look at the status list that it refers to. If the issuer was asked about it, it is not revoked. */
function noteStatus({ auth: { claims }, issuer, answer }: VerifiedToken): void {
  if (answer !== undefined || !refersToStatus(claims)) return
  const { issuer: name } = issuer.configuration
  channels.statusUnchecked.publish({ issuer: name })
  const message =
    'Tokens of the authorization server refer to a status list (claim status), which is not fetched, so revoked tokens are accepted. If they must not be, set statusListHosts, or use the option introspection or revocation.'
  warnOnce('ORS_STATUS_UNCHECKED', issuer.configuration, message)
}

/** Looks for a misconfiguration although a token is accepted: the audience is the client that the token was issued to. */
export function noteAcceptance(token: VerifiedToken): void {
  noteStatus(token)
  const { auth, issuer } = token
  if (!issuer.configuration.audience?.includes(auth.clientId as string)) return
  const message =
    'The option audience contains the id of the client that tokens are issued to. ID tokens have this audience, too. Give the API another audience, if the authorization server can.'
  warnOnce('ORS_AUDIENCE_IS_CLIENT', issuer.configuration, message)
}

import type { IssuerStatus } from '@okta-resource-server/core'
import { invalidOption, isObject } from '@okta-resource-server/core/adapter'
import { channels } from './diagnostics.ts'
import { type Claims, checkParties, isText, requireTime, verifiedClaims } from './jwt.ts'
import { type ReceiverOptions, receiverSettings } from './options.ts'
import {
  checkMediaType,
  checkMethod,
  emptyResponse,
  errorResponseOf,
  type PushReceiver,
  type PushRequest,
  type PushResponse,
  readText,
  respond,
} from './push.ts'
import { refuse, type SignalRefusal, type SignalRefusalCode } from './refusal.ts'
import { userIdOf } from './subject.ts'
import { claimToken } from './used-tokens.ts'

/** Bytes. */
const MAX_BODY_SIZE = 8_192
const MAX_TOKEN_SIZE = 8_192
const TYPE = 'global-token-revocation+jwt'
/** Seconds. */
const MAX_AGE = 300

/** Options of `createLogoutReceiver()`. */
export interface LogoutReceiverOptions extends ReceiverOptions {
  /** The URL of this endpoint, as it is registered with Okta: the claim `aud`. */
  readonly audience: string | readonly string[]
  /** The client id of your app at Okta: the claim `sub`. */
  readonly clientId: string
  /**
   * Finds the id of the user with an email address, for an app whose subject format is email. Without it, such requests are
   * answered with 422. `undefined` means that there is no such user; if it throws, the answer is 503.
   */
  readonly userIdOfEmail?: (email: string) => string | undefined | Promise<string | undefined>
}

/** Receives Universal Logout requests. */
export interface LogoutReceiver extends PushReceiver {
  /**
   * Resolves once the keys of the org are known.
   *
   * @throws {AuthorizationServerUnavailableError} they cannot be fetched now
   */
  ready(): Promise<void>
  /** The keys of the org. */
  status(): IssuerStatus
  /** Ends timers and requests. */
  close(): void
}

const NAMES = ['audience', 'clientId', 'userIdOfEmail'] as const

/** Statuses other than 401, which a JWT that is refused gets. */
const STATUSES: Partial<Record<SignalRefusalCode, number>> = {
  method_not_allowed: 405,
  wrong_media_type: 400,
  body_too_large: 400,
  body_malformed: 400,
  subject_missing: 400,
  subject_malformed: 400,
  client_mismatch: 403,
  subject_issuer: 404,
  subject_unknown: 404,
  subject_not_supported: 422,
}

function refused(refusal: SignalRefusal): PushResponse {
  const { [refusal.code]: status = 401 } = STATUSES
  if (status === 401) return errorResponseOf(refusal, status, { 'www-authenticate': 'Bearer' })
  if (status === 405) return errorResponseOf(refusal, status, { allow: 'POST' })
  return errorResponseOf(refusal, status)
}

/** RFC 6750, section 2.1. */
function bearerOf(header: string | undefined): string {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(header ?? '')?.[1] ?? refuse('authentication_failed')
}

/** `iat` is at most 5 minutes ago and not in the future, and `exp` and `nbf` agree. */
function checkAge({ iat, exp, nbf }: Claims, now: number, clockTolerance: number): void {
  const issuedAt = requireTime(iat)
  const isCurrent =
    now - issuedAt <= MAX_AGE + clockTolerance &&
    issuedAt <= now + clockTolerance &&
    (exp === undefined || now < requireTime(exp) + clockTolerance) &&
    (nbf === undefined || requireTime(nbf) <= now + clockTolerance)
  if (!isCurrent) refuse('token_expired')
}

/** `jti`, or else what was signed. Not the whole token: some signatures have a second form that is valid, too. */
function identifierOf({ jti }: Claims, token: string): string {
  if (jti === undefined) return `digest ${token.slice(0, token.lastIndexOf('.'))}`
  return isText(jti) ? `jti ${jti}` : refuse('claim_malformed')
}

function subjectOf(text: string): unknown {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return refuse('body_malformed')
  }
  if (!isObject(body)) return refuse('body_malformed')
  return body.sub_id ?? refuse('subject_missing')
}

/**
 * Creates a receiver for Universal Logout (global token revocation): Okta asks an app to sign a user out, and the access tokens
 * of that user are revoked.
 *
 * The JWT in the Authorization header must have exactly the `typ`, `iss`, `sub` and `aud` that are expected, be at most 5 minutes
 * old, and can be used once: it does not cover the body, which names the user. The answer is 204 once the revocation is stored,
 * and 503 if it cannot be stored now. Access tokens only are revoked: end sessions and refresh tokens of your app yourself.
 *
 * @throws {ConfigurationError} an option is missing or invalid
 * @see {@link https://datatracker.ietf.org/doc/draft-parecki-oauth-global-token-revocation/ Global Token Revocation (draft)}
 * @example
 * ```ts
 * const store = memoryRevocationStore()
 * const receiver = createLogoutReceiver({
 *   issuer: 'https://example.okta.com',
 *   audience: 'https://api.example.com/global-token-revocation',
 *   clientId: '0oa1abcd',
 *   tokenIssuers: 'https://example.okta.com/oauth2/default',
 *   store,
 * })
 * ```
 */
export function createLogoutReceiver(options: LogoutReceiverOptions): LogoutReceiver {
  const { verifier, replayStore, store, revoke } = receiverSettings(options, NAMES)
  const { issuer, clock, clockTolerance } = verifier
  const { clientId, userIdOfEmail } = options
  if (!isText(clientId)) {
    invalidOption('clientId', 'clientId must be the client id of your app at Okta', 'option_missing')
  }
  if (userIdOfEmail !== undefined && typeof userIdOfEmail !== 'function') {
    invalidOption('userIdOfEmail', 'userIdOfEmail must be a function')
  }

  async function userId(subject: unknown): Promise<string> {
    if (!isObject(subject)) return refuse('subject_malformed')
    if (subject.format !== 'email') return userIdOf(subject, issuer)
    if (userIdOfEmail === undefined) return refuse('subject_not_supported')
    if (!isText(subject.email)) return refuse('subject_malformed')
    const id: unknown = (await userIdOfEmail(subject.email)) ?? refuse('subject_unknown')
    if (!isText(id)) throw new TypeError('userIdOfEmail must return a non-empty string or undefined')
    return id
  }

  async function accept(request: PushRequest): Promise<PushResponse> {
    checkMethod(request)
    const token = bearerOf(request.header('authorization'))
    const claims = await verifiedClaims(verifier, token, TYPE, MAX_TOKEN_SIZE)
    checkParties(claims, verifier)
    if (Array.isArray(claims.aud) && claims.aud.length > 1) refuse('audience_mismatch')
    if (claims.sub !== clientId) refuse('client_mismatch')
    checkAge(claims, clock.wall() / 1_000, clockTolerance)
    checkMediaType(request, 'application/json')
    const user = await userId(subjectOf(await readText(request, MAX_BODY_SIZE)))
    // A token that is used up, but whose revocation cannot be stored, would be lost.
    await store.ready?.()
    const remembered = (MAX_AGE + 2 * clockTolerance + 1) * 1_000
    const identifier = identifierOf(claims, token)
    if (!(await claimToken(replayStore, ['logout', issuer, identifier], remembered))) refuse('token_used')
    const revocations = await revoke(user, clock.wall() / 1_000)
    if (channels.accepted.hasSubscribers) {
      channels.accepted.publish({
        receiver: 'logout',
        issuer,
        events: ['global-token-revocation'],
        revocations,
        duplicate: false,
      })
    }
    return emptyResponse(204)
  }

  return Object.freeze({
    receive: (request: PushRequest) => respond('logout', issuer, () => accept(request), refused),
    ready: () => verifier.ready(),
    status: () => verifier.status(),
    close: () => verifier.close(),
  })
}

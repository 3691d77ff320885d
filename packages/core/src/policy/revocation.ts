import { channels } from '../diagnostics.ts'
import type { RevocationConfiguration } from '../options/revocation.ts'
import { AuthorizationServerUnavailableError, InvalidTokenError } from '../refusal/errors.ts'
import { StoreError, storeErrorOf } from '../refusal/store-error.ts'
import type { Use } from '../request/use.ts'
import { outlives, type RevocableToken } from '../stores/revocation.ts'
import { isPromise, readyInTime, withinTime } from '../stores/time-limit.ts'
import { type Facts, pick } from '../token/short-facts.ts'
import type { Shown } from '../token/shown.ts'
import type { VerifiedToken } from '../token/verification.ts'

/** What `explain()` shows of the check. */
export const SHOWN_REVOCATION: Shown<[VerifiedToken, Use]> = {
  found: ({ auth: { claims, clientId } }) => ({
    ...pick(claims as Facts, ['jti', 'sub', 'uid', 'auth_time', 'iat', 'exp']),
    clientId,
  }),
  wanted: (_, { configuration: { revocation } }) => {
    const retention = revocation?.retentionDuration
    return {
      revoked: false,
      lifetime: retention === undefined ? undefined : `at most ${retention / 1_000} seconds`,
    }
  },
}

/** Seconds after which a store is worth another try. */
const RETRY_AFTER = 1

/** @throws {AuthorizationServerUnavailableError} `store_unavailable` */
function fail(error: unknown, accepted: boolean): void {
  const cause = storeErrorOf(error)
  if (channels.storeFailed.hasSubscribers) {
    channels.storeFailed.publish({ store: 'revocation', error: cause, accepted })
  }
  if (!accepted) throw new AuthorizationServerUnavailableError('store_unavailable', RETRY_AFTER, cause)
}

/** @param answer - what the store said; anything but a boolean is no answer, and a fault that is never accepted */
function judge(answer: unknown): void {
  if (typeof answer !== 'boolean') fail(new StoreError('wrong_answer'), false)
  if (answer === true) throw new InvalidTokenError('token_revoked')
}

async function judgeLater(
  pending: PromiseLike<unknown>,
  { timeoutDuration, acceptsOnError }: RevocationConfiguration,
): Promise<void> {
  let answer: unknown
  try {
    answer = await withinTime(pending, timeoutDuration)
  } catch (error) {
    fail(error, acceptsOnError)
    return
  }
  judge(answer)
}

/** Whether nothing was written to the store since it was found that the token is not revoked. */
export function isKnownValid({ validAt }: VerifiedToken, { writes }: RevocationConfiguration): boolean {
  return validAt !== undefined && validAt === writes?.()
}

/**
 * The token is not revoked. Returns a promise only if the store has to be waited for.
 *
 * @throws {InvalidTokenError} `token_revoked`, `lifetime_too_long`
 * @throws {AuthorizationServerUnavailableError} `store_unavailable`
 */
export function checkRevocation(
  verified: VerifiedToken,
  { configuration: { revocation } }: Use,
): void | Promise<void> {
  if (revocation === undefined) return
  if (isKnownValid(verified, revocation)) return
  const writes = revocation.writes?.()
  const { auth, issuer } = verified
  const token = auth as RevocableToken
  const { retentionDuration, acceptsOnError } = revocation
  if (retentionDuration !== undefined && outlives(token, retentionDuration, issuer.configuration.clock)) {
    throw new InvalidTokenError('lifetime_too_long')
  }
  let answer: unknown
  try {
    answer = revocation.isRevoked(token)
  } catch (error) {
    fail(error, acceptsOnError)
    return
  }
  if (answer === false) {
    verified.validAt = writes
    return
  }
  if (isPromise(answer)) return judgeLater(answer, revocation)
  judge(answer)
}

/**
 * The store can be used now.
 *
 * @throws {AuthorizationServerUnavailableError} `store_unavailable`
 */
export async function checkStoreReady(revocation: RevocationConfiguration | undefined): Promise<void> {
  if (revocation === undefined) return
  try {
    await readyInTime(revocation.ready(), revocation.timeoutDuration)
  } catch (error) {
    fail(error, false)
  }
}

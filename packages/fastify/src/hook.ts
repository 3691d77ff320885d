import {
  type AccessTokenVerifier,
  hasNoCredentials,
  type RequestLike,
  ResourceServerError,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
import type { RoutePolicy } from './route-policy.ts'
import type { AuthHook, AuthReply, AuthRequest } from './types.ts'

type WithAuth = { auth: VerifiedAccessToken<object> | null }

/** A promise of any make: `instanceof` would miss one of another realm, as under Jest. */
function isPromise<T extends object>(outcome: T | PromiseLike<T>): outcome is PromiseLike<T> {
  return typeof (outcome as PromiseLike<T>).then === 'function'
}

/** Node's request as it is; only after parsing, in a later hook, is there a body to hand over with it. */
function requestLike({ raw, body }: AuthRequest): RequestLike {
  if (body === undefined || body === null) return raw
  return { headers: raw.headers, rawHeaders: raw.rawHeaders, url: raw.url, body }
}

function refuse(error: unknown, optional: boolean, reply: AuthReply, done: (error?: Error) => void): void {
  if (optional && hasNoCredentials(error)) {
    done()
    return
  }
  // Fastify's own error handler reads both from the error; one that the user has set need not.
  if (error instanceof ResourceServerError) {
    reply.code(error.status)
    reply.headers({ ...error.headers })
  }
  done(error as Error)
}

/**
 * Makes the hook that asks the verifier and hands its answer to Fastify.
 *
 * In the callback style, so that a token seen before is let through in the same tick; `done()` is called outside
 * of try and out of reach of the rejection handler, since what it throws is not ours.
 */
export function authHook(
  verifier: AccessTokenVerifier<object>,
  policyOf: (request: AuthRequest) => RoutePolicy,
): AuthHook {
  return function oktaAuthHook(request, reply, done) {
    let policy: RoutePolicy = null
    let outcome: VerifiedAccessToken<object> | PromiseLike<VerifiedAccessToken<object>> | null = null
    try {
      policy = policyOf(request)
      if (policy !== null) outcome = verifier.decide(requestLike(request), policy.requirements)
    } catch (error) {
      refuse(error, policy?.optional === true, reply, done)
      return
    }
    if (policy === null || outcome === null) {
      done()
      return
    }
    if (!isPromise(outcome)) {
      ;(request as unknown as WithAuth).auth = outcome
      done()
      return
    }
    const { optional } = policy
    outcome.then(
      (token) => {
        ;(request as unknown as WithAuth).auth = token
        done()
      },
      (error: unknown) => refuse(error, optional, reply, done),
    )
  }
}

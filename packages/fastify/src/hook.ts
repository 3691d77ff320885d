import type { AccessTokenVerifier, RequestLike, VerifiedAccessToken } from '@okta-resource-server/core'
import {
  attachRefusal,
  decide,
  detachRefusal,
  isPromise,
  responseHeaders,
  withForwardedOrigin,
} from '@okta-resource-server/core/adapter'
import onHeaders from 'on-headers'
import type { RoutePolicy } from './route-policy.ts'
import type { AuthHook, AuthReply, AuthRequest } from './types.ts'

/** The server's own request. In hooks that run after parsing, the body is passed with it. */
function requestLike(request: AuthRequest): RequestLike {
  const { raw, body } = request
  if (body === undefined || body === null) return withForwardedOrigin(raw, request)
  const { headers, rawHeaders, method, url, originalUrl } = raw
  return withForwardedOrigin({ headers, rawHeaders, method, url, originalUrl, body, raw }, request)
}

/**
 * Passes an error on. The reply is not changed, since another hook may still accept the request, as with alternatives of
 * `@fastify/auth`. The headers of a refusal are sent only if the response has its status.
 */
function fail(error: unknown, reply: AuthReply, done: (error?: Error) => void): void {
  attachRefusal(reply.raw, error, onHeaders)
  done(error as Error)
}

/**
 * Creates a hook that asks the verifier about each request, and passes the answer to Fastify.
 *
 * @param decoratorName - the property of the request that is set to the verified token
 */
export function authHook(
  verifier: AccessTokenVerifier<object>,
  decoratorName: string,
  policyOf: (request: AuthRequest) => RoutePolicy,
): AuthHook {
  // Called outside of `try`: what done() throws is not about the decision.
  const accept = (
    request: AuthRequest,
    reply: AuthReply,
    auth: VerifiedAccessToken<object> | undefined,
    done: Parameters<AuthHook>[2],
  ): void => {
    detachRefusal(reply.raw)
    if (auth !== undefined) (request as unknown as Record<string, unknown>)[decoratorName] = auth
    if (auth?.confirmation !== undefined) reply.headers({ ...responseHeaders(request) })
    done()
  }
  return function oktaAuthHook(request, reply, done) {
    let policy: RoutePolicy
    let decision: ReturnType<typeof decide>
    try {
      policy = policyOf(request)
      if (policy !== null)
        decision = decide(verifier, requestLike(request), policy.requirements, policy.optional)
    } catch (error) {
      fail(error, reply, done)
      return
    }
    if (policy === null) {
      done()
    } else if (isPromise(decision)) {
      decision.then(
        (auth) => accept(request, reply, auth, done),
        (error: unknown) => fail(error, reply, done),
      )
    } else {
      accept(request, reply, decision, done)
    }
  }
}

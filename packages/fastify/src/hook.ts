import type { AccessTokenVerifier, RequestLike } from '@okta-resource-server/core'
import {
  attachRefusal,
  decideWithCallback,
  detachRefusal,
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
  return function oktaAuthHook(request, reply, done) {
    let policy: RoutePolicy
    try {
      policy = policyOf(request)
    } catch (error) {
      fail(error, reply, done)
      return
    }
    if (policy === null) {
      done()
      return
    }
    const { requirements, optional } = policy
    decideWithCallback(verifier, requestLike(request), requirements, optional, (error, auth) => {
      if (error !== undefined) {
        fail(error, reply, done)
        return
      }
      detachRefusal(reply.raw)
      if (auth !== undefined) (request as unknown as Record<string, unknown>)[decoratorName] = auth
      if (auth?.confirmation !== undefined) reply.headers({ ...responseHeaders(request) })
      done()
    })
  }
}

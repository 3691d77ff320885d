import { type AccessTokenVerifier, type RequestLike, ResourceServerError } from '@okta-resource-server/core'
import { decideWithCallback, responseHeaders, withForwardedOrigin } from '@okta-resource-server/core/adapter'
import type { RoutePolicy } from './route-policy.ts'
import type { AuthHook, AuthReply, AuthRequest } from './types.ts'

/** The server's own request. In hooks that run after parsing, the body is passed with it. */
function requestLike(request: AuthRequest): RequestLike {
  const { raw, body } = request
  if (body === undefined || body === null) return withForwardedOrigin(raw, request)
  const { headers, rawHeaders, method, url, originalUrl } = raw
  return withForwardedOrigin({ headers, rawHeaders, method, url, originalUrl, body, raw }, request)
}

function fail(error: unknown, reply: AuthReply, done: (error?: Error) => void): void {
  // The error handler of Fastify reads status and headers from the error. A custom one may not.
  if (error instanceof ResourceServerError) {
    reply.code(error.status)
    reply.headers({ ...error.headers })
  }
  done(error as Error)
}

/** Creates a hook that asks the verifier about each request, and passes the answer to Fastify. */
export function authHook(
  verifier: AccessTokenVerifier<object>,
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
      if (auth !== undefined) request.auth = auth
      if (auth?.confirmation !== undefined) reply.headers({ ...responseHeaders(request) })
      done()
    })
  }
}

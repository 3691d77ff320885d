import type { IncomingMessage, ServerResponse } from 'node:http'
import type { VerifiedAccessToken } from '@okta-resource-server/core'
import {
  type AdapterOptions,
  adapterSettings,
  decide,
  detachRefusal,
  isPromise,
  sendMetadata,
  setResponseHeaders,
  withForwardedOrigin,
} from '@okta-resource-server/core/adapter'
import { refuse } from './next.ts'
import type { AuthMiddleware } from './types.ts'

/** Accepts a request. It is called outside of `try`: what `next()` throws is not about the decision. */
function accept(
  req: IncomingMessage & { auth?: unknown },
  res: ServerResponse,
  auth: VerifiedAccessToken<object> | undefined,
  next: () => void,
): void {
  detachRefusal(res)
  req.auth = auth
  setResponseHeaders(req, auth, res)
  next()
}

/**
 * Creates a middleware that verifies the access token of each request and sets `req.auth`.
 *
 * A refusal is passed to `next(error)` with `status` and `headers`. Its headers are sent whatever error handler responds, if
 * the response has the status of the refusal; headers that the handler has set are kept. Use `cors()` before the middleware,
 * since a preflight request has no token.
 *
 * Call it once, when the application starts: each call creates another verifier, which fetches keys and has a cache.
 *
 * With the option `resource` it also serves the protected resource metadata, if it is mounted at the root.
 *
 * @param options - options of the verifier, or `{ verifier }`. An absent `issuer` or `audience` is read from
 * `OKTA_OAUTH2_ISSUER` or `OKTA_OAUTH2_AUDIENCE`.
 * @throws {ConfigurationError} an option or environment variable is missing or wrong
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3 RFC 6750, section 3}
 * @example
 * ```ts
 * import express from 'express'
 *
 * const app = express()
 * app.use(oktaAuth({ issuer: 'https://example.okta.com/oauth2/default', audience: 'api://default' }))
 * app.get('/messages', requireScopes('messages:read'), (req, res) => res.json(req.auth.claims))
 * ```
 */
export function oktaAuth(options: AdapterOptions = {}): AuthMiddleware {
  const { verifier, optional, resource } = adapterSettings(options)
  // It returns nothing, because Express 5 calls next() again for a promise that rejects.
  return function oktaAuthMiddleware(req, res, next) {
    if (resource !== undefined && sendMetadata(resource, req, res)) return
    // Only the verifier says who calls.
    req.auth = undefined
    let decision: ReturnType<typeof decide>
    try {
      decision = decide(verifier, withForwardedOrigin(req), undefined, optional)
    } catch (error) {
      refuse(req, res, next, error)
      return
    }
    if (isPromise(decision)) {
      decision.then(
        (auth) => accept(req, res, auth, next),
        (error: unknown) => refuse(req, res, next, error),
      )
    } else {
      accept(req, res, decision, next)
    }
  }
}

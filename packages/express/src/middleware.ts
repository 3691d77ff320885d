import {
  type AdapterOptions,
  adapterSettings,
  hasNoCredentials,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
import type { AuthMiddleware } from './types.ts'

type WithAuth = { auth?: VerifiedAccessToken<object> | undefined }

/** A promise of any make: `instanceof` would miss one of another realm, as under Jest. */
function isPromise<T extends object>(outcome: T | PromiseLike<T>): outcome is PromiseLike<T> {
  return typeof (outcome as PromiseLike<T>).then === 'function'
}

/**
 * Middleware that verifies the access token of each request and puts it into `req.auth`.
 *
 * A refusal goes to `next(error)` with status and headers set, so that Express's own error handler answers as
 * RFC 6750 asks. A token seen before is let through in the same tick. Register `cors()` before it: a preflight
 * request carries no token.
 *
 * @throws {ConfigurationError} an option, or an environment variable, is missing or wrong
 * @see RFC 6750 §3
 */
export function oktaAuth(options: AdapterOptions = {}): AuthMiddleware {
  const { verifier, optional } = adapterSettings(options)

  const refuse = (error: unknown, next: (error?: unknown) => void): void => {
    if (optional && hasNoCredentials(error)) next()
    else next(error)
  }

  // Nothing is returned, since Express 5 calls next once more for a promise that rejects, and next() is called
  // outside of try and out of reach of the rejection handler, since what it throws is not ours.
  return function oktaAuthMiddleware(req, _res, next) {
    // Nobody but the verifier says who calls.
    ;(req as WithAuth).auth = undefined
    let outcome: VerifiedAccessToken<object> | PromiseLike<VerifiedAccessToken<object>>
    try {
      outcome = verifier.decide(req)
    } catch (error) {
      refuse(error, next)
      return
    }
    if (!isPromise(outcome)) {
      ;(req as WithAuth).auth = outcome
      next()
      return
    }
    outcome.then(
      (token) => {
        ;(req as WithAuth).auth = token
        next()
      },
      (error: unknown) => refuse(error, next),
    )
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AccessTokenClaims, VerifiedAccessToken } from '@okta-resource-server/core'

/**
 * Says what `req.auth` is in your application; empty, and yours to fill by declaration merging.
 *
 * `claims` is the type of your tokens' claims. `optional: true` makes `req.auth` possibly `undefined`, for an
 * application with open routes or `credentials: 'optional'`.
 *
 * ```ts
 * declare module '@okta-resource-server/express' {
 *   interface AuthTypes { claims: AccessTokenClaims & { groups: string[] }; optional: true }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface AuthTypes {}

/** The type of `req.auth`, as {@link AuthTypes} makes it. */
export type RequestAuth =
  | VerifiedAccessToken<
      AuthTypes extends { claims: infer Claims extends object } ? Claims : AccessTokenClaims
    >
  | (AuthTypes extends { optional: true } ? undefined : never)

/** A middleware of Express 4 and 5, and of whatever else takes `(req, res, next)`. */
export type AuthMiddleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

declare global {
  namespace Express {
    interface Request {
      /** The access token of this request, verified. Set by `oktaAuth()`; routes before it have none. */
      auth: RequestAuth
    }
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AccessTokenClaims, VerifiedAccessToken } from '@okta-resource-server/core'

/**
 * Describes `req.auth` in your application, by declaration merging.
 *
 * `claims` is the type of your tokens' claims. `optional: true` makes `req.auth` possibly `undefined`, for an
 * application with open routes or `credentials: 'optional'`.
 *
 * @example
 * ```ts nocheck: merges into the module that the reader's project installs
 * declare module '@okta-resource-server/express' {
 *   interface AuthTypes { claims: AccessTokenClaims & { groups: string[] }; optional: true }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface AuthTypes {}

/** A verified access token with the claims of {@link AuthTypes}. */
export type VerifiedAuth = VerifiedAccessToken<
  AuthTypes extends { claims: infer Claims extends object } ? Claims : AccessTokenClaims
>

/** The type of `req.auth`. */
export type RequestAuth = VerifiedAuth | (AuthTypes extends { optional: true } ? undefined : never)

/** A middleware for Express 4 and 5, and for connect. */
export type AuthMiddleware = (
  req: IncomingMessage & { auth?: unknown },
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

import type {
  AccessTokenClaims,
  AccessTokenVerifier,
  Requirements,
  VerifiedAccessToken,
} from '@okta-resource-server/core'
import type {} from 'fastify'

/**
 * Says what `request.auth` is in your application; empty, and yours to fill by declaration merging.
 *
 * `claims` is the type of your tokens' claims. `optional: true` makes `request.auth` possibly `null`, for an
 * application with open routes or `credentials: 'optional'`.
 *
 * ```ts
 * declare module '@okta-resource-server/fastify' {
 *   interface AuthTypes { claims: AccessTokenClaims & { groups: string[] }; optional: true }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface AuthTypes {}

/** The type of `request.auth`, as {@link AuthTypes} makes it. */
export type RequestAuth =
  | VerifiedAccessToken<
      AuthTypes extends { claims: infer Claims extends object } ? Claims : AccessTokenClaims
    >
  | (AuthTypes extends { optional: true } ? null : never)

/** What a route asks: requirements of the token, and whether there must be one (`required` unless said otherwise). */
export interface RouteAuthOptions extends Requirements {
  readonly credentials?: 'required' | 'optional'
}

/** `config.auth` of a route: `false` is open, `true` any valid token, an object what it says. */
export type RouteAuth = boolean | RouteAuthOptions

/** The part of Fastify's request that is used, so that a hook fits routes and servers of every generic type. */
export interface AuthRequest {
  readonly raw: {
    readonly headers: Readonly<Record<string, string | string[] | undefined>>
    readonly rawHeaders: readonly string[]
    readonly url?: string | undefined
  }
  readonly body: unknown
  readonly routeOptions: { readonly config: { readonly auth?: RouteAuth } }
}

/** The part of Fastify's reply that is used. */
export interface AuthReply {
  code(status: number): unknown
  headers(values: Record<string, string>): unknown
}

/** An `onRequest` hook; it may also stand at any later point before the handler. */
export type AuthHook = (request: AuthRequest, reply: AuthReply, done: (error?: Error) => void) => void

declare module 'fastify' {
  interface FastifyRequest {
    /** The access token of this request, verified; `null` where the route is open or was called without one. */
    auth: RequestAuth
  }
  interface FastifyContextConfig {
    /** What this route asks of the caller: `false` is open, `true` any valid token, an object what it says. */
    auth?: RouteAuth
  }
  interface FastifyInstance {
    /**
     * Makes an `onRequest` hook that protects one route.
     *
     * @throws {ConfigurationError} a requirement is not known or has the wrong form
     */
    requireAuth(auth?: RouteAuthOptions): AuthHook
    /** The verifier, for `status()`, `ready()` and tokens that come by another way. */
    accessTokenVerifier: AccessTokenVerifier<object>
  }
}

import type {
  AccessTokenClaims,
  AccessTokenVerifier,
  Requirements,
  VerifiedAccessToken,
} from '@okta-resource-server/core'
import type {} from 'fastify'

/**
 * Describes `request.auth` in your application, by declaration merging.
 *
 * `claims` is the type of your tokens' claims. `optional: true` makes `request.auth` possibly `null`, for an
 * application with open routes or `credentials: 'optional'`.
 *
 * @example
 * ```ts nocheck: merges into the module that the reader's project installs
 * declare module '@okta-resource-server/fastify' {
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

/** The type of `request.auth`. */
export type RequestAuth = VerifiedAuth | (AuthTypes extends { optional: true } ? null : never)

/** What a route requires of the token, and whether there must be one. */
export interface RouteAuthOptions extends Requirements {
  /**
   * `'optional'` lets a request without credentials through, with `request.auth` `null`.
   *
   * @default 'required'
   */
  readonly credentials?: 'required' | 'optional'
}

/** `config.auth` of a route: `false` opens it, `true` requires a valid token, an object sets requirements. */
export type RouteAuth = boolean | RouteAuthOptions

/** The part of Fastify's request that is used, so that a hook fits routes and servers of every generic type. */
export interface AuthRequest {
  /** Node's request. */
  readonly raw: {
    readonly headers: Readonly<Record<string, string | string[] | undefined>>
    readonly rawHeaders: readonly string[]
    readonly url?: string | undefined
    readonly method?: string | undefined
    readonly originalUrl?: string | undefined
  }
  /** From forwarded headers, if `trustProxy` trusts the peer. */
  readonly protocol: string
  /** From forwarded headers, if `trustProxy` trusts the peer. */
  readonly host: string
  /** The parsed body, in hooks that run after parsing. */
  readonly body: unknown
  /** The options of the matched route. */
  readonly routeOptions: { readonly config: { readonly auth?: RouteAuth } }
}

/** The part of Fastify's reply that is used. */
export interface AuthReply {
  /** Node's response. */
  readonly raw: object
  headers(values: Record<string, string>): unknown
}

/** An `onRequest` hook. It can also be used as any later hook before the handler. */
export type AuthHook = (request: AuthRequest, reply: AuthReply, done: (error?: Error) => void) => void

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The verified access token of this request; `null` if the route is open, or was called without a token. The option
     * `decoratorName` gives it another name.
     */
    auth: RequestAuth
  }
  interface FastifyContextConfig {
    /** What this route requires: `false` opens it, `true` requires a valid token, an object sets requirements. */
    auth?: RouteAuth
  }
  interface FastifyInstance {
    /**
     * Creates an `onRequest` hook that protects one route.
     *
     * @throws {ConfigurationError} a requirement is empty, malformed or unknown
     */
    requireAuth(auth?: RouteAuthOptions): AuthHook
    /** The verifier, for `status()`, `ready()` and tokens that do not come in an HTTP header. */
    accessTokenVerifier: AccessTokenVerifier<object>
  }
}

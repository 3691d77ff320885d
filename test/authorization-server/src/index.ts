import { builtInClients } from './clients.ts'
import { Clock } from './clock.ts'
import { Issuers } from './issuers.ts'
import { Listener } from './listener.ts'
import { MfaTokens } from './mfa-tokens.ts'
import { type AuthorizationServerOptions, defaultKnobs, type Knobs } from './options.ts'
import { createProvider } from './provider.ts'
import { oktaId } from './random.ts'
import { BucketRateLimit, OtpRateLimit } from './rate-limits.ts'
import { RequestCounts } from './request-counts.ts'
import { RequestHandler } from './request-handler.ts'
import { type PublicJwk, SigningKeys } from './signing-keys.ts'
import { type IssueTokenOptions, SpecialTokens } from './special-tokens.ts'
import type { ServerState } from './state.ts'
import { Storage } from './storage.ts'
import { randomPassword, type UserOptions, Users } from './users.ts'

export type { Now } from './clock.ts'
export type {
  AuthorizationServerOptions,
  ClientOptions,
  IssuerMode,
  Knobs,
  Outage,
  RequestLogEntry,
} from './options.ts'
export type { RequestCounts } from './request-counts.ts'
export type { PublicJwk } from './signing-keys.ts'
export type { IssueTokenOptions, TokenKind } from './special-tokens.ts'
export type { UserOptions, UserState } from './users.ts'

export interface ClientCredentials {
  clientId: string
  clientSecret: string
}

/** A running authorization server, and everything a test needs to use it. */
export interface AuthorizationServer {
  /** Issuer of the authorization server `default`. */
  readonly issuer: string
  /** Issuer of the org authorization server: the origin. It has metadata, keys and introspection, but no token endpoint. */
  readonly orgIssuer: string
  /** Issuer of a second authorization server of the same org, whose ID starts with `aus`. */
  readonly otherIssuer: string
  readonly audience: string
  /** The native application: a public client that may use direct authentication. */
  readonly clientId: string
  readonly username: string
  readonly password: string
  /** Base32. */
  readonly totpSecret: string
  /** A confidential client with the same grants as the native application. */
  readonly confidentialClient: ClientCredentials
  /** A client that may only use `client_credentials`. */
  readonly serviceClient: ClientCredentials
  /** A public client that may use the `password` grant but not MFA OTP. */
  readonly passwordOnlyClientId: string
  /** Origin of the server, as reached from this machine. */
  readonly url: string
  readonly port: number
  readonly knobs: Knobs
  readonly requests: RequestCounts
  /** The keys that `/v1/keys` currently publishes. */
  readonly keys: {
    readonly published: PublicJwk[]
    readonly currentKid: string
    readonly nextKid: string | undefined
  }
  /** Starts the server again after `stop()`, on the same port, with the same keys and tokens. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Signs with the next key from now on. The previous key is no longer published, unless `keepExpired` is set. */
  rotateKeys(options?: { keepExpired?: boolean }): Promise<void>
  issueToken(options?: IssueTokenOptions): Promise<string>
  /** Revokes a token that `issueToken` has made introspectable. */
  revokeToken(token: string): void
  addUser(user: UserOptions): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts an authorization server that behaves like an Okta custom authorization server. Keys, IDs and secrets are new
 * each time.
 *
 * @example
 * ```ts
 * const server = await startAuthorizationServer()
 * const token = await server.issueToken({ scopes: ['messages:read'] })
 * await server.stop()
 * ```
 */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions = {},
): Promise<AuthorizationServer> {
  const { host = '127.0.0.1', username = 'ada.lovelace@example.com', password = randomPassword() } = options
  const clock = new Clock(options.now)
  const knobs: Knobs = { ...defaultKnobs(), ...options.knobs }
  const users = new Users()
  const primary = { username, password, ...(options.totpSecret && { totpSecret: options.totpSecret }) }
  const [keys, user] = await Promise.all([
    SigningKeys.generate(),
    users.add(primary),
    ...(options.users ?? []).map((more) => users.add(more)),
  ])
  const state: ServerState = {
    audience: options.audience ?? 'api://default',
    clock,
    knobs,
    keys,
    users,
    clients: builtInClients(),
    moreClients: options.clients ?? [],
    storage: new Storage(clock),
    mfaTokens: new MfaTokens(clock, knobs),
    otpRateLimit: new OtpRateLimit(clock, knobs),
    bucket: new BucketRateLimit(clock, knobs),
  }

  const requests = new RequestCounts()
  let handler: RequestHandler | undefined
  const listener = new Listener(host, options.port ?? 0, (request, response) => {
    void handler?.handle(request, response)
  })
  await listener.start()
  // The port is only known now. No request is read before this turn of the event loop ends, so no request is lost.
  const url = `http://${reachableHost(host)}:${listener.port}`
  const otherId = oktaId('aus')
  const origin = options.issuerUrl === undefined ? url : new URL(options.issuerUrl).origin
  const issuers = new Issuers(['default', otherId], origin, options.issuerMode ?? 'ORG_URL')
  const issuer = `${issuers.origin}/oauth2/default`
  const provider = createProvider(issuer, state)
  handler = new RequestHandler({ provider, state, issuers, requests, onRequest: options.onRequest })
  const tokens = new SpecialTokens(state, issuer, user)
  const { native, confidential, service, passwordOnly } = state.clients

  return {
    issuer,
    orgIssuer: issuers.origin,
    otherIssuer: `${issuers.origin}/oauth2/${otherId}`,
    audience: state.audience,
    clientId: native.client_id,
    username,
    password,
    totpSecret: user.totp.secret,
    confidentialClient: { clientId: confidential.client_id, clientSecret: confidential.client_secret },
    serviceClient: { clientId: service.client_id, clientSecret: service.client_secret },
    passwordOnlyClientId: passwordOnly.client_id,
    url,
    port: listener.port,
    knobs,
    requests,
    keys: {
      get published() {
        return keys.published()
      },
      get currentKid() {
        return keys.active.kid
      },
      get nextKid() {
        return keys.next?.kid
      },
    },
    start: () => listener.start(),
    stop: () => listener.stop(),
    rotateKeys: ({ keepExpired = false } = {}) => keys.rotate(keepExpired),
    issueToken: (tokenOptions) => tokens.issue(tokenOptions),
    revokeToken: (token) => state.storage.revokeSpecial(token),
    addUser: async (more) => {
      await users.add(more)
    },
    [Symbol.asyncDispose]: () => listener.stop(),
  }
}

/** The host under which this machine reaches the server. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

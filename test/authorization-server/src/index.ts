import { builtInClients } from './clients.ts'
import { Clock } from './clock.ts'
import { Front } from './front.ts'
import { Issuers } from './issuers.ts'
import { Listener } from './listener.ts'
import { MfaTokens } from './mfa-tokens.ts'
import { type AuthorizationServerOptions, defaultKnobs, type Knobs } from './options.ts'
import { createProvider } from './provider.ts'
import { oktaId } from './random.ts'
import { BucketRateLimit, OtpRateLimit } from './rate-limits.ts'
import { RequestCounts } from './request-counts.ts'
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

/** A running authorization server, and what a test needs to talk to it. */
export interface AuthorizationServer {
  /** Of the authorization server `default`. */
  readonly issuer: string
  /** Of a second one, with an id like `aus…`, of the same organisation. */
  readonly otherIssuer: string
  readonly audience: string
  /** The native application: public, allowed to use direct authentication. */
  readonly clientId: string
  readonly username: string
  readonly password: string
  /** Base32. */
  readonly totpSecret: string
  /** Allowed what the native application is. */
  readonly confidentialClient: ClientCredentials
  /** Allowed `client_credentials` only. */
  readonly serviceClient: ClientCredentials
  /** A public client that may use the grant `password`, and not MFA OTP. */
  readonly passwordOnlyClientId: string
  /** Origin, as seen from this machine. */
  readonly url: string
  readonly port: number
  readonly knobs: Knobs
  readonly requests: RequestCounts
  /** What `/v1/keys` publishes now. */
  readonly keys: {
    readonly published: PublicJwk[]
    readonly currentKid: string
    readonly nextKid: string | undefined
  }
  /** Listens again, on the same port, with the same keys and tokens. */
  start(): Promise<void>
  stop(): Promise<void>
  /** NEXT signs from now on; the key that signed until now is withdrawn, or published on as EXPIRED if asked. */
  rotateKeys(options?: { keepExpired?: boolean }): Promise<void>
  issueToken(options?: IssueTokenOptions): Promise<string>
  addUser(user: UserOptions): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts an authorization server shaped like Okta's custom ones. Keys, ids and secrets are new each time. */
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
  let front: Front | undefined
  const listener = new Listener(host, options.port ?? 0, (request, response) => {
    void front?.handle(request, response)
  })
  await listener.start()
  // The port is known only now. No request is read before this turn of the event loop ends.
  const url = `http://${reachable(host)}:${listener.port}`
  const otherId = oktaId('aus')
  const origin = options.issuerUrl === undefined ? url : new URL(options.issuerUrl).origin
  const issuers = new Issuers(['default', otherId], origin, options.issuerMode ?? 'ORG_URL')
  const issuer = `${issuers.origin}/oauth2/default`
  const provider = createProvider(issuer, state)
  front = new Front({ provider, state, issuers, requests, onRequest: options.onRequest })
  const tokens = new SpecialTokens(state, issuer, user)
  const { native, confidential, service, passwordOnly } = state.clients

  return {
    issuer,
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
    addUser: async (more) => {
      await users.add(more)
    },
    [Symbol.asyncDispose]: () => listener.stop(),
  }
}

/** The address to reach this server at from its own machine. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

import type { Now } from './clock.ts'
import type { UserOptions } from './users.ts'

/**
 * How the server fails: `refuse` closes connections without a response, `hang` never responds, `500` and `503` are
 * error responses, and `malformed` is a response with status 200 that contains HTML.
 */
export type Outage = 'none' | 'refuse' | 'hang' | '500' | '503' | 'malformed'

/** Settings that a test can change while the server is running; they apply from the next request. */
export interface Knobs {
  /** Number of factors that the sign-in policy requires. */
  factors: 1 | 2
  /** Whether a rule of the access policy matches; if none does, the response is 401 `access_denied`. */
  policy: 'matches' | 'no-match'
  /** Scopes that the access policy does not grant. */
  deniedScopes: string[]
  /** Lifetime of access tokens in seconds. */
  tokenLife: number
  /** Lifetime of an mfa_token in seconds. Okta does not document it; the default of 300 is the lifetime of an oob_code. */
  mfaTokenLife: number
  /** Limit for OTPs per user; `false` for no limit. Okta's limit is 5 attempts in 300 seconds. */
  otpRateLimit: { attempts: number; seconds: number } | false
  /** Requests per minute to `/v1/token`, `/v1/introspect` and `/v1/revoke`; `0` for none, `false` for no limit. */
  bucketRateLimit: number | false
  /** The `Cache-Control` header of `/v1/keys`; `undefined` to omit it. */
  keysCacheControl: string | undefined
  /** Whether a DPoP proof needs a nonce, as at Okta. */
  dpopNonce: boolean
  outage: Outage
  /** The paths that the outage affects. */
  outagePaths: RegExp
}

/** `ORG_URL`: the issuer has a fixed origin. `DYNAMIC`: its origin is taken from the `Host` header of each request. */
export type IssuerMode = 'ORG_URL' | 'DYNAMIC'

export interface ClientOptions {
  client_id: string
  client_secret?: string
  token_endpoint_auth_method: string
  grant_types: string[]
  [metadata: string]: unknown
}

export interface RequestLogEntry {
  method: string
  path: string
  /** 0 if the connection was closed without a complete response. */
  status: number
}

export interface AuthorizationServerOptions {
  /**
   * Port to listen on; 0 for a free one.
   *
   * @default 0
   */
  port?: number
  /**
   * Address to listen on.
   *
   * @default '127.0.0.1'
   */
  host?: string
  /** Origin of the issuer, if clients reach the server under a different origin than its own. */
  issuerUrl?: string
  issuerMode?: IssuerMode
  /**
   * Audience of the access tokens.
   *
   * @default 'api://default'
   */
  audience?: string
  username?: string
  /** Default: random. */
  password?: string
  /** Base32. Default: random. */
  totpSecret?: string
  /** Additional users. */
  users?: UserOptions[]
  /** Additional clients, as oidc-provider client metadata. */
  clients?: ClientOptions[]
  /**
   * Clock for token times, TOTP and lifetimes: milliseconds since the epoch.
   *
   * @default Date.now
   */
  now?: Now
  knobs?: Partial<Knobs>
  onRequest?: (entry: RequestLogEntry) => void
}

export function defaultKnobs(): Knobs {
  return {
    factors: 2,
    policy: 'matches',
    deniedScopes: [],
    tokenLife: 3600,
    mfaTokenLife: 300,
    otpRateLimit: { attempts: 5, seconds: 300 },
    bucketRateLimit: false,
    // The value in Okta's documentation: 44 days.
    keysCacheControl: 'max-age=3832304, must-revalidate',
    dpopNonce: true,
    outage: 'none',
    outagePaths: /^/,
  }
}

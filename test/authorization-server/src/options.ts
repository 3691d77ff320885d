import type { Now } from './clock.ts'
import type { UserOptions } from './users.ts'

/**
 * How the server fails: `refuse` drops each connection unanswered, `hang` never answers, `500` and `503` are Okta's
 * API error object, `malformed` is a 200 that holds HTML.
 */
export type Outage = 'none' | 'refuse' | 'hang' | '500' | '503' | 'malformed'

/** What a test may turn while the server runs; each request reads them anew. */
export interface Knobs {
  /** How many factors the sign-in policy demands. */
  factors: 1 | 2
  /** Whether a rule of the access policy matches; 401 `access_denied` when none does. */
  policy: 'matches' | 'no-match'
  /** Scopes that the access policy refuses. */
  deniedScopes: string[]
  /** Life of access tokens, in seconds. */
  tokenLife: number
  /** Life of an mfa_token, in seconds. Okta documents none; 300 is that of its oob_code. */
  mfaTokenLife: number
  /** Attempts with an OTP per user. Okta: 5 in 300 seconds. */
  otpRateLimit: { attempts: number; seconds: number } | false
  /** Requests per minute to `/v1/token`, `/v1/introspect` and `/v1/revoke`; `0` refuses all. */
  bucketRateLimit: number | false
  /** The `Cache-Control` of `/v1/keys`; `undefined` sends none. */
  keysCacheControl: string | undefined
  outage: Outage
  /** The paths that the outage touches. */
  outagePaths: RegExp
}

/** Names the issuer: after this server's own address, or after the `Host` header of each request. */
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
  /** 0 when the connection was dropped unanswered. */
  status: number
}

export interface AuthorizationServerOptions {
  /** 0, the default, takes a free one. */
  port?: number
  /** Address to listen on; default 127.0.0.1. */
  host?: string
  /** Origin that the issuer begins with, when clients see the server under another one than its own. */
  issuerUrl?: string
  issuerMode?: IssuerMode
  /** Default `api://default`. */
  audience?: string
  username?: string
  /** Default: random. */
  password?: string
  /** Base32. Default: random. */
  totpSecret?: string
  /** Users besides the one above. */
  users?: UserOptions[]
  /** Clients besides the built-in ones, as oidc-provider client metadata. */
  clients?: ClientOptions[]
  /** The clock of token times, TOTP and lives; default `Date.now`. */
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
    // Okta's sample: 44 days.
    keysCacheControl: 'max-age=3832304, must-revalidate',
    outage: 'none',
    outagePaths: /^/,
  }
}

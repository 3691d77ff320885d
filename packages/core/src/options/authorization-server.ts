import type { IntrospectionOption } from './introspection.ts'
import type { ProfileName } from './profile.ts'

/** A JWK Set (RFC 7517, section 5): an object with the list `keys`. */
export interface JwkSetLike {
  readonly keys: readonly object[]
}

/** A JWK Set, and when it was fetched. */
export interface FetchedJwkSet extends JwkSetLike {
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number
}

/** Options that can differ for each authorization server. */
export interface AuthorizationServerOptions {
  /**
   * Issuer identifier, exactly as in the claim `iss`. It is an https URL; with `jwks`, `jwksUri` or `metadataUri` it can
   * be any name, such as `accounts.google.com`, or an http URL, since nothing is then fetched from it.
   */
  readonly issuer: string
  /**
   * Accepted audiences: the claim `aud` must contain at least one of them.
   *
   * `null` is for authorization servers that issue access tokens without `aud`, such as Amazon Cognito. It requires
   * `clientIds`, and a token that has an audience is then refused. Without an audience, each accepted client can use its
   * tokens for every API of the authorization server, not only for this one.
   */
  readonly audience: string | readonly string[] | null
  /**
   * Clients whose tokens are accepted. The client is read from `cid`, `client_id`, `azp` or `appid`, whichever the profile
   * says; with `audience: null` not from `azp`, which ID tokens have, too.
   *
   * @default all clients
   */
  readonly clientIds?: string | readonly string[]
  /**
   * Accepted signature algorithms: `RS*`, `PS*`, `ES*`, `Ed25519` (or `EdDSA`) and `ML-DSA-*`. Symmetric algorithms and
   * `none` are never accepted.
   *
   * @default all of them
   */
  readonly algorithms?: readonly string[]
  /**
   * How an access token is distinguished from an ID token and other JWTs. With a list, one profile must match.
   *
   * @default ['okta', 'rfc9068'] for an issuer on an Okta domain or with a path `/oauth2/default` or `/oauth2/aus…`;
   * otherwise ['rfc9068', 'generic']
   */
  readonly profile?: ProfileName | readonly ProfileName[]
  /**
   * Name of the claim that holds the scopes, such as `permissions`, `roles` or `authorities`. Scopes are then read from
   * this claim only: `scope` and `scp` are ignored. The claim is a list of strings, or a string with spaces.
   *
   * @default `scope` or `scp`, whichever the profile says
   */
  readonly scopeClaim?: string
  /**
   * Scopes that include others, such as `{ 'messages:write': ['messages:read'] }`. A requirement for a scope is also met
   * by one that includes it, directly or through others. `auth.scopes` stays as the token has it.
   *
   * @default no scope includes another
   */
  readonly impliedScopes?: Readonly<Record<string, readonly string[]>>
  /**
   * Seconds by which the clocks of authorization server and API may differ, at most 300.
   *
   * @default 5
   */
  readonly clockTolerance?: number
  /**
   * Maximum age of a token in seconds since its `iat`, even if it expires later. Tokens without `iat` are then refused.
   *
   * @default no limit
   */
  readonly maxTokenAge?: number
  /**
   * URL of the metadata, if it is not at a well-known URL of the issuer. The `issuer` in the metadata must still be
   * exactly the configured one.
   */
  readonly metadataUri?: string
  /**
   * Hosts that the `jwks_uri` of the metadata may be on, besides those of the issuer and of `metadataUri`: such as
   * `keys.example.com` or `localhost:8080`.
   *
   * @default all hosts; for issuers that a function finds at run time, none
   */
  readonly jwksHosts?: string | readonly string[]
  /**
   * Fetches the status lists that tokens refer to (claim `status`), from the host of the issuer and these others, and refuses a
   * token that its list does not declare valid. An empty list means the host of the issuer alone. A list is used for as long
   * as it says (`ttl`, `exp`), at most 5 minutes. Tokens that the issuer is asked about (`introspection`) are not looked up.
   *
   * @default no status list is fetched: such a token is accepted with a warning, and refused with `fapi2` or `revocation`
   * @see {@link https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/ Token Status List (draft)}
   */
  readonly statusListHosts?: string | readonly string[]
  /** URL of the JWK Set. Metadata is then not fetched. */
  readonly jwksUri?: string
  /** A fixed JWK Set. Nothing is then fetched. */
  readonly jwks?: JwkSetLike
  /**
   * Asks the authorization server about tokens (RFC 7662): about opaque ones, or about all.
   *
   * Where several issuers could be asked about an opaque token, `chooseIssuer` is needed.
   *
   * @default the authorization server is not asked, and opaque tokens are refused
   */
  readonly introspection?: IntrospectionOption
  /**
   * Keys that were fetched when the application was built, or by a previous run, so that a cold start need not wait for
   * the authorization server. `verifier.exportJwks()` returns them.
   *
   * Their age counts. Keys younger than `cacheMaxAge` are used at once, and refreshed in the background with the first
   * request. Older ones are used only once a refresh has failed, and only while `staleIfError` permits it. Keys whose
   * `fetchedAt` is in the future, by more than `clockTolerance`, are not used.
   */
  readonly initialJwks?: FetchedJwkSet | undefined
  /**
   * Maximum time in milliseconds for which keys are fresh, even if `Cache-Control` allows more; at least 1,000.
   *
   * @default 3_600_000 (1 hour)
   */
  readonly cacheMaxAge?: number
  /**
   * Minimum time in milliseconds between refreshes that an unknown `kid` triggers; at least 100.
   *
   * @default 30_000
   */
  readonly cooldownDuration?: number
  /**
   * Time limit in milliseconds for a whole refresh, metadata included.
   *
   * @default 5_000
   */
  readonly timeoutDuration?: number
  /**
   * Time in milliseconds for which keys that are no longer fresh are used while they cannot be refreshed.
   *
   * @default 86_400_000 (24 hours)
   */
  readonly staleIfError?: number
  /**
   * Allows `http:` for hosts other than loopback. Anyone on the network path can then forge tokens.
   *
   * @default false
   */
  readonly allowInsecureHttp?: boolean
  /**
   * Function that makes HTTP requests, for proxies and private CAs.
   *
   * @default globalThis.fetch
   */
  readonly fetch?: typeof globalThis.fetch
  /**
   * Wall clock in milliseconds since the epoch, for tests.
   *
   * @default Date.now
   */
  readonly clock?: () => number
}

/** The names of {@link AuthorizationServerOptions}. */
export const ISSUER_OPTIONS: readonly (keyof AuthorizationServerOptions)[] = [
  'issuer',
  'audience',
  'clientIds',
  'algorithms',
  'profile',
  'scopeClaim',
  'impliedScopes',
  'clockTolerance',
  'maxTokenAge',
  'metadataUri',
  'jwksHosts',
  'statusListHosts',
  'jwksUri',
  'jwks',
  'introspection',
  'initialJwks',
  'cacheMaxAge',
  'cooldownDuration',
  'timeoutDuration',
  'staleIfError',
  'allowInsecureHttp',
  'fetch',
  'clock',
]

/** The default of every option that has one. The option table of the README is tested against it. */
export const DEFAULTS = {
  /** Seconds. */
  clockTolerance: 5,
  /** Milliseconds: 1 hour. */
  cacheMaxAge: 3_600_000,
  /** Milliseconds. */
  cooldownDuration: 30_000,
  /** Milliseconds. */
  timeoutDuration: 5_000,
  /** Milliseconds: 24 hours. */
  staleIfError: 86_400_000,
  allowInsecureHttp: false,
  /** Issuers; milliseconds: 10 minutes, 1 minute and 5 seconds; issuers that are looked up at the same time. */
  issuerCache: {
    max: 1_000,
    cacheMaxAge: 600_000,
    negativeCacheMaxAge: 60_000,
    timeoutDuration: 5_000,
    concurrency: 10,
  },
  /** Milliseconds: 30, 10 and 5 seconds; calls at the same time and in a minute. */
  introspection: {
    when: 'opaque',
    cacheMaxAge: 30_000,
    negativeCacheMaxAge: 10_000,
    timeoutDuration: 5_000,
    concurrency: 10,
    maxCallsPerMinute: 1_000,
  },
  /** Profiles, in the order in which they are tried. */
  profile: ['rfc9068', 'generic'],
  /** Verified tokens that are cached. */
  tokenCacheMax: 10_000,
  /** Bytes of the token cache per token of `max`: a token of 1,000 characters takes about half of it. */
  tokenCacheBytesPerToken: 8_192,
  /** Bytes. */
  maxTokenSize: 16_384,
  fapi2: false,
  realm: 'api',
  mtls: 'disabled',
  /** Milliseconds. */
  revocation: { timeoutDuration: 1_000, onStoreError: 'refuse' },
  credentials: 'required',
  global: true,
} as const

/** The defaults of the members of `dpop`. */
export const DPOP_DEFAULTS = {
  /** What client libraries and Okta's documentation use. */
  algorithms: ['ES256', 'ES384', 'ES512', 'Ed25519', 'RS256', 'PS256'],
  /** Seconds (ADR 22). */
  maxAge: 60,
  /** Seconds. */
  nonceMaxAge: 120,
  /** Used proofs that are remembered in memory. */
  replayStoreMax: 500_000,
  /** Milliseconds. */
  timeoutDuration: 1_000,
} as const

/** The default of `profile` for an Okta custom authorization server. */
export const OKTA_PROFILES = ['okta', 'rfc9068'] as const

/** The limits of options, in the option's unit. */
export const LIMITS = {
  /** Seconds. */
  clockTolerance: 300,
  /** Milliseconds: the longest wait of a timer, about 24 days. */
  duration: 2_147_483_647,
  /** Milliseconds since the epoch: numbers outside are of another unit. */
  fetchedAt: { min: 1_000_000_000_000, max: 100_000_000_000_000 },
  /** Milliseconds, at least. */
  cacheMaxAge: 1_000,
  /** Milliseconds, at least. */
  cooldownDuration: 100,
  /** Milliseconds, at least. */
  timeoutDuration: 1,
  /** Issuers. */
  issuerCacheMax: 100_000,
  /** Issuers that are looked up at the same time. */
  issuerCacheConcurrency: 1_000,
  /** Calls at the same time. */
  introspectionConcurrency: 1_000,
  /** Calls. */
  introspectionCallsPerMinute: 100_000,
  /** Tokens. Memory for this many is reserved when the verifier is created. */
  tokenCacheMax: 1_000_000,
  /** Bytes. */
  tokenCacheMaxSize: 8_589_934_592,
  /** Bytes. */
  maxTokenSize: 1_048_576,
  /** Seconds: age of a DPoP proof, or of a nonce for one. */
  dpopMaxAge: 300,
  /** Proofs. */
  replayStoreMax: 10_000_000,
} as const

/** How much is measured. */
export interface Plan {
  /** Bare tokens: how often each candidate is started, and rounds per launch. */
  readonly coreLaunches: number
  readonly coreRounds: number
  /**
   * Rounds of new tokens that do not count. V8 compiles hot code late, and takes longer for a candidate with more
   * code. Caches of 10,000 tokens must be full, too.
   */
  readonly coldWarmUp: number
  /** Distinct tokens to sign. No candidate gets one of them twice as a new token. */
  readonly tokens: { readonly RS256: number; readonly ES256: number; readonly EdDSA: number }
  readonly hotMilliseconds: number
  /**
   * New tokens per round. There are no targets for ES256 and EdDSA against peers, so they get fewer. With 240 per round, the
   * warm-up was too short for V8 to have compiled this library.
   */
  readonly coldTokens: { readonly RS256: number; readonly ES256: number; readonly EdDSA: number }
  /** A row is measured once more when its spread is above this share. */
  readonly mostSpread: number
  /**
   * Comparisons in one process: processes; in each of them, slices that count, slices before them, and tokens per slice. Repeated
   * tokens get more processes, since processes differ from one another by more than what is compared.
   */
  readonly comparisonLaunches: { readonly hot: number; readonly refused: number; readonly cold: number }
  readonly slices: number
  readonly warmUpSlices: number
  readonly sliceTokens: { readonly RS256: number; readonly ES256: number; readonly EdDSA: number }
  readonly sliceRepeatedTokens: number
  /** How often each server is started. Servers that decide about no target are started once. */
  readonly httpLaunches: number
  /** How often servers that are about as fast as this library are started in addition. */
  readonly httpCloseLaunches: number
  /** Rounds per launch, and per additional launch. */
  readonly httpRounds: number
  readonly httpCloseRounds: number
  /**
   * Rounds before them that do not count. After the warm-up, a server that was warmed up early is still up to 10 % slower
   * than the last one, for four rounds and more.
   */
  readonly httpUncounted: number
  readonly httpMilliseconds: number
  /**
   * Milliseconds of load before a server is measured. V8 goes on compiling for two seconds and more after a server has
   * started, on the core of the load generator.
   */
  readonly httpWarmUp: number
  /** The same for a server that has already been under another load. */
  readonly httpNextWarmUp: number
  readonly httpConnections: number
  /**
   * Most new tokens sent to a server in its warm-up, and in one round. However fast the server is, the signed tokens
   * suffice for all rounds of a launch.
   */
  readonly httpColdMost: number
  readonly httpColdMostPerRound: number
  /** Tokens in use, and so the size of the cache, in each row of the table of hits. */
  readonly hitSizes: readonly number[]
  readonly hitRounds: number
  /** Memory: distinct tokens that are each sent three times. */
  readonly sentThreeTimes: readonly number[]
  /** Memory: distinct tokens in all, when tokens that are sent only once have followed. */
  readonly sentOnce: readonly number[]
  /** Proofs sent to the replay store: before it is full, when it has just become so, and beyond. */
  readonly replayProofs: readonly number[]
  readonly growthRounds: number
  /** Rounds of new tokens whose verification is measured part by part. */
  readonly partRounds: number
  readonly eventLoopMilliseconds: number
  readonly eventLoopWarmUp: number
  readonly startUps: number
}

export const FULL: Plan = {
  coreLaunches: 5,
  coreRounds: 3,
  coldWarmUp: 14,
  tokens: { RS256: 60_000, ES256: 16_000, EdDSA: 16_000 },
  hotMilliseconds: 150,
  coldTokens: { RS256: 1_500, ES256: 900, EdDSA: 900 },
  mostSpread: 0.1,
  comparisonLaunches: { hot: 24, refused: 24, cold: 6 },
  slices: 24,
  warmUpSlices: 8,
  sliceTokens: { RS256: 600, ES256: 300, EdDSA: 300 },
  sliceRepeatedTokens: 10_000,
  httpLaunches: 4,
  httpCloseLaunches: 12,
  httpRounds: 4,
  httpCloseRounds: 20,
  httpUncounted: 8,
  httpMilliseconds: 80,
  httpWarmUp: 2_400,
  httpNextWarmUp: 1_200,
  httpConnections: 64,
  httpColdMost: 12_000,
  httpColdMostPerRound: 1_600,
  hitSizes: [100, 10_000, 100_000],
  hitRounds: 7,
  sentThreeTimes: [100, 1_000, 10_000, 30_000],
  sentOnce: [100_000, 300_000, 1_000_000],
  replayProofs: [100_000, 500_000, 1_000_000],
  growthRounds: 4,
  partRounds: 25,
  eventLoopMilliseconds: 700,
  eventLoopWarmUp: 1_800,
  startUps: 5,
}

/** For a rough look during development. */
export const QUICK: Plan = {
  coreLaunches: 1,
  coreRounds: 2,
  coldWarmUp: 2,
  tokens: { RS256: 6_000, ES256: 3_000, EdDSA: 3_000 },
  hotMilliseconds: 50,
  coldTokens: { RS256: 400, ES256: 150, EdDSA: 150 },
  // No row is repeated.
  mostSpread: 1_000,
  comparisonLaunches: { hot: 2, refused: 2, cold: 2 },
  slices: 2,
  warmUpSlices: 3,
  sliceTokens: { RS256: 200, ES256: 100, EdDSA: 100 },
  sliceRepeatedTokens: 2_000,
  httpLaunches: 1,
  httpCloseLaunches: 1,
  httpRounds: 2,
  httpCloseRounds: 2,
  httpUncounted: 1,
  httpMilliseconds: 60,
  httpWarmUp: 200,
  httpNextWarmUp: 60,
  httpConnections: 64,
  httpColdMost: 1_000,
  httpColdMostPerRound: 1_000,
  hitSizes: [10_000],
  hitRounds: 2,
  sentThreeTimes: [1_000, 10_000, 15_000],
  sentOnce: [30_000],
  replayProofs: [100_000, 500_000, 600_000],
  growthRounds: 1,
  partRounds: 5,
  eventLoopMilliseconds: 200,
  eventLoopWarmUp: 200,
  startUps: 1,
}

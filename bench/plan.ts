/** How much is measured. */
export interface Plan {
  readonly rounds: number
  /** Of new RS256 tokens, which scatter most. */
  readonly coldRounds: number
  readonly tokens: { readonly RS256: number; readonly ES256: number; readonly EdDSA: number }
  readonly hotMilliseconds: number
  /** Of one stretch; ES256 and EdDSA, in which nothing is to be reached, get fewer. */
  readonly coldTokens: { readonly RS256: number; readonly ES256: number; readonly EdDSA: number }
  /** Times that a server is started; under a load in which it decides about no bar, the first one is all. */
  readonly httpLaunches: number
  /** Of each launch. */
  readonly httpRounds: number
  readonly httpMilliseconds: number
  /**
   * Milliseconds thrown away: a server that has just started is still being compiled, on the load generator's core, for
   * two seconds and more.
   */
  readonly httpWarmUp: number
  /** The same for a server that has been under another load. */
  readonly httpNextWarmUp: number
  readonly httpConnections: number
  /** Distinct tokens sent to a server in one window; none comes again while a cache may still hold it. */
  readonly httpColdMost: number
  /** Distinct tokens offered to one verifier. */
  readonly offered: number
  readonly growthRounds: number
  readonly eventLoopMilliseconds: number
  /** Milliseconds of the same load before that, until all is compiled. */
  readonly eventLoopWarmUp: number
  readonly startUps: number
}

export const FULL: Plan = {
  rounds: 5,
  coldRounds: 7,
  tokens: { RS256: 60_000, ES256: 16_000, EdDSA: 16_000 },
  hotMilliseconds: 150,
  coldTokens: { RS256: 1_500, ES256: 240, EdDSA: 240 },
  httpLaunches: 3,
  httpRounds: 5,
  httpMilliseconds: 100,
  httpWarmUp: 2_400,
  httpNextWarmUp: 300,
  httpConnections: 64,
  httpColdMost: 12_000,
  offered: 1_000_000,
  growthRounds: 4,
  eventLoopMilliseconds: 700,
  eventLoopWarmUp: 1_800,
  startUps: 5,
}

/** For a look while developing; its figures are rough. */
export const QUICK: Plan = {
  rounds: 3,
  coldRounds: 3,
  tokens: { RS256: 6_000, ES256: 3_000, EdDSA: 3_000 },
  hotMilliseconds: 50,
  coldTokens: { RS256: 600, ES256: 400, EdDSA: 400 },
  httpLaunches: 1,
  httpRounds: 3,
  httpMilliseconds: 100,
  httpWarmUp: 400,
  httpNextWarmUp: 100,
  httpConnections: 64,
  httpColdMost: 1_000,
  offered: 40_000,
  growthRounds: 3,
  eventLoopMilliseconds: 500,
  eventLoopWarmUp: 500,
  startUps: 3,
}

import { memoryRevocationStore } from '@okta-resource-server/core'
import { type Candidate, candidateNamed, decides, verifies } from '../core/candidates.ts'
import { introspects } from '../core/introspection.ts'
import { type Algorithm, ISSUER } from '../policy.ts'

/** One of two that are compared within one process. */
export type Side = Pick<Candidate, 'name' | 'kind' | 'make'>

/** What a feature costs: `side` against `base`, in slices that alternate within one process. */
export interface Comparison {
  readonly name: string
  readonly algorithm: Algorithm
  /**
   * 100 tokens repeated, one after the other, each time in a new string or request; new tokens, 100 at once; or an expired one,
   * repeated like the 100.
   */
  readonly load: 'hot' | 'cold' | 'refused'
  readonly side: Side
  readonly base: Side
  /** Target: the main-thread time is at most so many times that of `base`. */
  readonly most: number
  /** Whether the same holds for the wall time, and so for the throughput. */
  readonly wallToo?: boolean
}

/** No row may be slower than version 0.1.0 by more than this. */
const MOST_BEHIND_FIRST_VERSION = 1.03

const againstFirstVersion = (
  what: string,
  algorithm: Algorithm,
  load: Comparison['load'],
  call = '',
): Comparison => ({
  name: `${what}, against version 0.1.0`,
  algorithm,
  load,
  side: candidateNamed(`this library${call}`),
  base: candidateNamed(`version 0.1.0${call}`),
  most: MOST_BEHIND_FIRST_VERSION,
})

/** Asks a store in memory with 1,000 other users. */
const revocationInMemory: Side = {
  name: 'this library, decide(), revocation in memory',
  kind: 'this',
  make: async (setting, algorithm) => {
    const isRevoked = memoryRevocationStore()
    for (let user = 0; user < 1_000; user++) await isRevoked.revoke({ issuer: ISSUER, uid: `user ${user}` })
    return decides('this library', { revocation: { isRevoked } })(setting, algorithm)
  },
}
/** An API that gets plain tokens, with a mode of the option `dpop`. */
const withDpop = (dpop: 'allowed' | 'disabled', load: 'hot' | 'cold'): Side => ({
  name: `DPoP ${dpop}`,
  kind: 'this',
  make: load === 'hot' ? decides('this library', { dpop }) : verifies('this library', { dpop }),
})

/** A new comparison is one more entry. A side may be a candidate, or `verifies` or `decides` with other options. */
export const COMPARISONS: readonly Comparison[] = [
  {
    name: 'cold RS256, cache against no cache',
    algorithm: 'RS256',
    load: 'cold',
    side: candidateNamed('this library'),
    base: candidateNamed('this library, no cache'),
    most: 1.05,
    wallToo: true,
  },
  {
    name: 'hot decide(), introspected token against JWT',
    algorithm: 'RS256',
    load: 'hot',
    side: { name: 'this library, introspection', kind: 'this', make: introspects },
    base: candidateNamed('this library, decide()'),
    most: 1.1,
  },
  {
    name: 'hot decide(), revocation in memory against none',
    algorithm: 'RS256',
    load: 'hot',
    side: revocationInMemory,
    base: candidateNamed('this library, decide()'),
    most: 1.1,
  },
  ...(['hot', 'cold'] as const).map(
    (load): Comparison => ({
      name: `${load} plain tokens, DPoP allowed against disabled`,
      algorithm: 'RS256',
      load,
      side: withDpop('allowed', load),
      base: withDpop('disabled', load),
      most: 1.05,
    }),
  ),
  againstFirstVersion('hot verify()', 'RS256', 'hot'),
  againstFirstVersion('hot decide()', 'RS256', 'hot', ', decide()'),
  againstFirstVersion('refused decide()', 'RS256', 'refused', ', decide()'),
  againstFirstVersion('cold RS256', 'RS256', 'cold'),
  againstFirstVersion('cold ES256', 'ES256', 'cold'),
  againstFirstVersion('cold EdDSA', 'EdDSA', 'cold'),
]

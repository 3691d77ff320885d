import type { AccessTokenVerifierOptions } from '@okta-resource-server/core'
import { type Candidate, candidateNamed, isAvailable } from '../core/candidates.ts'
import type { Setting } from '../policy.ts'
import { hasRedis, redisRevocations } from '../redis.ts'
import type { Kind } from '../row.ts'
import { introspection } from './introspection.ts'

export const FRAMEWORKS = ['express', 'fastify'] as const
export type Framework = (typeof FRAMEWORKS)[number]

/** 100 tokens repeated, or new tokens. */
export const LOADS = ['hot', 'cold'] as const
export type Load = (typeof LOADS)[number]

export interface HttpCandidate {
  readonly name: string
  readonly kind: Kind
  /** A verifier of bare tokens, behind the few lines of middleware that its users write. */
  readonly core?: Candidate
  /** Options of this library that differ. */
  readonly options?: (setting: Setting) => Promise<Partial<AccessTokenVerifierOptions>>
  /** What it answers to good tokens: 200 if absent. */
  readonly status?: 200 | 401
  /** Needs a Redis server. */
  readonly redis?: true
  /** Measured with repeated tokens only. */
  readonly hotOnly?: boolean
  /** Loads under which it decides about a target: measured at every launch, otherwise at the first one only. */
  readonly near?: readonly Load[]
  /** It differs from this library by no more than launches of one server do: measured at the additional launches, too. */
  readonly isClose?: true
}

export const BARE = 'without authentication'
export const OWN = 'this library'
export const INTROSPECTED = 'this library, introspection'
/** Verifies each token, and then calls the introspection endpoint on each request. */
export const INTROSPECTED_PEER = 'express-oauth2-jwt-bearer, introspection'
export const DPOP_OFF = 'this library, DPoP disabled'
export const DPOP_ALLOWED = 'this library, DPoP allowed'

/** The least that any cache of tokens does: read the header, find the token, check the time. */
const leastCache: Candidate = {
  name: 'minimal cache',
  kind: 'limit',
  algorithms: ['RS256'],
  make: () => {
    const validUntil = new Map<string, number>()
    return {
      verify: (token: string) => {
        const until = validUntil.get(token)
        if (until === undefined) validUntil.set(token, Date.now() + 3_600_000)
        else if (Date.now() >= until) throw new Error('expired')
        return token
      },
    }
  },
}

/** This library with an option `dpop`; it gets plain tokens. */
const withDpop = (
  name: string,
  dpop: NonNullable<AccessTokenVerifierOptions['dpop']>,
  more: Partial<HttpCandidate> = { near: ['hot'] },
): HttpCandidate => ({ name, kind: 'this', hotOnly: true, options: async () => ({ dpop }), ...more })

/** The servers that are the same for both frameworks. */
const COMMON: readonly HttpCandidate[] = [
  { name: BARE, kind: 'limit', near: ['hot'], isClose: true },
  { name: leastCache.name, kind: 'limit', core: leastCache, hotOnly: true },
  { name: OWN, kind: 'this', near: LOADS, isClose: true },
  {
    name: 'this library, revocation in Redis',
    kind: 'this',
    hotOnly: true,
    redis: true,
    options: redisRevocations,
  },
  withDpop(DPOP_OFF, 'disabled'),
  withDpop(DPOP_ALLOWED, 'allowed'),
  withDpop(
    'this library, DPoP required: 401',
    { mode: 'required', externalUrl: 'https://api.example.com' },
    { status: 401 },
  ),
  { name: 'version 0.1.0', kind: 'earlier', near: LOADS, isClose: true },
]

const peer = (name: string, more: Partial<HttpCandidate> = {}): HttpCandidate => ({
  name,
  kind: 'peer',
  core: candidateNamed(name),
  ...more,
})

export const HTTP_CANDIDATES: Readonly<Record<Framework, readonly HttpCandidate[]>> = {
  express: [
    ...COMMON,
    { name: 'express-oauth2-jwt-bearer', kind: 'peer' },
    { name: INTROSPECTED, kind: 'this', hotOnly: true, options: introspection },
    { name: INTROSPECTED_PEER, kind: 'peer', hotOnly: true },
    peer('@okta/jwt-verifier'),
    peer('jose', { near: ['cold'], isClose: true }),
    peer('aws-jwt-verify'),
    peer('fast-jwt'),
    peer('fast-jwt, cache', { near: ['hot'] }),
    peer('jsonwebtoken + jwks-rsa'),
  ],
  fastify: [
    ...COMMON,
    { name: 'fastify-jwt-jwks', kind: 'peer' },
    peer('jose', { near: ['cold'], isClose: true }),
    peer('aws-jwt-verify'),
    peer('fast-jwt'),
    peer('fast-jwt, cache', { near: ['hot'] }),
  ],
}

export function httpCandidatesFor(framework: Framework, setting: Setting): readonly HttpCandidate[] {
  return HTTP_CANDIDATES[framework].filter(
    (each) => isAvailable(each, setting) && (each.redis !== true || hasRedis()),
  )
}

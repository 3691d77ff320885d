import { CANDIDATES, type Candidate } from '../core/candidates.ts'

export const FRAMEWORKS = ['express', 'fastify'] as const
export type Framework = (typeof FRAMEWORKS)[number]

export interface HttpCandidate {
  readonly name: string
  readonly kind: 'this' | 'peer' | 'limit'
  /** A verifier of bare tokens behind the few lines of middleware that its users write. */
  readonly core?: Candidate
  /** Means something only with repeated tokens. */
  readonly hotOnly?: boolean
  /** Far from every bar, so that its first launch tells enough. */
  readonly once?: boolean
}

export const BARE = 'without authentication'

/** The least that any cache of tokens does: read the header, find the token's text, ask the clock. */
const leastCache: Candidate = {
  name: 'least that a cache does',
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
const LEAST: HttpCandidate = { name: leastCache.name, kind: 'limit', core: leastCache, hotOnly: true }

/** Peers that others leave far behind, with repeated tokens and with new ones. */
const FAR = new Set(['@okta/jwt-verifier', 'aws-jwt-verify', 'fast-jwt', 'jsonwebtoken + jwks-rsa'])

const named = (name: string): HttpCandidate => {
  const core = CANDIDATES.find((each) => each.name === name)
  if (core === undefined) throw new Error(`No candidate is called ${name}`)
  return { name, kind: 'peer', core, once: FAR.has(name) }
}

export const HTTP_CANDIDATES: Readonly<Record<Framework, readonly HttpCandidate[]>> = {
  express: [
    { name: BARE, kind: 'limit' },
    LEAST,
    { name: 'this library', kind: 'this' },
    { name: 'express-oauth2-jwt-bearer', kind: 'peer', once: true },
    named('@okta/jwt-verifier'),
    named('jose'),
    named('aws-jwt-verify'),
    named('fast-jwt'),
    named('fast-jwt, cache'),
    named('jsonwebtoken + jwks-rsa'),
  ],
  fastify: [
    { name: BARE, kind: 'limit' },
    LEAST,
    { name: 'this library', kind: 'this' },
    { name: 'fastify-jwt-jwks', kind: 'peer', once: true },
    named('jose'),
    named('aws-jwt-verify'),
    named('fast-jwt'),
    named('fast-jwt, cache'),
  ],
}

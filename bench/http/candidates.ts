import { CANDIDATES, type Candidate } from '../core/candidates.ts'

export const FRAMEWORKS = ['express', 'fastify'] as const
export type Framework = (typeof FRAMEWORKS)[number]

/** 100 tokens again and again, or tokens never seen before. */
export const LOADS = ['hot', 'cold'] as const
export type Load = (typeof LOADS)[number]

export interface HttpCandidate {
  readonly name: string
  readonly kind: 'this' | 'peer' | 'limit'
  /** A verifier of bare tokens behind the few lines of middleware that its users write. */
  readonly core?: Candidate
  /** Means something only with repeated tokens. */
  readonly hotOnly?: boolean
  /** Loads under which it decides whether a bar holds: measured at every launch, otherwise at the first. */
  readonly near?: readonly Load[]
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
const NO_AUTHENTICATION: HttpCandidate = { name: BARE, kind: 'limit', near: ['hot'] }
const THIS: HttpCandidate = { name: 'this library', kind: 'this', near: LOADS }

const named = (name: string, near: readonly Load[] = []): HttpCandidate => {
  const core = CANDIDATES.find((each) => each.name === name)
  if (core === undefined) throw new Error(`No candidate is called ${name}`)
  return { name, kind: 'peer', core, near }
}

export const HTTP_CANDIDATES: Readonly<Record<Framework, readonly HttpCandidate[]>> = {
  express: [
    NO_AUTHENTICATION,
    LEAST,
    THIS,
    { name: 'express-oauth2-jwt-bearer', kind: 'peer' },
    named('@okta/jwt-verifier'),
    named('jose', ['cold']),
    named('aws-jwt-verify'),
    named('fast-jwt'),
    named('fast-jwt, cache', ['hot']),
    named('jsonwebtoken + jwks-rsa'),
  ],
  fastify: [
    NO_AUTHENTICATION,
    LEAST,
    THIS,
    { name: 'fastify-jwt-jwks', kind: 'peer' },
    named('jose', ['cold']),
    named('aws-jwt-verify'),
    named('fast-jwt'),
    named('fast-jwt, cache'),
  ],
}

import { CANDIDATES, type Candidate } from '../core/candidates.ts'

export const FRAMEWORKS = ['express', 'fastify'] as const
export type Framework = (typeof FRAMEWORKS)[number]

export interface HttpCandidate {
  readonly name: string
  readonly kind: 'this' | 'peer' | 'limit'
  /** A verifier of bare tokens behind the few lines of middleware that its users write. */
  readonly core?: Candidate
}

const BARE = 'without authentication'
const named = (name: string): HttpCandidate => {
  const core = CANDIDATES.find((each) => each.name === name)
  if (core === undefined) throw new Error(`No candidate is called ${name}`)
  return { name, kind: 'peer', core }
}

export const HTTP_CANDIDATES: Readonly<Record<Framework, readonly HttpCandidate[]>> = {
  express: [
    { name: BARE, kind: 'limit' },
    { name: 'this library', kind: 'this' },
    { name: 'express-oauth2-jwt-bearer', kind: 'peer' },
    named('@okta/jwt-verifier'),
    named('jose'),
    named('aws-jwt-verify'),
    named('fast-jwt'),
    named('fast-jwt, cache'),
    named('jsonwebtoken + jwks-rsa'),
  ],
  fastify: [
    { name: BARE, kind: 'limit' },
    { name: 'this library', kind: 'this' },
    { name: 'fastify-jwt-jwks', kind: 'peer' },
    named('jose'),
    named('aws-jwt-verify'),
    named('fast-jwt'),
    named('fast-jwt, cache'),
  ],
}

import {
  type Library,
  libraryOf,
  requestWith,
  type TokenRequest,
  type Verifier,
  type VerifierOptions,
  type Version,
} from '../library.ts'
import { ALGORITHMS, type Algorithm, AUDIENCE, ISSUER, type Setting } from '../policy.ts'
import type { Kind } from '../row.ts'
import { awsJwtVerify, fastJwt, jose, jsonWebToken, jwksOf, nodeCrypto, oktaJwtVerifier } from './peers.ts'

/** A configured verifier. */
export interface Instance {
  /** Takes a token, or what `prepare` made of it; throws or rejects when the token is rejected. */
  readonly verify: (input: never) => unknown
  /** Runs outside of the measured time. */
  readonly prepare?: (token: string) => unknown
}

export interface Candidate {
  readonly name: string
  readonly kind: Kind
  readonly algorithms: readonly Algorithm[]
  /** Caches verified tokens. */
  readonly caches?: boolean
  /** A side of comparisons only, where each request is new. */
  readonly isSideOnly?: boolean
  readonly make: (setting: Setting, algorithm: Algorithm) => Instance | Promise<Instance>
}

type Make = Candidate['make']

function newVerifier(
  { createVerifier }: Library,
  setting: Setting,
  options: Partial<VerifierOptions>,
): Verifier {
  return createVerifier({ issuer: ISSUER, audience: AUDIENCE, jwks: jwksOf(setting), ...options })
}

/** `verify` of a verifier with these options. */
export const verifies =
  (version: Version, options: Partial<VerifierOptions> = {}): Make =>
  async (setting) => {
    const verifier = newVerifier(await libraryOf(version, setting), setting, options)
    return { verify: (token: string) => verifier.verify(token) }
  }

/** `decide`, the synchronous decision of adapters, with these options. */
export const decides =
  (version: Version, options: Partial<VerifierOptions> = {}): Make =>
  async (setting) => {
    const library = await libraryOf(version, setting)
    const { decide } = library
    const verifier = newVerifier(library, setting, options)
    return { prepare: requestWith, verify: (request: TokenRequest) => decide(verifier, request) }
  }

const CANDIDATES: readonly Candidate[] = [
  {
    name: 'this library',
    kind: 'this',
    caches: true,
    algorithms: ALGORITHMS,
    make: verifies('this library'),
  },
  {
    name: 'this library, decide()',
    kind: 'this',
    caches: true,
    isSideOnly: true,
    algorithms: ['RS256'],
    make: decides('this library'),
  },
  {
    name: 'this library, no cache',
    kind: 'this',
    algorithms: ALGORITHMS,
    make: verifies('this library', { tokenCache: false }),
  },
  {
    name: 'version 0.1.0',
    kind: 'earlier',
    caches: true,
    algorithms: ALGORITHMS,
    make: verifies('version 0.1.0'),
  },
  {
    name: 'version 0.1.0, decide()',
    kind: 'earlier',
    caches: true,
    isSideOnly: true,
    algorithms: ['RS256'],
    make: decides('version 0.1.0'),
  },
  { name: 'jose', kind: 'peer', algorithms: ALGORITHMS, make: jose },
  { name: '@okta/jwt-verifier', kind: 'peer', algorithms: ['RS256'], make: oktaJwtVerifier },
  { name: 'aws-jwt-verify', kind: 'peer', algorithms: ALGORITHMS, make: awsJwtVerify },
  { name: 'fast-jwt', kind: 'peer', algorithms: ALGORITHMS, make: fastJwt(false) },
  { name: 'fast-jwt, cache', kind: 'peer', caches: true, algorithms: ALGORITHMS, make: fastJwt(true) },
  { name: 'jsonwebtoken + jwks-rsa', kind: 'peer', algorithms: ['RS256', 'ES256'], make: jsonWebToken },
  { name: 'crypto.verify, sync', kind: 'limit', algorithms: ALGORITHMS, make: nodeCrypto(true) },
  { name: 'crypto.verify, async', kind: 'limit', algorithms: ALGORITHMS, make: nodeCrypto(false) },
]

export function candidateNamed(name: string): Candidate {
  const candidate = CANDIDATES.find((each) => each.name === name)
  if (candidate === undefined) throw new Error(`No candidate is called ${name}`)
  return candidate
}

/** Whether it can take part: version 0.1.0 cannot when it was not built. */
export const isAvailable = ({ kind }: { readonly kind: Kind }, { firstVersion }: Setting): boolean =>
  kind !== 'earlier' || firstVersion !== ''

export function candidatesFor(algorithm: Algorithm, setting: Setting): readonly Candidate[] {
  return CANDIDATES.filter(
    (each) => each.isSideOnly !== true && each.algorithms.includes(algorithm) && isAvailable(each, setting),
  )
}

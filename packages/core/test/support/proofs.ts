import { createHash, randomUUID } from 'node:crypto'
import {
  NOW,
  outcomeOf,
  type SigningKey,
  signingKey,
  signSegments,
  signToken,
} from '@okta-resource-server/testing'
import type { AccessTokenVerifierOptions } from '../../src/options/options.ts'
import type { RequestLike } from '../../src/request/request.ts'
import type { AccessTokenVerifier } from '../../src/verifier.ts'
import { makeVerifier } from './verifiers.ts'

/** What differs from a valid proof; `undefined` leaves a member out. */
export interface ProofOptions {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: SigningKey
  /** The access token that the proof is made for. */
  readonly token?: string
}

export const ORIGIN = 'https://api.example.com'
export const URL_OF_API = `${ORIGIN}/messages`

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** The public key as a proof contains it. */
export function publicJwk({ publicKey }: SigningKey): Readonly<Record<string, unknown>> {
  return { ...publicKey.export({ format: 'jwk' }) }
}

/** RFC 7638, section 3.2: the required members in lexicographic order. */
export function thumbprintOf(key: SigningKey): string {
  const members = Object.entries(publicJwk(key)).sort(([one], [other]) => (one < other ? -1 : 1))
  return hash(JSON.stringify(Object.fromEntries(members)))
}

export const proofKey = (algorithm = 'ES256', name = 'client'): SigningKey => signingKey(algorithm, name)

const tokens = new Map<string, string>()

/** A token that is bound to a key; the same for the same arguments, although ECDSA signatures are random. */
export function boundToken(
  key: SigningKey = proofKey(),
  claims: Readonly<Record<string, unknown>> = {},
): string {
  const all = { cnf: { jkt: thumbprintOf(key) }, ...claims }
  const name = JSON.stringify(all)
  const token = tokens.get(name) ?? signToken({ claims: all })
  tokens.set(name, token)
  return token
}

/** A proof for a GET of {@link URL_OF_API}. */
export function makeProof({
  claims,
  header,
  key = proofKey(),
  token = boundToken(key),
}: ProofOptions = {}): string {
  return signSegments(
    JSON.stringify({ typ: 'dpop+jwt', alg: key.algorithm, jwk: publicJwk(key), ...header }),
    JSON.stringify({ jti: randomUUID(), htm: 'GET', htu: URL_OF_API, iat: NOW, ath: hash(token), ...claims }),
    key,
  )
}

/** A request with a bound token and a proof, in the form of Node's requests. */
export function dpopRequest(
  token: string,
  proof: string,
  details: Readonly<Record<string, unknown>> = {},
): RequestLike & { readonly headers: Record<string, string>; readonly rawHeaders: string[] } {
  return {
    method: 'GET',
    url: '/messages',
    headers: { authorization: `DPoP ${token}`, dpop: proof, host: 'api.example.com' },
    rawHeaders: ['Host', 'api.example.com', 'Authorization', `DPoP ${token}`, 'DPoP', proof],
    socket: { encrypted: true },
    ...details,
  }
}

/** How a request with this proof ends, for a new verifier. */
export function outcomeOfProof(
  proof: ProofOptions = {},
  options: Partial<AccessTokenVerifierOptions> = {},
): Promise<string> {
  const { key = proofKey(), token = boundToken(key) } = proof
  return outcomeOf(makeVerifier(options).authenticate(dpopRequest(token, makeProof({ ...proof, token }))))
}

/** Sends a bound token until it is in the token cache. */
export async function cacheBound(verifier: AccessTokenVerifier, token: string): Promise<void> {
  for (let time = 0; time < 2; time++) await verifier.authenticate(dpopRequest(token, makeProof({ token })))
}

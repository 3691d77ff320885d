import { createHash, randomUUID } from 'node:crypto'
import { NOW, type SigningKey, signingKey, signSegments } from '@okta-resource-server/testing'
import type { HeaderLines } from './case.ts'
import type { Workshop } from './workshop.ts'

/** Under which clients reach the API of the cases about DPoP. */
export const EXTERNAL_URL = 'https://api.example.com'

/** What differs from a valid request; `undefined` leaves a member out. */
export interface ProofDifferences {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  /** Claims of the access token. */
  readonly token?: Readonly<Record<string, unknown>>
  readonly key?: SigningKey
  /** The path that the proof is made for. */
  readonly path?: string
  /** Changes the claims as JSON, for values that `JSON.stringify` does not write. */
  readonly rewrite?: (json: string) => string
}

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** The client's key. */
export const clientKey = (algorithm = 'ES256', name = 'client'): SigningKey => signingKey(algorithm, name)

export const publicJwk = ({ publicKey }: SigningKey): Record<string, unknown> => ({
  ...publicKey.export({ format: 'jwk' }),
})

/** RFC 7638 section 3. */
export function thumbprintOf(key: SigningKey): string {
  const members = Object.entries(publicJwk(key)).sort(([one], [other]) => (one < other ? -1 : 1))
  return hash(JSON.stringify(Object.fromEntries(members)))
}

/** A token that is bound to the client's key, and a proof for it. */
export function boundTokenAndProof(
  workshop: Workshop,
  {
    header,
    claims,
    token: tokenClaims,
    key = clientKey(),
    path = '/any',
    rewrite = (json) => json,
  }: ProofDifferences = {},
): { readonly token: string; readonly proof: string } {
  const token = workshop.token({ claims: { cnf: { jkt: thumbprintOf(key) }, ...tokenClaims } })
  const proof = signSegments(
    JSON.stringify({ typ: 'dpop+jwt', alg: key.algorithm, jwk: publicJwk(key), ...header }),
    rewrite(
      JSON.stringify({
        jti: randomUUID(),
        htm: 'GET',
        htu: EXTERNAL_URL + path,
        iat: NOW,
        ath: hash(token),
        ...claims,
      }),
    ),
    key,
  )
  return { token, proof }
}

/** The header lines of a request with both. */
export function dpop(workshop: Workshop, differences: ProofDifferences = {}): HeaderLines {
  const { token, proof } = boundTokenAndProof(workshop, differences)
  return ['Authorization', `DPoP ${token}`, 'DPoP', proof]
}

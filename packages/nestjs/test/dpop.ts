import { createHash, randomUUID } from 'node:crypto'
import { NOW, signingKey, signSegments, signToken } from '@okta-resource-server/testing'

const client = signingKey('ES256', 'client')
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url')
const jwk = client.publicKey.export({ format: 'jwk' })
const jkt = hash(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }))

/** A token that is bound to the client's key. */
export const boundToken = (claims: object = {}): string => signToken({ claims: { cnf: { jkt }, ...claims } })

/** The headers of a request with a bound token and a new proof for this URL. */
export function dpopHeaders(htu: string, token: string, more: object = {}): Record<string, string> {
  const claims = { jti: randomUUID(), htm: 'GET', htu, iat: NOW, ath: hash(token), ...more }
  const proof = signSegments(
    JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk }),
    JSON.stringify(claims),
    client,
  )
  return { authorization: `DPoP ${token}`, dpop: proof }
}

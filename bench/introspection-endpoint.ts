import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto'

/** A JWK Set with one RSA key. */
interface JwkSet {
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

export function rsaKeyOf({ keys }: JwkSet): KeyObject {
  return createPublicKey({ key: keys.find(({ kty }) => kty === 'RSA') as JsonWebKey, format: 'jwk' })
}

/** The answer of an introspection endpoint (RFC 7662): tokens that the key has signed are active. */
export function introspectionAnswer(body: string, key: KeyObject): object {
  const token = new URLSearchParams(body).get('token') ?? ''
  const [header = '', payload = '', signature = ''] = token.split('.')
  const input = Buffer.from(`${header}.${payload}`)
  if (!verify('sha256', input, key, Buffer.from(signature, 'base64url'))) return { active: false }
  const { scp, cid, ...claims } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return { active: true, ...claims, scope: scp?.join(' '), client_id: cid }
}

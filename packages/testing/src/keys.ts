import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { JSONWebKeySet, JWK } from 'jose'

/** A private key and its public key. */
export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** A key pair with its algorithm and key id, and the public key as the authorization server publishes it. */
export interface SigningKey extends KeyPair {
  readonly algorithm: string
  readonly kid: string
  readonly jwk: JWK & { readonly kid: string; readonly alg: string }
}

/** The named curve of each ECDSA algorithm (RFC 7518 §3.4). */
const EC_CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

const pairs = new Map<string, KeyPair>()

function generateKeyPair(type: string): KeyPair {
  if (type === 'RSA') return generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const namedCurve = EC_CURVES[type]
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve })
  // The type of ML-DSA keys is missing from the types of older Node.js versions.
  return generateKeyPairSync((type.startsWith('ML-DSA') ? type.toLowerCase() : 'ed25519') as 'ed25519')
}

/**
 * A signing key whose material is generated at first use.
 *
 * The same algorithm and name give the same key. All RSA algorithms share the material of a name, because
 * generating RSA keys is slow.
 *
 * @param algorithm A JWS algorithm such as `RS256`, `ES256` or `EdDSA`.
 */
export function signingKey(algorithm = 'ES256', name = 'main'): SigningKey {
  const type = /^[RP]S\d/.test(algorithm) ? 'RSA' : algorithm
  const id = `${type} ${name}`
  const pair = pairs.get(id) ?? generateKeyPair(type)
  pairs.set(id, pair)
  return toSigningKey(pair, algorithm, `${algorithm}-${name}`)
}

/** A signing key of any key pair, for example one that is too weak to be accepted. */
export function toSigningKey({ privateKey, publicKey }: KeyPair, algorithm: string, kid: string): SigningKey {
  const jwk = { ...(publicKey.export({ format: 'jwk' }) as JWK), kid, alg: algorithm, use: 'sig' }
  return { algorithm, kid, privateKey, publicKey, jwk }
}

/** A JWK Set of these keys. A JWK is taken as it is. */
export function keySet(...keys: readonly (SigningKey | JWK)[]): JSONWebKeySet {
  const isSigningKey = (key: SigningKey | JWK): key is SigningKey => 'jwk' in key
  return { keys: keys.map((key) => (isSigningKey(key) ? key.jwk : key)) }
}

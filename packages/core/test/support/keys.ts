import { type KeyObject, KeyObject as KeyObjects, sign, type webcrypto } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose'

/** A real key pair, with the public half as the authorization server would publish it. */
export interface SigningKey {
  readonly algorithm: string
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: JWK
}

const isRsa = (algorithm: string): boolean => /^[RP]S\d/.test(algorithm)
const pairs = new Map<string, Promise<{ privateKey: KeyObject; publicKey: KeyObject }>>()

async function generate(algorithm: string): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  const pair = await generateKeyPair(algorithm, { extractable: true })
  const asObject = (key: CryptoKey): KeyObject => KeyObjects.from(key as webcrypto.CryptoKey)
  return { privateKey: asObject(pair.privateKey), publicKey: asObject(pair.publicKey) }
}

/** A key of the algorithm; the same name gives the same key, and all RSA algorithms share one to save time. */
export async function signingKey(algorithm: string, name = 'main'): Promise<SigningKey> {
  const id = `${isRsa(algorithm) ? 'RS256' : algorithm} ${name}`
  const pair = pairs.get(id) ?? generate(isRsa(algorithm) ? 'RS256' : algorithm)
  pairs.set(id, pair)
  const { privateKey, publicKey } = await pair
  const kid = `${algorithm}-${name}`
  return {
    algorithm,
    kid,
    privateKey,
    publicKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' },
  }
}

export function keySet(...keys: readonly (SigningKey | JWK)[]): JSONWebKeySet {
  const isSigningKey = (key: unknown): key is SigningKey =>
    typeof key === 'object' && key !== null && 'jwk' in key
  return { keys: keys.map((key) => (isSigningKey(key) ? key.jwk : key)) }
}

/** A published key without some of its members. */
export function without(jwk: JWK, ...names: readonly string[]): JWK {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => !names.includes(name))) as JWK
}

/** The raw signature of RFC 7518 §3 and RFC 8037 §3.1, made without jose, so that nothing is checked on the way. */
export function signatureOf(
  input: string,
  { privateKey, algorithm }: Pick<SigningKey, 'privateKey' | 'algorithm'>,
): Buffer {
  const digest = /^(?:RS|PS|ES)/.test(algorithm) ? `sha${algorithm.slice(2)}` : null
  const options = algorithm.startsWith('PS')
    ? { key: privateKey, padding: 6, saltLength: Number(algorithm.slice(2)) / 8 }
    : algorithm.startsWith('ES')
      ? { key: privateKey, dsaEncoding: 'ieee-p1363' as const }
      : privateKey
  return sign(digest, Buffer.from(input), options)
}

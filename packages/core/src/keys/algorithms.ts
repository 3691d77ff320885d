import { ALGORITHMS, canonicalAlgorithm } from '../options/algorithms.ts'

/** The algorithm of each curve. */
const CURVES: Readonly<Record<string, string>> = Object.freeze({
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  Ed25519: 'Ed25519',
})
const RSA = /^[RP]S(256|384|512)$/

/** The members of a JWK that decide about its algorithms. */
interface KeyType {
  readonly kty?: unknown
  readonly crv?: unknown
  readonly alg?: unknown
}

function fits({ kty, crv }: KeyType, algorithm: string): boolean {
  if (kty === 'RSA') return RSA.test(algorithm)
  if (kty === 'AKP') return algorithm.startsWith('ML-DSA-')
  return typeof crv === 'string' && Object.hasOwn(CURVES, crv) && CURVES[crv] === algorithm
}

/**
 * The algorithms that a key is used with: its own `alg`, or those of its type. Only an RSA key without `alg` has several:
 * the RSA algorithms that are allowed (ADR 16).
 *
 * @returns canonical names; empty if the key verifies no signature here
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725#section-3.1 RFC 8725, section 3.1}
 */
export function algorithmsOfKey(jwk: KeyType, allowed: ReadonlySet<string>): readonly string[] {
  const { kty, crv, alg } = jwk
  if (typeof kty !== 'string' || !['RSA', 'EC', 'OKP', 'AKP'].includes(kty)) return []
  if (alg !== undefined) {
    const algorithm = typeof alg === 'string' ? canonicalAlgorithm(alg) : ''
    return ALGORITHMS.has(algorithm) && fits(jwk, algorithm) ? [algorithm] : []
  }
  if (kty === 'RSA') return [...allowed].filter((algorithm) => RSA.test(algorithm))
  if (kty === 'AKP' || typeof crv !== 'string' || !Object.hasOwn(CURVES, crv)) return []
  return kty === (crv === 'Ed25519' ? 'OKP' : 'EC') ? [CURVES[crv] as string] : []
}

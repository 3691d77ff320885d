import { ALGORITHMS, canonicalAlgorithm } from '../options/algorithms.ts'

/** The algorithm of each curve. */
const CURVES: ReadonlyMap<unknown, string> = new Map([
  ['P-256', 'ES256'],
  ['P-384', 'ES384'],
  ['P-521', 'ES512'],
  ['Ed25519', 'Ed25519'],
])
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
  return CURVES.get(crv) === algorithm
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
  if (!['RSA', 'EC', 'OKP', 'AKP'].includes(kty as string)) return []
  if (alg !== undefined) {
    const algorithm = canonicalAlgorithm(alg as string)
    return ALGORITHMS.has(algorithm) && fits(jwk, algorithm) ? [algorithm] : []
  }
  if (kty === 'RSA') return [...allowed].filter((algorithm) => RSA.test(algorithm))
  const algorithm = CURVES.get(crv)
  return algorithm !== undefined && kty === (crv === 'Ed25519' ? 'OKP' : 'EC') ? [algorithm] : []
}

/** The asymmetric signature algorithms that jose supports (RFC 7518, RFC 8037, RFC 9864, ML-DSA), by canonical name. */
export const ALGORITHMS: ReadonlySet<string> = new Set([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
])

/** `EdDSA` (RFC 8037, section 3.1) and `Ed25519` (RFC 9864, section 2.2) are two names of one algorithm. */
export function canonicalAlgorithm(algorithm: string): string {
  return algorithm === 'EdDSA' ? 'Ed25519' : algorithm
}

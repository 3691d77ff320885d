/** Every asymmetric signature algorithm that jose supports (RFC 7518 §3.1, RFC 8037, RFC 9864, ML-DSA). */
export const ALL_ALGORITHMS = new Set([
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
    'ML-DSA-44',
    'ML-DSA-65',
    'ML-DSA-87',
]);
const CURVES = Object.freeze({
    'P-256': 'ES256',
    'P-384': 'ES384',
    'P-521': 'ES512',
    Ed25519: 'Ed25519',
});
const RSA = /^[RP]S(256|384|512)$/;
/** Ed25519 goes by two names, with one key (RFC 8037 §3.1 and RFC 9864 §2.2). */
export function canonicalAlgorithm(algorithm) {
    return algorithm === 'EdDSA' ? 'Ed25519' : algorithm;
}
function fits(kty, crv, algorithm) {
    if (kty === 'RSA')
        return RSA.test(algorithm);
    if (kty === 'AKP')
        return algorithm.startsWith('ML-DSA-');
    return (typeof crv === 'string' && Object.hasOwn(CURVES, crv) && CURVES[crv] === canonicalAlgorithm(algorithm));
}
/**
 * The one algorithm that a key is used with: its own `alg`, or what its type implies; `undefined` for a key
 * that verifies nothing here. An RSA key without `alg` serves the first RSA algorithm that is allowed.
 *
 * @see RFC 8725 §3.1
 */
export function algorithmOfKey(jwk, allowed) {
    if (typeof jwk.kty !== 'string' || !['RSA', 'EC', 'OKP', 'AKP'].includes(jwk.kty))
        return undefined;
    if (jwk.alg !== undefined) {
        if (typeof jwk.alg !== 'string' || !ALL_ALGORITHMS.has(jwk.alg))
            return undefined;
        return fits(jwk.kty, jwk.crv, jwk.alg) ? canonicalAlgorithm(jwk.alg) : undefined;
    }
    if (jwk.kty === 'RSA')
        return [...allowed].find((algorithm) => RSA.test(algorithm));
    if (jwk.kty === 'AKP' || typeof jwk.crv !== 'string')
        return undefined;
    const kty = jwk.crv === 'Ed25519' ? 'OKP' : 'EC';
    return jwk.kty === kty && Object.hasOwn(CURVES, jwk.crv) ? CURVES[jwk.crv] : undefined;
}
//# sourceMappingURL=algorithms.js.map
import type { JWK } from 'jose';
/** Every asymmetric signature algorithm that jose supports (RFC 7518 §3.1, RFC 8037, RFC 9864, ML-DSA). */
export declare const ALL_ALGORITHMS: ReadonlySet<string>;
/** Ed25519 goes by two names, with one key (RFC 8037 §3.1 and RFC 9864 §2.2). */
export declare function canonicalAlgorithm(algorithm: string): string;
/**
 * The one algorithm that a key is used with: its own `alg`, or what its type implies; `undefined` for a key
 * that verifies nothing here. An RSA key without `alg` serves the first RSA algorithm that is allowed.
 *
 * @see RFC 8725 §3.1
 */
export declare function algorithmOfKey(jwk: JWK, allowed: ReadonlySet<string>): string | undefined;
//# sourceMappingURL=algorithms.d.ts.map
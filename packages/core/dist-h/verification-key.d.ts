import type { CryptoKey } from 'jose';
/** One published key; used with one algorithm only, imported when first used. */
export interface VerificationKey {
    readonly kid: string | undefined;
    /** `Ed25519` also for `EdDSA`. */
    readonly algorithm: string;
    /** Its public members, whatever it is named and used for. */
    readonly publicKey: string;
    /** Tells the key material: the same `kid` with other material is another key. */
    readonly fingerprint: string;
    /** False once a successful refresh no longer lists it. */
    current: boolean;
    /** The imported key; `undefined` for one that is broken or weak. */
    readonly material: () => Promise<CryptoKey | undefined>;
}
/**
 * Makes a key of one member of a JWK Set; `undefined` for what is not understood, not for signatures,
 * symmetric, or private.
 *
 * @see RFC 7517 §4 and §5
 */
export declare function verificationKey(jwk: unknown, allowed: ReadonlySet<string>): VerificationKey | undefined;
/** The keys of a set by `kid`. */
export declare class KeyRing {
    #private;
    readonly all: readonly VerificationKey[];
    constructor(keys: readonly VerificationKey[]);
    /** Whether any key can be imported, which is tried with one after the other up to the first success. */
    isUsable(): Promise<boolean>;
    /** Whether any key goes by this `kid`, for whatever algorithm. */
    knows(kid: string): boolean;
    /** The keys that may have signed: those of the `kid`, or without one the compatible ones; three at the most. */
    candidates(kid: string | undefined, algorithm: string): readonly VerificationKey[];
}
/** Reads a JWK Set, keeping the imported keys of `previous` that are published unchanged. */
export declare function readKeys(json: unknown, allowed: ReadonlySet<string>, previous?: KeyRing): KeyRing | undefined;
//# sourceMappingURL=verification-key.d.ts.map
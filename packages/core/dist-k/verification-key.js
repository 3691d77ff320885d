import { importJWK } from 'jose/key/import';
import { algorithmOfKey, canonicalAlgorithm } from './algorithms.js';
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];
/** What makes a public key; certificates and members of other specifications change nothing of it. */
const PUBLIC_MEMBERS = ['kty', 'crv', 'n', 'e', 'x', 'y', 'pub'];
/** RFC 8725 §3.5 and RFC 7518 §3.3: at least 2048 bit; and an exponent that makes RSA one-way. */
function isWeak(key) {
    const { modulusLength, publicExponent } = key.algorithm;
    if (modulusLength === undefined || publicExponent === undefined)
        return false;
    const exponentIsTrivial = publicExponent.every((byte, index) => byte === 0 || (index === publicExponent.length - 1 && byte < 3));
    return modulusLength < 2048 || exponentIsTrivial;
}
async function importPublicKey(jwk, algorithm) {
    try {
        const key = await importJWK({ ...jwk, alg: algorithm, ext: true }, algorithm);
        return key instanceof Uint8Array || key.type !== 'public' || isWeak(key) ? undefined : key;
    }
    catch {
        return undefined;
    }
}
function publicMembers(jwk) {
    const members = {};
    for (const name of PUBLIC_MEMBERS) {
        const value = jwk[name];
        if (value === undefined)
            continue;
        if (typeof value !== 'string')
            return undefined;
        members[name] = value;
    }
    return members;
}
/**
 * Makes a key of one member of a JWK Set; `undefined` for what is not understood, not for signatures,
 * symmetric, or private.
 *
 * @see RFC 7517 §4 and §5
 */
export function verificationKey(jwk, allowed) {
    if (typeof jwk !== 'object' || jwk === null)
        return undefined;
    const { kid, use, key_ops: operations } = jwk;
    if (kid !== undefined && typeof kid !== 'string')
        return undefined;
    if (use !== undefined && use !== 'sig')
        return undefined;
    if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify')))
        return undefined;
    if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name)))
        return undefined;
    const algorithm = algorithmOfKey(jwk, allowed);
    const members = publicMembers(jwk);
    if (algorithm === undefined || members === undefined)
        return undefined;
    let material;
    return {
        kid,
        algorithm,
        publicKey: JSON.stringify(members),
        fingerprint: JSON.stringify([kid, algorithm, members]),
        current: true,
        material: () => {
            material ??= importPublicKey(members, algorithm);
            return material;
        },
    };
}
/** The keys of a set by `kid`. */
export class KeyRing {
    #byKid = new Map();
    all;
    constructor(keys) {
        this.all = keys;
        for (const key of keys) {
            const sharing = this.#byKid.get(key.kid);
            if (sharing === undefined)
                this.#byKid.set(key.kid, [key]);
            else
                sharing.push(key);
        }
    }
    /** Whether any key can be imported, which is tried with one after the other up to the first success. */
    async isUsable() {
        for (const key of this.all)
            if ((await key.material()) !== undefined)
                return true;
        return false;
    }
    /** Whether any key goes by this `kid`, for whatever algorithm. */
    knows(kid) {
        return this.#byKid.has(kid);
    }
    /** The keys that may have signed: those of the `kid`, or without one the compatible ones; three at the most. */
    candidates(kid, algorithm) {
        const wanted = canonicalAlgorithm(algorithm);
        const named = kid === undefined ? this.all : (this.#byKid.get(kid) ?? []);
        return named.length === 1 && named[0]?.algorithm === wanted
            ? named
            : named.filter((key) => key.algorithm === wanted).slice(0, 3);
    }
}
/** Of a key that is published for several algorithms, only the first that is allowed counts (RFC 8725 §3.1). */
function withOneAlgorithm(keys, allowed) {
    const served = new Set([...allowed].map(canonicalAlgorithm));
    const first = new Map();
    return keys.filter(({ publicKey, algorithm }) => {
        if (!served.has(algorithm))
            return true;
        if (!first.has(publicKey))
            first.set(publicKey, algorithm);
        return first.get(publicKey) === algorithm;
    });
}
/** Reads a JWK Set, keeping the imported keys of `previous` that are published unchanged. */
export function readKeys(json, allowed, previous) {
    const list = typeof json === 'object' && json !== null ? json.keys : undefined;
    if (!Array.isArray(list))
        return undefined;
    const known = new Map(previous?.all.map((key) => [key.fingerprint, key]));
    const keys = [];
    for (const jwk of list) {
        const key = verificationKey(jwk, allowed);
        if (key !== undefined)
            keys.push(known.get(key.fingerprint) ?? key);
    }
    return new KeyRing(withOneAlgorithm(keys, allowed));
}
//# sourceMappingURL=verification-key.js.map
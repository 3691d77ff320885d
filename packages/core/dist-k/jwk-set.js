import { RemoteDocumentError } from './errors.js';
import { fetchJson } from './fetch-json.js';
import { readKeys } from './verification-key.js';
/**
 * Fetches a JWK Set that is fit to take the place of the previous one.
 *
 * @throws {RemoteDocumentError} it cannot be had, or holds no key that can be used
 * @see RFC 7517 §5
 */
export async function fetchJwkSet(address, options, algorithms, previous) {
    const { json, maxAge } = await fetchJson(address, options);
    const ring = readKeys(json, algorithms, previous);
    if (ring === undefined)
        throw new RemoteDocumentError('wrong_shape', address, `${address}: not a JWK Set (RFC 7517 section 5)`);
    // Keys are imported when first used; but before good keys give way, one at least of the new must be sound.
    const isFit = ring.all.length > 0 && (previous === undefined || (await ring.isUsable()));
    if (!isFit) {
        const message = `${address}: the JWK Set has no key that can be used`;
        throw new RemoteDocumentError('no_usable_key', address, message);
    }
    return { ring, maxAge };
}
//# sourceMappingURL=jwk-set.js.map
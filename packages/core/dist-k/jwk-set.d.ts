import { type FetchJsonOptions } from './fetch-json.ts';
import { type KeyRing } from './verification-key.ts';
/** The keys of a JWK Set, and what was said about its freshness. */
export interface JwkSet {
    readonly ring: KeyRing;
    /** Seconds. */
    readonly maxAge: number | undefined;
}
/**
 * Fetches a JWK Set that is fit to take the place of the previous one.
 *
 * @throws {RemoteDocumentError} it cannot be had, or holds no key that can be used
 * @see RFC 7517 §5
 */
export declare function fetchJwkSet(address: string, options: FetchJsonOptions, algorithms: ReadonlySet<string>, previous: KeyRing | undefined): Promise<JwkSet>;
//# sourceMappingURL=jwk-set.d.ts.map
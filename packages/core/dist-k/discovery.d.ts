import { RemoteDocumentError } from './errors.ts';
import { type FetchJsonOptions } from './fetch-json.ts';
import type { IssuerConfiguration } from './issuer-options.ts';
/** The part of the authorization server's metadata that a resource server needs (RFC 8414 §2). */
export interface AuthorizationServerMetadata {
    readonly issuer: string;
    readonly jwksUri: string;
}
/**
 * Where an issuer's metadata can be, likeliest first: Okta's suffix form for issuers of Okta's shape, the
 * path insertion of RFC 8414 §3.1 otherwise, and OpenID Connect Discovery 1.0 §4.
 */
export declare function metadataAddresses(issuer: string): readonly string[];
/**
 * Fetches the metadata of an issuer; only a document that names exactly this issuer is taken.
 *
 * @throws {RemoteDocumentError} the most telling of the failures met
 * @see RFC 8414 §3
 */
export declare function discover(issuer: string, options: FetchJsonOptions): Promise<AuthorizationServerMetadata>;
/** Where one issuer's keys are: the last good metadata serves on while discovery fails, as long as keys would. */
export declare class KeyLocation {
    #private;
    constructor(configuration: IssuerConfiguration);
    /** Whether there is an address, be it of old. */
    get isKnown(): boolean;
    /** Why the metadata could last not be had; `undefined` once it was. */
    get lastError(): RemoteDocumentError | undefined;
    /** The keys were not to be had there: they may have moved. */
    doubt(): void;
    /** @throws {RemoteDocumentError} there is no metadata, and none of old that may still be used */
    jwksUri(options: FetchJsonOptions): Promise<string>;
}
//# sourceMappingURL=discovery.d.ts.map
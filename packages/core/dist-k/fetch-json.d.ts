/** What a document may be fetched with. */
export interface FetchJsonOptions {
    readonly fetch: typeof globalThis.fetch;
    readonly allowInsecureHttp: boolean;
    /** Ends the exchange; one signal may span several exchanges. */
    readonly signal: AbortSignal;
}
/** A document and what was said about its freshness. */
export interface JsonDocument {
    readonly json: unknown;
    /** Seconds of `Cache-Control: max-age` less `Age`; 0 for `no-store` and `no-cache`; `undefined` when nothing is said. */
    readonly maxAge: number | undefined;
}
/** https, or http where loopback or an option allows it; nothing else is ever opened. */
export declare function isFetchable(url: URL, allowInsecureHttp: boolean): boolean;
/**
 * Fetches one JSON document: the only door to the network, with limits on time, size, redirects and type.
 *
 * @throws {RemoteDocumentError} whatever goes wrong
 */
export declare function fetchJson(address: string, options: FetchJsonOptions): Promise<JsonDocument>;
//# sourceMappingURL=fetch-json.d.ts.map
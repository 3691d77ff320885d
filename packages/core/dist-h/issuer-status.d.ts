import type { RemoteDocumentError } from './errors.ts';
/** How one issuer's keys stand; enough for a readiness probe. */
export interface IssuerStatus {
    readonly issuer: string;
    /** Whether tokens of this issuer can be judged now. */
    readonly ready: boolean;
    /** Keys known. */
    readonly keys: number;
    /** Milliseconds since the keys were last fetched; `undefined` before the first success and for static keys. */
    readonly age: number | undefined;
    /** When keys will next be fetched, milliseconds since the epoch; `undefined` for static keys and before first use. */
    readonly nextRefresh: number | undefined;
    /**
     * What went wrong in the last refresh; `undefined` when nothing did. Its `cause` is what the network said. It may
     * stand beside fresh keys: then the metadata could not be had anew, and the keys came from their last good address.
     */
    readonly lastError: RemoteDocumentError | undefined;
}
//# sourceMappingURL=issuer-status.d.ts.map
import { type Channel } from 'node:diagnostics_channel';
import type { ErrorCode, RemoteDocumentError } from './errors.ts';
/** Messages of the channels, by channel name; none holds a token or a claim beyond the issuer. */
export interface DiagnosticsMessages {
    /** One document is asked for, redirects included; `url` has no query and no credentials. */
    'okta-resource-server:fetch.started': {
        readonly url: string;
    };
    /** It came; `maxAge` is what its `Cache-Control` says, in seconds. */
    'okta-resource-server:fetch.succeeded': {
        readonly url: string;
        readonly maxAge: number | undefined;
    };
    /** It could not be had. */
    'okta-resource-server:fetch.failed': {
        readonly url: string;
        readonly error: RemoteDocumentError;
    };
    /** A refresh of an issuer's keys began; `reason` says why. */
    'okta-resource-server:refresh.started': {
        readonly issuer: string;
        readonly reason: RefreshReason;
    };
    /** It ended well; `added` and `withdrawn` count keys. */
    'okta-resource-server:refresh.succeeded': {
        readonly issuer: string;
        readonly reason: RefreshReason;
        readonly keys: number;
        readonly added: number;
        readonly withdrawn: number;
    };
    /** It failed; the last good keys stay. */
    'okta-resource-server:refresh.failed': {
        readonly issuer: string;
        readonly reason: RefreshReason;
        readonly error: RemoteDocumentError;
    };
    /** The set of keys changed. */
    'okta-resource-server:keys.rotated': {
        readonly issuer: string;
        readonly added: number;
        readonly withdrawn: number;
    };
    /** A token was accepted. */
    'okta-resource-server:token.accepted': {
        readonly issuer: string;
        readonly cached: boolean;
    };
    /** A token or a request was refused. */
    'okta-resource-server:token.refused': {
        readonly code: ErrorCode;
    };
}
/** Why keys are fetched. */
export type RefreshReason = 'first_use' | 'due' | 'unknown_key' | 'retry';
/** The channels; ask `hasSubscribers` before a message is made, so that nobody listening costs nothing. */
export declare const channels: Readonly<Record<'fetchStarted' | 'fetchSucceeded' | 'fetchFailed' | 'refreshStarted' | 'refreshSucceeded' | 'refreshFailed' | 'keysRotated' | 'tokenAccepted' | 'tokenRefused', Channel>>;
//# sourceMappingURL=diagnostics.d.ts.map
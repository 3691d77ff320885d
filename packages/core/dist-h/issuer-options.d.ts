import type { JSONWebKeySet } from 'jose';
import { type ProfileName } from './profiles/profile.ts';
/** What can be set for each authorization server on its own. */
export interface AuthorizationServerOptions {
    readonly issuer: string;
    readonly audience: string | readonly string[];
    /** Clients whose tokens are accepted (`cid`, `client_id` or `azp`); all of them unless set. */
    readonly clientIds?: string | readonly string[];
    /** Signature algorithms accepted; all asymmetric ones unless set. Never symmetric, never `none`. */
    readonly algorithms?: readonly string[];
    /** How an access token is told from an ID token; `['okta', 'rfc9068']` unless set. */
    readonly profile?: ProfileName | readonly ProfileName[];
    /** Seconds by which clocks may differ, 5 unless set, at most 300. */
    readonly clockTolerance?: number;
    /** Seconds since `iat` after which a token is refused, whatever its `exp`; no limit unless set. */
    readonly maxTokenAge?: number;
    /** Where the JWK Set is; skips discovery. */
    readonly jwksUri?: string;
    /** Static keys; no network at all. */
    readonly jwks?: JSONWebKeySet;
    /** Milliseconds that keys are taken for fresh at the most, whatever their `Cache-Control`; an hour unless set. */
    readonly cacheMaxAge?: number;
    /** Milliseconds between fetches on account of unknown key ids, 30 s unless set. */
    readonly cooldownDuration?: number;
    /** Milliseconds for a whole refresh, discovery included, 5 s unless set. */
    readonly timeoutDuration?: number;
    /** Milliseconds that known keys serve on while the authorization server is out of reach, 24 h unless set. */
    readonly staleIfError?: number;
    /** Takes http where https is demanded: whoever sits on the path can then forge tokens. */
    readonly allowInsecureHttp?: boolean;
    /** The function that reaches the network, for proxies and private CAs; `globalThis.fetch` unless set. */
    readonly fetch?: typeof globalThis.fetch;
    /** Milliseconds since the epoch, for tests; `Date.now` unless set. */
    readonly clock?: () => number;
}
/** One authorization server, validated and frozen. */
export interface IssuerConfiguration {
    readonly issuer: string;
    readonly audience: readonly string[];
    readonly clientIds: ReadonlySet<string> | undefined;
    readonly algorithms: ReadonlySet<string>;
    readonly profiles: readonly ProfileName[];
    readonly clockTolerance: number;
    readonly maxTokenAge: number | undefined;
    readonly jwksUri: string | undefined;
    readonly jwks: JSONWebKeySet | undefined;
    readonly cacheMaxAge: number;
    readonly cooldownDuration: number;
    readonly timeoutDuration: number;
    readonly staleIfError: number;
    readonly allowInsecureHttp: boolean;
    readonly fetch: typeof globalThis.fetch;
    readonly clock: () => number;
}
/** Validates what concerns one authorization server; `where` is how the issuer option is called in messages. */
export declare function issuerConfiguration(options: Partial<AuthorizationServerOptions>, where: string): IssuerConfiguration;
/**
 * Takes issuer and audience from `OKTA_OAUTH2_ISSUER` and `OKTA_OAUTH2_AUDIENCE`.
 *
 * @throws {ConfigurationError} a variable is missing or wrong; the message names it and says what to do
 */
export declare function configurationFromEnvironment(env?: Readonly<Record<string, string | undefined>>): {
    issuer: string;
    audience: string;
};
//# sourceMappingURL=issuer-options.d.ts.map
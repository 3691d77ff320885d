import { type AuthorizationServerOptions, type IssuerConfiguration } from './issuer-options.ts';
/** How many verified tokens are kept; `false` keeps none. */
export type TokenCacheOption = {
    readonly max?: number;
} | false;
/** What users may set. Durations that concern tokens are in seconds, those that concern the network in milliseconds. */
export interface AccessTokenVerifierOptions extends Omit<AuthorizationServerOptions, 'issuer' | 'audience'> {
    /** The issuer whose tokens are accepted, exactly as it stands in `iss`; or several, each with what differs. */
    readonly issuer: string | readonly (string | (Partial<AuthorizationServerOptions> & {
        readonly issuer: string;
    }))[];
    /** What `aud` must contain: any one of these. */
    readonly audience?: string | readonly string[];
    /** Verified tokens kept, 10,000 unless set; `false` verifies each token anew. */
    readonly tokenCache?: TokenCacheOption;
}
/** The validated, frozen form of the options. */
export interface Configuration {
    readonly issuers: ReadonlyMap<string, IssuerConfiguration>;
    /** 0: no cache. */
    readonly tokenCacheMax: number;
}
/**
 * Validates the options once into a frozen configuration.
 *
 * @throws {ConfigurationError} names the option and the mend
 */
export declare function configure(options: AccessTokenVerifierOptions): Configuration;
//# sourceMappingURL=options.d.ts.map
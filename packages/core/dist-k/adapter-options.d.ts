import type { AccessTokenVerifierOptions } from './options.ts';
import { type AccessTokenVerifier } from './verifier.ts';
/** What happens to a request that carries no credentials at all. */
export interface CredentialsOption {
    /**
     * `required` (the default) refuses a request without credentials; `optional` lets it through, without `auth`.
     *
     * Bad credentials are refused either way.
     */
    readonly credentials?: 'required' | 'optional';
}
/** None of the options of the verifier. */
type NoVerifierOptions = {
    readonly [Name in keyof AccessTokenVerifierOptions]?: never;
};
/** A verifier of your own, made with `createAccessTokenVerifier`. */
export interface VerifierOption extends NoVerifierOptions {
    readonly verifier: AccessTokenVerifier<object>;
}
/** Options of the verifier. */
export interface VerifierOptions extends AccessTokenVerifierOptions {
    readonly verifier?: never;
}
/** Neither: the environment variables `OKTA_OAUTH2_ISSUER` and `OKTA_OAUTH2_AUDIENCE` are read. */
export interface EnvironmentOptions extends NoVerifierOptions {
    readonly verifier?: never;
}
/** What every adapter takes: options of the verifier, or a verifier, or neither. */
export type AdapterOptions = CredentialsOption & (VerifierOptions | VerifierOption | EnvironmentOptions);
/** The validated form of an adapter's options. */
export interface AdapterSettings {
    readonly verifier: AccessTokenVerifier<object>;
    /** The verifier was made here, and whoever made it closes it. */
    readonly owned: boolean;
    /** Lets requests without credentials through. */
    readonly optional: boolean;
}
/**
 * Tells `optional` from `required`, which is also what absence means.
 *
 * @throws {ConfigurationError} it is something else
 */
export declare function isOptional(credentials: unknown): boolean;
/** Whether nothing that looks like credentials was sent; anything else is an attempt, and refused. */
export declare function hasNoCredentials(error: unknown): boolean;
/**
 * Validates an adapter's options and makes the verifier, where none was given.
 *
 * @throws {ConfigurationError} an option, or an environment variable, is missing or wrong
 */
export declare function adapterSettings(options: AdapterOptions): AdapterSettings;
export {};
//# sourceMappingURL=adapter-options.d.ts.map
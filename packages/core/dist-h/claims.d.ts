import type { IssuerConfiguration } from './issuer-options.ts';
type Claims = Readonly<Record<string, unknown>>;
type TimePolicy = Pick<IssuerConfiguration, 'clockTolerance' | 'maxTokenAge'>;
/** The times of a token in seconds; one that it does not have is before all time. */
export interface TokenTimes {
    readonly expiresAt: number;
    readonly notBefore: number;
    readonly issuedAt: number;
}
/**
 * Reads the times; `exp` is mandatory (RFC 9068 §2.2).
 *
 * @throws {InvalidTokenError} `expiry_missing`, `claim_malformed`
 */
export declare function timesOf(claims: Claims): TokenTimes;
/**
 * Checks the times, with `now` in seconds; asked anew each time a cached token is used.
 *
 * A token from the future, or without `iat` where its age is limited, is refused.
 *
 * @throws {InvalidTokenError} `token_expired`, `token_not_yet_valid`, `token_issued_in_future`, `token_too_old`
 * @see RFC 7519 §4.1.4 to §4.1.6
 */
export declare function checkTimes({ expiresAt, notBefore, issuedAt }: TokenTimes, now: number, { clockTolerance, maxTokenAge }: TimePolicy): void;
/** The client a token was issued to: Okta's `cid`, RFC 9068's `client_id`, OpenID Connect's `azp`. */
export declare function clientIdOf(claims: Claims): string | undefined;
/**
 * Checks everything but issuer and times.
 *
 * @throws {InvalidTokenError} with the code of the first claim that does not hold
 */
export declare function checkClaims(claims: Claims, configuration: IssuerConfiguration): void;
/** Scopes of a token: `scp` (array or string) before `scope` (string); whole words only (RFC 6749 §3.3). */
export declare function scopesOf({ scp, scope }: Claims): readonly string[];
export {};
//# sourceMappingURL=claims.d.ts.map
/** The claims that every accepted token has; anything else is what the authorization server put in. */
export interface AccessTokenClaims {
    /** Issuer (RFC 7519 §4.1.1). */
    readonly iss: string;
    /** Audience (RFC 7519 §4.1.3). */
    readonly aud: string | readonly string[];
    /** Expiry, seconds since the epoch (RFC 7519 §4.1.4). */
    readonly exp: number;
    readonly iat?: number;
    readonly nbf?: number;
    readonly sub?: string;
    readonly jti?: string;
    readonly [claim: string]: unknown;
}
/** The protected header of an accepted token (RFC 7515 §4). */
export interface AccessTokenHeader {
    readonly alg: string;
    readonly kid?: string;
    readonly typ?: string;
    readonly [parameter: string]: unknown;
}
/**
 * What is known of an access token once it has been verified.
 *
 * Deeply frozen, since it may be shared between requests; it does not hold the token, so that logging or
 * caching it leaks no credential.
 */
export interface VerifiedAccessToken<Claims extends object = AccessTokenClaims> {
    readonly claims: Readonly<Claims>;
    readonly header: Readonly<AccessTokenHeader>;
    /** Granted scopes, from `scp` (array or string) or else `scope` (string). */
    readonly scopes: readonly string[];
    readonly issuer: string;
    /** `sub`, where the token has one. */
    readonly subject: string | undefined;
    /** `cid` (Okta), else `client_id` (RFC 9068 §2.2), else `azp`. */
    readonly clientId: string | undefined;
    /** Seconds since the epoch. */
    readonly expiresAt: number;
}
//# sourceMappingURL=verified-access-token.d.ts.map
/** A token taken apart, none of it verified. */
export interface UnverifiedToken {
    readonly unverifiedHeader: Readonly<Record<string, unknown>> & {
        readonly alg: string;
    };
    readonly unverifiedClaims: Readonly<Record<string, unknown>>;
    /** The three segments as they stood. */
    readonly segments: readonly [protectedHeader: string, payload: string, signature: string];
}
/** Characters of the longest token that is looked at; header lines of servers end at 8 to 16 KB too. */
export declare const LONGEST_TOKEN = 16384;
/**
 * Takes a compact JWS apart, with its size bounded before anything is parsed.
 *
 * @throws {InvalidTokenError} `token_too_large`, `token_malformed`, `token_encrypted`, `unsupported_header_parameter`
 * @see RFC 7515 §5.2
 */
export declare function decodeUnverified(token: string): UnverifiedToken;
//# sourceMappingURL=decode.d.ts.map
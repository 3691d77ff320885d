import type { TokenTimes } from './claims.ts';
import type { IssuerKeys } from './key-set.ts';
import type { VerificationKey } from './verification-key.ts';
import type { VerifiedAccessToken } from './verified-access-token.ts';
/** A verified token with what its further use depends on. */
export interface CachedToken extends TokenTimes {
    readonly verified: VerifiedAccessToken<object>;
    /** The key that signed it; once withdrawn, the token is verified anew and refused. */
    readonly key: VerificationKey;
    readonly keys: IssuerKeys;
}
/** The digest that stands for a token, so that what is kept for long is no credential. */
export declare function digest(token: string): string;
/**
 * Verified tokens, bounded in entries and bytes; refusals are never kept.
 *
 * The newest and those in frequent use are known by their text, the others by a digest (ADR 11).
 */
export declare class TokenCache {
    #private;
    constructor(max: number);
    get size(): number;
    /** Finds a token by its text, or by that of the Authorization header around it. */
    recent(text: string): CachedToken | undefined;
    /** Finds a token; a digest is taken only where one that ends alike is known by its own. */
    get(token: string): CachedToken | undefined;
    set(token: string, { verified, key, keys, expiresAt, notBefore, issuedAt }: CachedToken): void;
    /** Has a token that is known by its text be known by its header too. */
    rememberHeader(header: string, token: string): void;
    delete(token: string): void;
    clear(): void;
}
//# sourceMappingURL=token-cache.d.ts.map
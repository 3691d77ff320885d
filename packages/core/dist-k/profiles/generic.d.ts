import type { UnverifiedToken } from '../decode.ts';
/**
 * For servers that leave their access tokens unmarked: `typ` absent or `JWT`, and no mark of an ID token
 * (`nonce`, `at_hash`, `c_hash`; OpenID Connect Core §2) or of a logout token (`events`; RFC 8417 §2.2).
 */
export declare const generic: {
    matches: (token: UnverifiedToken) => boolean;
    demandsKeyId: boolean;
};
//# sourceMappingURL=generic.d.ts.map
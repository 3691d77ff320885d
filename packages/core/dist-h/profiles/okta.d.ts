import type { UnverifiedToken } from '../decode.ts';
/**
 * Okta's custom authorization servers mark nothing in the header; only access tokens have `cid` and `scp`.
 *
 * `typ` is absent or `JWT`; the org authorization server's `application/okta-internal-at+jwt` is refused.
 */
export declare const okta: {
    matches: (token: UnverifiedToken) => boolean;
    demandsKeyId: boolean;
};
//# sourceMappingURL=okta.d.ts.map
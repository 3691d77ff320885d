/**
 * Okta's custom authorization servers mark nothing in the header; only access tokens have `cid` and `scp`.
 *
 * `typ` is absent or `JWT`; the org authorization server's `application/okta-internal-at+jwt` is refused.
 */
export const okta = {
    matches: ({ unverifiedHeader: { typ }, unverifiedClaims: { cid, scp } }) => (typ === undefined || (typeof typ === 'string' && typ.toUpperCase() === 'JWT')) &&
        typeof cid === 'string' &&
        cid !== '' &&
        (Array.isArray(scp) || typeof scp === 'string'),
    demandsKeyId: true,
};
//# sourceMappingURL=okta.js.map
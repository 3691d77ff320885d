/**
 * For servers that leave their access tokens unmarked: `typ` absent or `JWT`, and no mark of an ID token
 * (`nonce`, `at_hash`, `c_hash`; OpenID Connect Core §2) or of a logout token (`events`; RFC 8417 §2.2).
 */
export const generic = {
    matches: ({ unverifiedHeader: { typ }, unverifiedClaims: claims }) => (typ === undefined || (typeof typ === 'string' && typ.toUpperCase() === 'JWT')) &&
        !['nonce', 'at_hash', 'c_hash', 'events'].some((name) => Object.hasOwn(claims, name)),
    demandsKeyId: false,
};
//# sourceMappingURL=generic.js.map
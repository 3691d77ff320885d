import type { UnverifiedToken } from '../decode.ts';
/** RFC 9068 §2.1 and §4: `typ` is `at+jwt` or `application/at+jwt`; media types are case-insensitive. */
export declare const rfc9068: {
    matches: (token: UnverifiedToken) => boolean;
    demandsKeyId: boolean;
};
//# sourceMappingURL=rfc9068.d.ts.map
/** RFC 9068 §2.1 and §4: `typ` is `at+jwt` or `application/at+jwt`; media types are case-insensitive. */
export const rfc9068 = {
    matches: ({ unverifiedHeader: { typ } }) => typeof typ === 'string' && /^(application\/)?at\+jwt$/i.test(typ),
    demandsKeyId: false,
};
//# sourceMappingURL=rfc9068.js.map
import type { UnverifiedToken } from '../decode.ts';
/** How an access token is told from an ID token or any other JWT of the same issuer (RFC 8725 §3.11, §3.12). */
export interface Profile {
    /** Whether the token bears this profile's marks. */
    readonly matches: (token: UnverifiedToken) => boolean;
    /** Whether the header must name the key. */
    readonly demandsKeyId: boolean;
}
export declare const PROFILE_NAMES: readonly ['okta', 'rfc9068', 'generic'];
export type ProfileName = (typeof PROFILE_NAMES)[number];
/** The first of the accepted profiles that the token matches. */
export declare function profileOf(token: UnverifiedToken, accepted: readonly ProfileName[]): Profile | undefined;
//# sourceMappingURL=profile.d.ts.map
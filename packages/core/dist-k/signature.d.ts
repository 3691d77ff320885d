import type { UnverifiedToken } from './decode.ts';
import type { VerificationKey } from './verification-key.ts';
/**
 * Verifies the signature with the first of the candidate keys that fits: the only place that does so.
 *
 * @returns the key that verified it
 * @throws {InvalidTokenError} `signature_invalid`, or `key_unsuitable` where no candidate can be used
 * @see RFC 7515 §5.2
 */
export declare function verifySignature(token: UnverifiedToken, candidates: readonly VerificationKey[]): Promise<VerificationKey>;
//# sourceMappingURL=signature.d.ts.map
import { type RequestLike } from './authorization-header.ts';
import { type IssuerStatus } from './key-set.ts';
import { type AccessTokenVerifierOptions } from './options.ts';
import { type Requirements } from './requirements.ts';
import type { AccessTokenClaims, VerifiedAccessToken } from './verified-access-token.ts';
/** How the verifier stands; `ready` when every issuer is. */
export interface VerifierStatus {
    readonly ready: boolean;
    readonly issuers: readonly IssuerStatus[];
}
/** Decides whether access tokens are good. */
export interface AccessTokenVerifier<Claims extends object = AccessTokenClaims> {
    /**
     * Verifies a bare token.
     *
     * @throws {ResourceServerError} it is refused, or cannot be judged now
     */
    verify(token: string, requirements?: Requirements): Promise<VerifiedAccessToken<Claims>>;
    /**
     * Takes the token from a request's Authorization header and verifies it.
     *
     * @throws {ResourceServerError} it is missing, refused, or cannot be judged now
     */
    authenticate(request: RequestLike, requirements?: Requirements): Promise<VerifiedAccessToken<Claims>>;
    /**
     * The decision of `authenticate`, in the same tick where that is possible: a token verified before is
     * returned, a refusal that needs no key is thrown; only otherwise there is a promise.
     *
     * @throws {ResourceServerError} it is missing or refused
     */
    decide(request: RequestLike, requirements?: Requirements): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>>;
    /**
     * Fetches metadata and keys ahead of the first request.
     *
     * @throws {AuthorizationServerUnavailableError} not to be had now; tries go on in the background
     */
    ready(): Promise<void>;
    /** How each issuer's keys stand, for a readiness probe. */
    status(): VerifierStatus;
    /** Ends timers and exchanges; every later request gets a 503. */
    close(): void;
}
/**
 * Makes a verifier; nothing is fetched before `ready()` or the first token.
 *
 * @throws {ConfigurationError} an option is missing, wrong or unknown; the message says which and what to do
 */
export declare function createAccessTokenVerifier<Claims extends object = AccessTokenClaims>(options: AccessTokenVerifierOptions): AccessTokenVerifier<Claims>;
//# sourceMappingURL=verifier.d.ts.map
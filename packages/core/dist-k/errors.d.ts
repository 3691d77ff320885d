import { type ConfigurationCode, ERROR_CATALOGUE, type ErrorCode, type InsufficientScopeCode, type InvalidRequestCode, type InvalidTokenCode, type MissingTokenCode, type UnavailableCode } from './error-codes.ts';
export { type ConfigurationCode, ERROR_CATALOGUE, type ErrorCode, type InsufficientScopeCode, type InvalidRequestCode, type InvalidTokenCode, type MissingTokenCode, type UnavailableCode, };
/** What is asked of the client in a challenge beside the error code. */
export interface ChallengeParameters {
    /** The scopes that the resource needs (RFC 6750 §3, `scope`). */
    readonly scope?: readonly string[];
}
/**
 * The base class of every refusal of a request.
 *
 * It has no stack frames: a refusal is an answer, not a fault, and frameworks print stacks to clients.
 *
 * @see RFC 6750 §3
 */
export declare abstract class ResourceServerError extends Error {
    abstract readonly name: string;
    /** Stable, documented, safe to compare against. */
    readonly code: ErrorCode;
    /** The HTTP status to answer with. */
    readonly status: number;
    /** The same as `status`, under the name that Fastify reads. */
    readonly statusCode: number;
    /** RFC 6750 §3.1 error code, absent where the RFC wants a bare challenge or none. */
    readonly error: 'invalid_request' | 'invalid_token' | 'insufficient_scope' | undefined;
    /** The headers to answer with, in lower case. */
    readonly headers: Readonly<Record<string, string>>;
    constructor(kind: string, status: number, error: ResourceServerError['error'], code: ErrorCode, message: string, headers: Readonly<Record<string, string>>, cause?: unknown);
}
/** No credentials: 401 with a bare challenge, no error code (RFC 6750 §3.1, last paragraph). */
export declare class MissingTokenError extends ResourceServerError {
    readonly name: 'MissingTokenError';
    readonly code: MissingTokenCode;
    constructor(code?: MissingTokenCode);
}
/** A request that breaks RFC 6750 §2: 400 `invalid_request`. */
export declare class InvalidRequestError extends ResourceServerError {
    readonly name: 'InvalidRequestError';
    readonly code: InvalidRequestCode;
    constructor(code: InvalidRequestCode);
}
/** A token that is refused: 401 `invalid_token`; `code` tells why. */
export declare class InvalidTokenError extends ResourceServerError {
    readonly name: 'InvalidTokenError';
    readonly code: InvalidTokenCode;
    constructor(code: InvalidTokenCode);
}
/** A valid token that does not reach as far as the resource asks: 403 `insufficient_scope`. */
export declare class InsufficientScopeError extends ResourceServerError {
    readonly name: 'InsufficientScopeError';
    readonly code: InsufficientScopeCode;
    /** The scopes that the resource asks for. */
    readonly requiredScopes: readonly string[];
    constructor(code: InsufficientScopeCode, requiredScopes?: readonly string[]);
}
/**
 * We cannot decide, because keys or metadata are out of reach: 503 with `Retry-After`, never a 401, which
 * would make clients throw good tokens away. `cause` says what happened on the wire.
 */
export declare class AuthorizationServerUnavailableError extends ResourceServerError {
    readonly name: 'AuthorizationServerUnavailableError';
    readonly code: UnavailableCode;
    /** Seconds after which another try makes sense, at least 1. */
    readonly retryAfter: number;
    constructor(code: UnavailableCode, retryAfter: number, cause?: unknown);
}
/** A wrong configuration; thrown at construction, never per request. `message` names the option and the mend. */
export declare class ConfigurationError extends Error {
    readonly name: 'ConfigurationError';
    readonly code: ConfigurationCode;
    /** The option, or the environment variable, that is missing or wrong. */
    readonly option: string;
    constructor(code: ConfigurationCode, option: string, message: string);
}
/** Why a document of the authorization server could not be had. */
export type RemoteDocumentCode = 'network' | 'timeout' | 'too_large' | 'redirect_refused' | 'http_status' | 'content_type' | 'invalid_json' | 'wrong_shape' | 'issuer_mismatch' | 'insecure_url' | 'no_usable_key';
/** What went wrong on the wire; the `cause` of an {@link AuthorizationServerUnavailableError}. */
export declare class RemoteDocumentError extends Error {
    readonly name: 'RemoteDocumentError';
    readonly code: RemoteDocumentCode;
    /** The document's address, without query and credentials. */
    readonly url: string;
    /** The HTTP status, where there was an answer. */
    readonly status: number | undefined;
    /** Seconds the server asked us to wait (`Retry-After`), where it did. */
    readonly retryAfter: number | undefined;
    constructor(code: RemoteDocumentCode, url: string, message: string, details?: {
        readonly cause?: unknown;
        readonly status?: number;
        readonly retryAfter?: number | undefined;
    });
}
//# sourceMappingURL=errors.d.ts.map
/**
 * Every code of failure, with its text. A text is fixed: it may be shown to the client, and so never holds a
 * token, a claim's value or a stack.
 */
/** Codes of `MissingTokenError`: 401 with a bare challenge. */
declare const MISSING_TOKEN: {
    readonly missing_token: 'The request carries no access token';
    readonly unsupported_scheme: 'The Authorization header does not use the Bearer scheme';
};
/** Codes of `InvalidRequestError`: 400 `invalid_request`. */
declare const INVALID_REQUEST: {
    readonly malformed_authorization_header: 'The Authorization header is malformed';
    readonly multiple_authorization_headers: 'The request carries more than one Authorization header';
    readonly multiple_tokens: 'The request carries an access token in more than one place';
    readonly token_in_query: 'Access tokens are not accepted in the query string';
};
/** Codes of `InvalidTokenError`: 401 `invalid_token`. */
declare const INVALID_TOKEN: {
    readonly token_too_large: 'The access token is too large';
    readonly token_malformed: 'The access token is malformed';
    readonly token_encrypted: 'Encrypted access tokens are not supported';
    readonly unsupported_header_parameter: 'The access token has a header parameter that is not supported';
    readonly algorithm_not_allowed: 'The access token is signed with an algorithm that is not allowed';
    readonly key_id_missing: 'The access token does not say which key signed it';
    readonly key_unknown: 'The access token is signed with an unknown key';
    readonly key_unsuitable: 'The access token is signed with a key that is not suitable';
    readonly signature_invalid: 'The signature of the access token is invalid';
    readonly not_an_access_token: 'The token is not an access token';
    readonly sender_constrained: 'The access token is bound to a key and may not be used as a bearer token';
    readonly issuer_missing: 'The access token does not name its issuer';
    readonly issuer_not_allowed: 'The access token was issued by another authorization server';
    readonly audience_missing: 'The access token does not name its audience';
    readonly audience_mismatch: 'The access token was issued for another audience';
    readonly expiry_missing: 'The access token has no expiry';
    readonly token_expired: 'The access token has expired';
    readonly token_not_yet_valid: 'The access token is not yet valid';
    readonly token_issued_in_future: 'The access token was issued in the future';
    readonly token_too_old: 'The access token was issued too long ago';
    readonly claim_malformed: 'A claim of the access token has the wrong form';
    readonly client_not_allowed: 'The access token was issued to a client that is not allowed';
};
/** Codes of `InsufficientScopeError`: 403 `insufficient_scope`. */
declare const INSUFFICIENT_SCOPE: {
    readonly insufficient_scope: 'The access token lacks a scope that is required';
    readonly insufficient_claims: 'The access token lacks a claim that is required';
};
/** Codes of `AuthorizationServerUnavailableError`: 503 with `Retry-After`. */
declare const UNAVAILABLE: {
    readonly metadata_unavailable: "The authorization server's metadata is out of reach";
    readonly keys_unavailable: "The authorization server's keys are out of reach";
    readonly verifier_closed: 'The verifier has been closed';
};
/** Codes of `ConfigurationError`, thrown at construction. */
declare const CONFIGURATION: {
    readonly option_missing: 'A mandatory option is missing';
    readonly option_invalid: 'An option has a value that is not allowed';
    readonly option_unknown: 'An option is not known';
};
export type MissingTokenCode = keyof typeof MISSING_TOKEN;
export type InvalidRequestCode = keyof typeof INVALID_REQUEST;
export type InvalidTokenCode = keyof typeof INVALID_TOKEN;
export type InsufficientScopeCode = keyof typeof INSUFFICIENT_SCOPE;
export type UnavailableCode = keyof typeof UNAVAILABLE;
export type ConfigurationCode = keyof typeof CONFIGURATION;
/** Every code a refusal may carry. */
export type ErrorCode = MissingTokenCode | InvalidRequestCode | InvalidTokenCode | InsufficientScopeCode | UnavailableCode;
/** The description of each code, class by class: the source of the documentation's error table. */
export declare const ERROR_CATALOGUE: {
    readonly MissingTokenError: Readonly<Record<MissingTokenCode, string>>;
    readonly InvalidRequestError: Readonly<Record<InvalidRequestCode, string>>;
    readonly InvalidTokenError: Readonly<Record<InvalidTokenCode, string>>;
    readonly InsufficientScopeError: Readonly<Record<InsufficientScopeCode, string>>;
    readonly AuthorizationServerUnavailableError: Readonly<Record<UnavailableCode, string>>;
    readonly ConfigurationError: Readonly<Record<ConfigurationCode, string>>;
};
export {};
//# sourceMappingURL=error-codes.d.ts.map
/**
 * Every code of failure, with its text. A text is fixed: it may be shown to the client, and so never holds a
 * token, a claim's value or a stack.
 */
/** Codes of `MissingTokenError`: 401 with a bare challenge. */
const MISSING_TOKEN = {
    missing_token: 'The request carries no access token',
    unsupported_scheme: 'The Authorization header does not use the Bearer scheme',
};
/** Codes of `InvalidRequestError`: 400 `invalid_request`. */
const INVALID_REQUEST = {
    malformed_authorization_header: 'The Authorization header is malformed',
    multiple_authorization_headers: 'The request carries more than one Authorization header',
    multiple_tokens: 'The request carries an access token in more than one place',
    token_in_query: 'Access tokens are not accepted in the query string',
};
/** Codes of `InvalidTokenError`: 401 `invalid_token`. */
const INVALID_TOKEN = {
    token_too_large: 'The access token is too large',
    token_malformed: 'The access token is malformed',
    token_encrypted: 'Encrypted access tokens are not supported',
    unsupported_header_parameter: 'The access token has a header parameter that is not supported',
    algorithm_not_allowed: 'The access token is signed with an algorithm that is not allowed',
    key_id_missing: 'The access token does not say which key signed it',
    key_unknown: 'The access token is signed with an unknown key',
    key_unsuitable: 'The access token is signed with a key that is not suitable',
    signature_invalid: 'The signature of the access token is invalid',
    not_an_access_token: 'The token is not an access token',
    sender_constrained: 'The access token is bound to a key and may not be used as a bearer token',
    issuer_missing: 'The access token does not name its issuer',
    issuer_not_allowed: 'The access token was issued by another authorization server',
    audience_missing: 'The access token does not name its audience',
    audience_mismatch: 'The access token was issued for another audience',
    expiry_missing: 'The access token has no expiry',
    token_expired: 'The access token has expired',
    token_not_yet_valid: 'The access token is not yet valid',
    token_issued_in_future: 'The access token was issued in the future',
    token_too_old: 'The access token was issued too long ago',
    claim_malformed: 'A claim of the access token has the wrong form',
    client_not_allowed: 'The access token was issued to a client that is not allowed',
};
/** Codes of `InsufficientScopeError`: 403 `insufficient_scope`. */
const INSUFFICIENT_SCOPE = {
    insufficient_scope: 'The access token lacks a scope that is required',
    insufficient_claims: 'The access token lacks a claim that is required',
};
/** Codes of `AuthorizationServerUnavailableError`: 503 with `Retry-After`. */
const UNAVAILABLE = {
    metadata_unavailable: "The authorization server's metadata is out of reach",
    keys_unavailable: "The authorization server's keys are out of reach",
    verifier_closed: 'The verifier has been closed',
};
/** Codes of `ConfigurationError`, thrown at construction. */
const CONFIGURATION = {
    option_missing: 'A mandatory option is missing',
    option_invalid: 'An option has a value that is not allowed',
    option_unknown: 'An option is not known',
};
/** The description of each code, class by class: the source of the documentation's error table. */
export const ERROR_CATALOGUE = Object.freeze({
    MissingTokenError: Object.freeze(MISSING_TOKEN),
    InvalidRequestError: Object.freeze(INVALID_REQUEST),
    InvalidTokenError: Object.freeze(INVALID_TOKEN),
    InsufficientScopeError: Object.freeze(INSUFFICIENT_SCOPE),
    AuthorizationServerUnavailableError: Object.freeze(UNAVAILABLE),
    ConfigurationError: Object.freeze(CONFIGURATION),
});
//# sourceMappingURL=error-codes.js.map
/**
 * Every error code with its text. Texts are fixed: they are sent to clients, so they never contain a token, a claim
 * value or a stack.
 */

/** Codes of `MissingTokenError`: 401, challenge without an error code. */
const MISSING_TOKEN = {
  missing_token: 'The request has no access token',
  unsupported_scheme: 'The Authorization header does not use a supported scheme',
} as const

/** Codes of `InvalidRequestError`: 400 `invalid_request`. */
const INVALID_REQUEST = {
  malformed_authorization_header: 'The Authorization header is malformed',
  multiple_authorization_headers: 'The request has more than one Authorization header',
  multiple_tokens: 'The request has an access token in more than one place',
  token_in_query: 'Access tokens are not accepted in the query string',
  token_in_body: 'Access tokens are not accepted in the request body',
} as const

/** Codes of `InvalidTokenError`: 401 `invalid_token`. */
const INVALID_TOKEN = {
  token_too_large: 'The access token is too large',
  token_malformed: 'The access token is malformed',
  token_encrypted: 'Encrypted access tokens are not supported',
  unsupported_header_parameter: 'The access token has a header parameter that is not supported',
  algorithm_not_allowed: 'The access token is signed with an algorithm that is not allowed',
  key_id_missing: 'The access token has no key ID (kid)',
  key_unknown: 'The access token is signed with an unknown key',
  key_unsuitable: 'The access token is signed with a key that is not suitable',
  signature_invalid: 'The signature of the access token is invalid',
  not_an_access_token: 'The token is not an access token',
  id_token: 'The token is an ID token, not an access token',
  refresh_token: 'The token is a refresh token, not an access token',
  logout_token: 'The token is a logout token, not an access token',
  security_event_token: 'The token is a security event token, not an access token',
  dpop_proof: 'The token is a DPoP proof, not an access token',
  id_jag: 'The token is an ID-JAG; exchange it for an access token at the authorization server',
  transaction_token: 'The token is a transaction token, not an access token',
  introspection_response: 'The token is an introspection response, not an access token',
  status_list_token: 'The token is a status list token, not an access token',
  revocation_request: 'The token is a global token revocation request, not an access token',
  authorization_request: 'The token is an authorization request, not an access token',
  entity_statement: 'The token is an entity statement, not an access token',
  sender_constrained: 'The access token is sender-constrained and cannot be used as a bearer token',
  token_not_bound: 'The access token is not bound to a key, so the scheme DPoP does not apply',
  issuer_missing: 'The access token has no issuer',
  issuer_not_allowed: 'The access token was issued by another authorization server',
  audience_missing: 'The access token has no audience',
  audience_mismatch: 'The access token was issued for another audience',
  expiry_missing: 'The access token has no expiration time',
  token_expired: 'The access token has expired',
  token_not_yet_valid: 'The access token is not yet valid',
  token_issued_in_future: 'The access token was issued in the future',
  token_too_old: 'The access token was issued too long ago',
  claim_malformed: 'A claim of the access token is malformed',
  token_revoked: 'The access token was revoked',
  lifetime_too_long: 'The access token is valid for longer than its revocation would be kept',
  client_not_allowed: 'The access token was issued to a client that is not allowed',
} as const

/** Codes of `InsufficientScopeError`: 403 `insufficient_scope`. */
const INSUFFICIENT_SCOPE = {
  insufficient_scope: 'The access token lacks a required scope',
  insufficient_claims: 'The access token lacks a required claim',
  caller_not_allowed: 'The access token does not show that the caller is of the required kind',
} as const

/** Codes of `AuthorizationServerUnavailableError`: 503 with `Retry-After`. */
const UNAVAILABLE = {
  metadata_unavailable: 'The authorization server metadata is unavailable',
  keys_unavailable: 'The authorization server keys are unavailable',
  issuer_unavailable: 'The issuer of the access token cannot be checked now',
  store_unavailable: 'It cannot be checked now whether the access token or its proof is still good',
  verifier_closed: 'The verifier has been closed',
} as const

/** Codes of `ConfigurationError`. */
const CONFIGURATION = {
  option_missing: 'A required option is missing',
  option_invalid: 'An option has an invalid value',
  option_unknown: 'An option is unknown',
  middleware_missing: 'A route guard ran without oktaAuth() before it',
} as const

/** Codes of a `MissingTokenError`. */
export type MissingTokenCode = keyof typeof MISSING_TOKEN
/** Codes of an `InvalidRequestError`. */
export type InvalidRequestCode = keyof typeof INVALID_REQUEST
/** Codes of an `InvalidTokenError`. */
export type InvalidTokenCode = keyof typeof INVALID_TOKEN
/** Codes of an `InsufficientScopeError`. */
export type InsufficientScopeCode = keyof typeof INSUFFICIENT_SCOPE
/** Codes of an `AuthorizationServerUnavailableError`. */
export type UnavailableCode = keyof typeof UNAVAILABLE
/** Codes of a `ConfigurationError`. */
export type ConfigurationCode = keyof typeof CONFIGURATION

/** Every code of a `ResourceServerError`. */
export type ErrorCode =
  | MissingTokenCode
  | InvalidRequestCode
  | InvalidTokenCode
  | InsufficientScopeCode
  | UnavailableCode

/** The text of each error code, by error class. The error table in the documentation is tested against it. */
export const ERROR_CATALOGUE: {
  readonly MissingTokenError: Readonly<Record<MissingTokenCode, string>>
  readonly InvalidRequestError: Readonly<Record<InvalidRequestCode, string>>
  readonly InvalidTokenError: Readonly<Record<InvalidTokenCode, string>>
  readonly InsufficientScopeError: Readonly<Record<InsufficientScopeCode, string>>
  readonly AuthorizationServerUnavailableError: Readonly<Record<UnavailableCode, string>>
  readonly ConfigurationError: Readonly<Record<ConfigurationCode, string>>
} = Object.freeze({
  MissingTokenError: Object.freeze(MISSING_TOKEN),
  InvalidRequestError: Object.freeze(INVALID_REQUEST),
  InvalidTokenError: Object.freeze(INVALID_TOKEN),
  InsufficientScopeError: Object.freeze(INSUFFICIENT_SCOPE),
  AuthorizationServerUnavailableError: Object.freeze(UNAVAILABLE),
  ConfigurationError: Object.freeze(CONFIGURATION),
})

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
  status_not_supported: 'The access token refers to a list with its status, which is not supported',
  possession_required: 'The access token is not bound to its client as this request requires',
  certificate_missing: 'The request has no client certificate, to which the access token is bound',
  certificate_mismatch: 'The access token is bound to another client certificate',
  certificate_malformed: 'The client certificate of the request cannot be read',
  token_not_bound: 'The access token is not bound to a key, so the scheme DPoP does not apply',
  dpop_required: 'Only access tokens that are bound to a key by DPoP are accepted',
  proof_key_mismatch: 'The DPoP proof is signed with another key than the access token is bound to',
  token_inactive: 'The access token is not active',
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

/** Codes of `InvalidProofError`: 401 `invalid_dpop_proof`. */
const INVALID_PROOF = {
  proof_missing: 'The request has no DPoP proof',
  multiple_proofs: 'The request has more than one DPoP proof',
  proof_too_large: 'The DPoP proof is too large',
  proof_malformed: 'The DPoP proof is malformed',
  proof_type_invalid: 'The typ of the DPoP proof is not dpop+jwt',
  proof_algorithm_not_allowed: 'The DPoP proof is signed with an algorithm that is not allowed',
  proof_key_private: 'The DPoP proof contains a private or symmetric key',
  proof_key_unsuitable: 'The key of the DPoP proof is not suitable',
  proof_claim_malformed: 'A claim of the DPoP proof is missing or malformed',
  proof_method_mismatch: 'The DPoP proof was made for another method (htm)',
  proof_url_mismatch: 'The DPoP proof was made for another URL (htu)',
  proof_token_mismatch: 'The DPoP proof was made for another access token (ath)',
  proof_too_old: 'The DPoP proof was made too long ago',
  proof_issued_in_future: 'The DPoP proof was made in the future',
  proof_signature_invalid: 'The signature of the DPoP proof is invalid',
  proof_replayed: 'The DPoP proof was used before',
} as const

/** Codes of `ProofNonceError`: 401 `use_dpop_nonce` with a new nonce. */
const PROOF_NONCE = {
  proof_nonce_missing: 'The DPoP proof has no nonce of this server',
  proof_nonce_invalid: 'The nonce of the DPoP proof is not one of this server, or has expired',
} as const

/** Codes of `InsufficientScopeError`: 403 `insufficient_scope`. */
const INSUFFICIENT_SCOPE = {
  insufficient_scope: 'The access token lacks a required scope',
  insufficient_claims: 'The access token lacks a required claim',
  caller_not_allowed: 'The access token does not show that the caller is of the required kind',
  delegation_not_allowed: 'The access token is used by an actor on behalf of its subject',
  actor_not_allowed: 'The access token does not name an actor that is allowed',
  insufficient_authorization_details: 'The access token lacks required authorization details',
  user_required: 'The access token is not that of a user, who could authenticate as required',
} as const

/** Codes of `InsufficientUserAuthenticationError`: 401 `insufficient_user_authentication`. */
const INSUFFICIENT_AUTHENTICATION = {
  insufficient_user_authentication: 'A different authentication level is required',
  authentication_too_old: 'More recent authentication is required',
} as const

/** Codes of `AuthorizationServerUnavailableError`: 503 with `Retry-After`. */
const UNAVAILABLE = {
  metadata_unavailable: 'The authorization server metadata is unavailable',
  keys_unavailable: 'The authorization server keys are unavailable',
  introspection_unavailable: 'The authorization server cannot be asked about the access token now',
  status_unavailable: 'The status list of the access token cannot be fetched now',
  issuer_unavailable: 'The issuer of the access token cannot be checked now',
  replay_store_full: 'The client has sent more DPoP proofs than can be remembered',
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
/** Codes of an `InvalidProofError`. */
export type InvalidProofCode = keyof typeof INVALID_PROOF
/** Codes of a `ProofNonceError`. */
export type ProofNonceCode = keyof typeof PROOF_NONCE
/** Codes of an `InsufficientScopeError`. */
export type InsufficientScopeCode = keyof typeof INSUFFICIENT_SCOPE
/** Codes of an `InsufficientUserAuthenticationError`. */
export type InsufficientUserAuthenticationCode = keyof typeof INSUFFICIENT_AUTHENTICATION
/** Codes of an `AuthorizationServerUnavailableError`. */
export type UnavailableCode = keyof typeof UNAVAILABLE
/** Codes of a `ConfigurationError`. */
export type ConfigurationCode = keyof typeof CONFIGURATION

/** Every code of a `ResourceServerError`. */
export type ErrorCode =
  | MissingTokenCode
  | InvalidRequestCode
  | InvalidTokenCode
  | InvalidProofCode
  | ProofNonceCode
  | InsufficientScopeCode
  | InsufficientUserAuthenticationCode
  | UnavailableCode

/** The text of each error code, by error class. The error table in the documentation is tested against it. */
export const ERROR_CATALOGUE: {
  readonly MissingTokenError: Readonly<Record<MissingTokenCode, string>>
  readonly InvalidRequestError: Readonly<Record<InvalidRequestCode, string>>
  readonly InvalidTokenError: Readonly<Record<InvalidTokenCode, string>>
  readonly InvalidProofError: Readonly<Record<InvalidProofCode, string>>
  readonly ProofNonceError: Readonly<Record<ProofNonceCode, string>>
  readonly InsufficientScopeError: Readonly<Record<InsufficientScopeCode, string>>
  readonly InsufficientUserAuthenticationError: Readonly<Record<InsufficientUserAuthenticationCode, string>>
  readonly AuthorizationServerUnavailableError: Readonly<Record<UnavailableCode, string>>
  readonly ConfigurationError: Readonly<Record<ConfigurationCode, string>>
} = Object.freeze({
  MissingTokenError: Object.freeze(MISSING_TOKEN),
  InvalidRequestError: Object.freeze(INVALID_REQUEST),
  InvalidTokenError: Object.freeze(INVALID_TOKEN),
  InvalidProofError: Object.freeze(INVALID_PROOF),
  ProofNonceError: Object.freeze(PROOF_NONCE),
  InsufficientScopeError: Object.freeze(INSUFFICIENT_SCOPE),
  InsufficientUserAuthenticationError: Object.freeze(INSUFFICIENT_AUTHENTICATION),
  AuthorizationServerUnavailableError: Object.freeze(UNAVAILABLE),
  ConfigurationError: Object.freeze(CONFIGURATION),
})

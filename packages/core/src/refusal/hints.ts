import type { ErrorCode } from './codes.ts'

/**
 * What to do about a refusal, for operators of the API and developers of its clients. Texts are fixed: they contain nothing of
 * a request, a token or the configuration.
 */
export const HINTS: Readonly<Record<ErrorCode, string>> = Object.freeze({
  missing_token: 'Send the access token in the header "Authorization: Bearer <token>".',
  unsupported_scheme: 'Send the access token with the scheme Bearer: "Authorization: Bearer <token>".',
  malformed_authorization_header:
    'The header must be the word Bearer, a space and the token: no quotation marks, no second value, no line break.',
  multiple_authorization_headers: 'Send one Authorization header; a proxy may be adding another.',
  multiple_tokens: 'Send the access token in the Authorization header only.',
  token_in_query: 'Send the access token in the Authorization header: URLs end up in logs.',
  token_in_body: 'Send the access token in the Authorization header, not in a form.',
  token_too_large:
    'Ask the authorization server for fewer claims, such as groups or roles, or raise the option maxTokenSize.',
  token_malformed:
    'This is not a signed JWT. Opaque tokens cannot be verified with keys: set the option introspection. Of Okta, only JWTs are access tokens.',
  token_encrypted: 'Configure the authorization server to issue signed, unencrypted access tokens.',
  unsupported_header_parameter:
    'The header has crit, b64, enc, zip or a nested token. Configure the authorization server to issue plain signed JWTs.',
  algorithm_not_allowed:
    'Compare the alg of the token with the option algorithms. Symmetric algorithms (HS256) and none are never accepted.',
  key_id_missing:
    'Access tokens of Okta always have a kid, so this token comes from elsewhere; or set another profile.',
  key_unknown:
    'The authorization server does not publish this key: the token comes from another environment, or the key was withdrawn.',
  key_unsuitable:
    'The published key has another algorithm than the token, or is too weak: RSA keys need 2,048 bits.',
  signature_invalid: 'The token was changed, or was signed with another key of the same kid.',
  not_an_access_token:
    'The token has no mark of an access token that the option profile accepts. Compare its typ and claims with the profiles.',
  id_token: 'The client sends its ID token. It must send the access token.',
  refresh_token:
    'The client sends its refresh token. It must exchange it for an access token at the authorization server.',
  logout_token: 'A logout token is meant for the client that the user signs out of, not for an API.',
  security_event_token: 'A security event token is not an access token.',
  dpop_proof: 'The client sends its DPoP proof as the access token. The proof belongs in the header DPoP.',
  id_jag: 'The client must exchange the ID-JAG for an access token at the authorization server.',
  transaction_token: 'The client must send an access token.',
  introspection_response:
    'The client must send the access token itself, not the introspection response about it.',
  status_list_token: 'The client must send an access token.',
  revocation_request: 'The client must send an access token.',
  authorization_request:
    'The client must send an access token, not the request object that it sent to the authorization server.',
  entity_statement: 'The client must send an access token.',
  sender_constrained:
    'The token is bound to a key of its client. With cnf.jkt, send it with the scheme DPoP and a proof in the header DPoP; the option dpop must not be disabled. Other kinds of binding, and a token that is verified without a request, are refused.',
  status_not_supported:
    'The token has the claim status, and its status list is not fetched. Set statusListHosts to the hosts of such lists, or configure the authorization server to leave the claim out; fapi2 and revocation require a check.',
  possession_required:
    'Have the client request a token that is bound to its DPoP key or to its client certificate, whichever the API requires.',
  certificate_missing:
    'The client must connect with its certificate. Behind a proxy, set mtls.certificate to the reader for it, and check that the proxy meets the trust rule of the reader.',
  certificate_mismatch:
    'The client must connect with the certificate with which it requested the token. After a renewal it must get a new token.',
  certificate_malformed:
    'The proxy must send one certificate, once, in the form that the reader expects. Compare its configuration with the documentation.',
  token_not_bound:
    'The token has no cnf.jkt. Send it with the scheme Bearer, or have the client request a DPoP-bound token.',
  dpop_required:
    'The option dpop is required, and the token has no cnf.jkt. Have the client request a DPoP-bound token.',
  proof_key_mismatch:
    'The thumbprint of the jwk in the proof must be the cnf.jkt of the token: sign the proof with the key that the token was requested with.',
  proof_missing: 'Send a DPoP proof in the header DPoP beside "Authorization: DPoP <token>".',
  multiple_proofs: 'Send one DPoP header with one proof; a proxy may be adding another.',
  proof_too_large: 'A proof has at most 8,192 characters: leave out of it what RFC 9449 does not ask for.',
  proof_malformed: 'The proof must be a signed JWT in compact serialization (RFC 9449, section 4.2).',
  proof_type_invalid: 'Set the header parameter typ of the proof to dpop+jwt.',
  proof_algorithm_not_allowed:
    'Compare the alg of the proof with the option dpop.algorithms, which the challenge lists in algs.',
  proof_key_private:
    'The client publishes its private key. Put only the public members into jwk, and replace the key.',
  proof_key_unsuitable:
    'The jwk must be a public key that fits alg: RSA of 2,048 to 4,096 bits, or EC or OKP with coordinates of full length.',
  proof_claim_malformed:
    'The proof needs jti, htm, htu and ath as texts and iat as a number; nonce, if present, is a text.',
  proof_method_mismatch:
    'htm must be the method in upper case. If the API passes its own request object to the verifier, pass method, too.',
  proof_url_mismatch:
    'htu must be the URL as the client requested it. Behind a proxy, configure the framework to trust it, or set the option dpop.externalUrl.',
  proof_token_mismatch: 'ath must be the base64url encoded SHA-256 hash of the access token in this request.',
  proof_too_old: 'Make a new proof for each request. If it is new, compare the clocks, or use nonces.',
  proof_issued_in_future: 'Compare the clocks of client and API, or use nonces.',
  proof_signature_invalid: 'Sign the proof with the private key of the jwk in its header.',
  proof_replayed:
    'Make a new proof, with a new jti, for each request. A proxy may be sending requests twice.',
  proof_nonce_missing:
    'Repeat the request with the value of the response header DPoP-Nonce in the claim nonce.',
  proof_nonce_invalid:
    'Repeat the request with the new DPoP-Nonce. If that never ends, the processes of the API do not share dpop.nonce.secrets.',
  token_inactive:
    'The authorization server says that the token is not active: it has expired, was revoked, or was issued by another server. The client must get a new token.',
  issuer_missing:
    'The token has no iss. Configure the authorization server to issue JWT access tokens with an issuer.',
  issuer_not_allowed:
    'Compare the iss of the token with the option issuer: every character counts, a slash at the end and the version of the authorization server included.',
  audience_missing:
    'Have the client request a token for this API, or configure the authorization server to add aud. If it never does, set audience to null and list the clients in clientIds.',
  audience_mismatch:
    'Compare the aud of the token with the option audience. The client may have to request a token for this API.',
  expiry_missing: 'Configure the authorization server to issue access tokens that expire.',
  token_expired: 'The client must get a new token. If the token is new, compare the clocks.',
  token_not_yet_valid:
    'Compare the clocks of the authorization server and the API; clockTolerance allows for a difference.',
  token_issued_in_future:
    'Compare the clocks of the authorization server and the API; clockTolerance allows for a difference.',
  token_too_old: 'The client must get a new token, or raise the option maxTokenAge.',
  claim_malformed:
    'A registered claim has the wrong type, or two claims for the same thing differ, such as scp and scope. Correct it at the authorization server.',
  token_revoked: 'The client must get a new token; after a sign-out, the user must sign in again.',
  lifetime_too_long:
    'Raise retentionDuration of the revocation store to the lifetime of access tokens, or have them issued for a shorter time.',
  client_not_allowed: 'Add the client to the option clientIds, or use a token of another client.',
  insufficient_scope:
    'Have the client request the scope, and check that the authorization server grants it to this client and user.',
  insufficient_claims:
    'Check that the authorization server adds the claim to access tokens, and which value this user has.',
  caller_not_allowed:
    'Use a token of the required kind of caller. Only profiles whose tokens name the kind can meet this requirement.',
  delegation_not_allowed:
    'The token has the claim act: it was issued for someone who acts for its subject. The client must use a token without delegation.',
  actor_not_allowed:
    'Compare the outermost act of the token with the requirement delegation. The subject of an actor counts together with its issuer.',
  insufficient_authorization_details:
    'Compare authorization_details of the token with the requirement: an object with members that it does not name grants nothing.',
  user_required:
    'The route requires that a user has authenticated. A service cannot do that: use a token of a user, or another route.',
  insufficient_user_authentication:
    'The client must send the user to the authorization server again, with the acr_values of the challenge. A refresh token does not help.',
  authentication_too_old:
    'The client must send the user to the authorization server again, with the max_age of the challenge. A refresh token does not help.',
  metadata_unavailable:
    'The authorization server cannot be reached, or the issuer is wrong. See the cause of the error.',
  keys_unavailable: 'The keys of the authorization server cannot be fetched. See the cause of the error.',
  introspection_unavailable:
    'The authorization server did not answer about the token, or its answer cannot be used; or a limit of the option introspection was reached. See the cause of the error.',
  status_unavailable:
    'The status list that the token refers to cannot be fetched, or it is not one of the issuer. See the cause of the error.',
  issuer_unavailable:
    'The function issuer threw an error or took too long, or too many unknown issuers were looked up at once.',
  replay_store_full:
    'The client sends more proofs than the replay store remembers for it. Raise its limits, or use a shared store.',
  store_unavailable:
    'The store of revocations or of used proofs gave no answer. See the cause of the error, or the diagnostics channel store.failed.',
  verifier_closed:
    'The verifier was closed with close(), so the application is shutting down or closed it too early.',
} satisfies Record<ErrorCode, string>)

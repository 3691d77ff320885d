import { ALL_SCOPES, OIDC_SCOPES } from './scopes.ts'

const AUTH_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'none',
]
/** Algorithms of DPoP proofs. */
export const DPOP_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']
const SIGNING_ALGORITHMS = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']

/**
 * Returns OAuth 2.0 authorization server metadata with Okta's members.
 *
 * Like Okta's metadata, it does not list the direct authentication grants. It also lists endpoints that this server does
 * not have, so that the document has the same shape as in production.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414#section-2 RFC 8414, section 2}
 */
export function oauthMetadata(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/v1/authorize`,
    token_endpoint: `${issuer}/v1/token`,
    registration_endpoint: `${new URL(issuer).origin}/oauth2/v1/clients`,
    jwks_uri: `${issuer}/v1/keys`,
    response_types_supported: [
      'code',
      'id_token',
      'code id_token',
      'code token',
      'id_token token',
      'code id_token token',
    ],
    response_modes_supported: ['query', 'fragment', 'form_post', 'okta_post_message'],
    grant_types_supported: [
      'authorization_code',
      'implicit',
      'refresh_token',
      'password',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    subject_types_supported: ['public'],
    scopes_supported: [...ALL_SCOPES],
    token_endpoint_auth_methods_supported: AUTH_METHODS,
    claims_supported: ['ver', 'jti', 'iss', 'aud', 'iat', 'exp', 'cid', 'uid', 'scp', 'sub'],
    code_challenge_methods_supported: ['S256'],
    introspection_endpoint: `${issuer}/v1/introspect`,
    introspection_endpoint_auth_methods_supported: AUTH_METHODS,
    revocation_endpoint: `${issuer}/v1/revoke`,
    revocation_endpoint_auth_methods_supported: AUTH_METHODS,
    end_session_endpoint: `${issuer}/v1/logout`,
    request_parameter_supported: true,
    request_object_signing_alg_values_supported: SIGNING_ALGORITHMS,
    device_authorization_endpoint: `${issuer}/v1/device/authorize`,
    pushed_authorization_request_endpoint: `${issuer}/v1/par`,
    dpop_signing_alg_values_supported: DPOP_ALGORITHMS,
  }
}

/**
 * Returns OpenID Connect metadata: the OAuth metadata with additional members about ID tokens.
 *
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata OpenID Connect Discovery, section 3}
 */
export function openidConfiguration(issuer: string): Record<string, unknown> {
  return {
    ...oauthMetadata(issuer),
    userinfo_endpoint: `${issuer}/v1/userinfo`,
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: [...OIDC_SCOPES],
    claims_supported: [
      'iss',
      'ver',
      'sub',
      'aud',
      'iat',
      'exp',
      'jti',
      'auth_time',
      'amr',
      'idp',
      'nonce',
      'name',
      'email',
      'preferred_username',
      'at_hash',
    ],
  }
}

import { mediaType } from '../keys/media-type.ts'
import type { JwsHeader, JwtClaims, UnverifiedJwt } from '../keys/signature.ts'
import type { InvalidTokenCode } from '../refusal/codes.ts'

/** The error code that says which token was sent in place of an access token. */
type OtherKind = Extract<
  InvalidTokenCode,
  | 'id_token'
  | 'refresh_token'
  | 'logout_token'
  | 'security_event_token'
  | 'dpop_proof'
  | 'id_jag'
  | 'transaction_token'
  | 'introspection_response'
  | 'status_list_token'
  | 'revocation_request'
  | 'authorization_request'
  | 'entity_statement'
>

/** What the header says: an access token, a JWT of any kind, a JWS of any kind, another kind, or nothing that is known. */
type HeaderKind = 'jwt' | 'jws' | 'unknown' | 'access_token' | OtherKind

/** Values of `typ`, in lower case and without `application/`. */
const HEADER_KINDS: ReadonlyMap<string, OtherKind | 'access_token'> = new Map<
  string,
  OtherKind | 'access_token'
>([
  ['at+jwt', 'access_token'], // RFC 9068, section 2.1
  ['logout+jwt', 'logout_token'], // OpenID Connect Back-Channel Logout 1.0, section 2.4
  ['secevent+jwt', 'security_event_token'], // RFC 8417, section 2.3
  ['dpop+jwt', 'dpop_proof'], // RFC 9449, section 4.2
  ['oauth-id-jag+jwt', 'id_jag'], // draft-ietf-oauth-identity-assertion-authz-grant
  ['txntoken+jwt', 'transaction_token'], // draft-ietf-oauth-transaction-tokens
  ['token-introspection+jwt', 'introspection_response'], // RFC 9701, section 5
  ['statuslist+jwt', 'status_list_token'], // draft-ietf-oauth-status-list
  ['global-token-revocation+jwt', 'revocation_request'], // draft-parecki-oauth-global-token-revocation
  ['oauth-authz-req+jwt', 'authorization_request'], // RFC 9101, section 10.8
  ['entity-statement+jwt', 'entity_statement'], // OpenID Federation 1.0, section 3.1
  ['rt+jwt', 'refresh_token'], // WSO2 Identity Server
  ['oi_reft+jwt', 'refresh_token'], // OpenIddict
])

/**
 * The kind of token that the header names (RFC 8725, section 3.11).
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-4.1.9 RFC 7515, section 4.1.9}
 */
export function headerKind({ typ }: JwsHeader): HeaderKind {
  if (typ === undefined || typ === 'JWT') return 'jwt'
  if (typ === 'at+jwt') return 'access_token'
  const name = mediaType(typ)
  if (name === 'jwt') return 'jwt'
  if (name === 'jose') return 'jws'
  return HEADER_KINDS.get(name as string) ?? 'unknown'
}

/** Kinds as the payload names them, in lower case and without `token` and separators. */
const PAYLOAD_KINDS: ReadonlyMap<string, OtherKind | 'access_token'> = new Map<
  string,
  OtherKind | 'access_token'
>([
  ['access', 'access_token'],
  ['bearer', 'access_token'],
  ['dpop', 'access_token'],
  ['id', 'id_token'],
  ['serializedid', 'id_token'],
  ['refresh', 'refresh_token'],
  ['offline', 'refresh_token'],
  ['logout', 'logout_token'],
])

type PayloadKind = OtherKind | 'access_token' | 'unknown'

/** The most common spellings, and what says nothing. */
const COMMON_KINDS: ReadonlyMap<unknown, PayloadKind | undefined> = new Map<unknown, PayloadKind | undefined>(
  [
    [undefined, undefined],
    ['JWT', undefined],
    ['Bearer', 'access_token'],
    ['access', 'access_token'],
    ['access_token', 'access_token'],
  ],
)

/** A kind, or a header type in the payload. */
function kindNamed(value: unknown): PayloadKind | undefined {
  if (COMMON_KINDS.has(value)) return COMMON_KINDS.get(value)
  const name = mediaType(value)
  if (name === undefined) return 'unknown'
  if (name === 'jwt' || name === 'jose') return undefined
  const word = name.replace(/[\s_-]/g, '').replace(/token$/, '')
  return PAYLOAD_KINDS.get(word) ?? HEADER_KINDS.get(name) ?? 'unknown'
}

/** How a token is presented. Refresh tokens of OpenAM have `token_type: Bearer`, too. */
const PRESENTATION = /^(bearer|dpop)$/i

/**
 * The other kind that a token names in claims that can say many things: `purpose` (Curity), `type` (Pocket ID), `tok_type`
 * (Oracle), `drn` (Descope), `token_usage` (OpenIddict up to 2), and other spellings of `token_use`. They never make it an
 * access token. Refresh tokens of UAA list `granted_scopes`.
 */
function otherKindNamed(claims: JwtClaims): OtherKind | undefined {
  const { tok_type, drn, granted_scopes, purpose, type, token_usage, tokenUse, tokenKind, token_kind } =
    claims
  if (tok_type === 'IT') return 'id_token'
  if (tok_type === 'RT' || drn === 'DSR' || Array.isArray(granted_scopes)) return 'refresh_token'
  for (const value of [purpose, type, token_usage, tokenUse, tokenKind, token_kind]) {
    const kind = kindNamed(value)
    if (kind !== undefined && kind !== 'unknown' && kind !== 'access_token') return kind
  }
  return undefined
}

/**
 * The kind of token that the payload names: the first that is not an access token, if there is one.
 *
 * Keycloak and OpenAM name it in `typ`, Amazon Cognito in `token_use`, OpenAM in `tokenName`. Casdoor names it in
 * `tokenType` or `TokenType`, and some servers in `token_type`; these can also have another meaning.
 *
 * @returns `'unknown'` for a token that names a kind that is not known
 */
export function payloadKind(claims: JwtClaims): PayloadKind | undefined {
  const { typ, token_use, tokenName, tokenType, TokenType, token_type } = claims
  const other = otherKindNamed(claims)
  if (other !== undefined) return other
  let found: PayloadKind | undefined
  for (const value of [typ, token_use, tokenName]) {
    const kind = kindNamed(value)
    if (kind === undefined) continue
    if (kind !== 'unknown' && kind !== 'access_token') return kind
    if (found !== 'unknown') found = kind
  }
  for (const value of [tokenType, TokenType, token_type]) {
    const kind = kindNamed(value)
    if (kind === undefined || kind === 'unknown') continue
    if (kind !== 'access_token') return kind
    if (!PRESENTATION.test(value as string)) found ??= kind
  }
  return found
}

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'

function kindByEvents(events: unknown): OtherKind {
  const isLogout = events !== null && Object.hasOwn(events as object, LOGOUT_EVENT)
  return isLogout ? 'logout_token' : 'security_event_token'
}

/**
 * The kind of a token that says that it is not an access token, whatever profiles are accepted.
 *
 * A `typ` of `at+jwt` overrides what the payload names, but not `events`, which access tokens do not have, or a `jti` of Okta's
 * ID tokens and ID-JAGs.
 */
export function otherKind({
  unverifiedHeader,
  unverifiedClaims: claims,
}: Pick<UnverifiedJwt, 'unverifiedHeader' | 'unverifiedClaims'>): OtherKind | undefined {
  const header = headerKind(unverifiedHeader)
  if (header !== 'access_token' && header !== 'jwt' && header !== 'jws') {
    return header === 'unknown' ? undefined : header
  }
  const { events, jti } = claims
  if (events !== undefined) return kindByEvents(events)
  if (typeof jti === 'string') {
    if (jti.startsWith('ID.')) return 'id_token'
    if (jti.startsWith('IDAAG.')) return 'id_jag'
  }
  if (header === 'access_token') return undefined
  if (claims.token_introspection !== undefined) return 'introspection_response'
  if (claims.status_list !== undefined) return 'status_list_token'
  const kind = payloadKind(claims)
  return kind === 'unknown' || kind === 'access_token' ? undefined : kind
}

/**
 * Whether the token has a hash that only ID tokens have (OpenID Connect Core 1.0, section 3.3.2.11; FAPI 1.0, part 2; OpenID
 * Connect Native SSO for Mobile Apps 1.0).
 */
export function hasTokenHash({ at_hash, c_hash, s_hash, ds_hash }: JwtClaims): boolean {
  return at_hash !== undefined || c_hash !== undefined || s_hash !== undefined || ds_hash !== undefined
}

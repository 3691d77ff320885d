import type { Call } from './http.ts'
import { invalidResponse } from './refusal.ts'
import { membersOf, type ParsedResponse } from './response.ts'

/**
 * A successful token response, with its original parameter names.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5.1 RFC 6749, section 5.1}
 */
export interface TokenResponse {
  /** `Bearer`, in the letter case that the server sent. */
  token_type: string
  /** Lifetime of the access token in seconds. */
  expires_in: number
  access_token: string
  /** Scopes, separated by spaces; the requested ones if the server omitted them. */
  scope: string
  /** Present if `openid` was granted. */
  id_token?: string
  /** Present if `offline_access` was granted. */
  refresh_token?: string
  /** Present if `device_sso` was granted. */
  device_secret?: string
}

const OPTIONAL_MEMBERS = ['id_token', 'refresh_token', 'device_secret'] as const

/**
 * Checks the shape of a successful response and returns its known members. The tokens are not verified.
 *
 * @throws {MfaOtpExchangeError} `invalid_response` if the response is malformed.
 */
export function parseTokenResponse(
  call: Call,
  step: 'password' | 'mfa-otp',
  response: ParsedResponse,
): TokenResponse {
  const unverified = membersOf(response.body)
  const { token_type, expires_in, access_token, scope = call.configuration.scope } = unverified
  const invalid = (problem: string) => invalidResponse(step, response.status, problem)

  if (unverified !== response.body) throw invalid('is not a JSON object')
  if (!isToken(access_token)) throw invalid('has no valid access_token')
  if (typeof token_type !== 'string' || token_type.toLowerCase() !== 'bearer') {
    throw invalid('does not have the token_type Bearer')
  }
  if (typeof expires_in !== 'number' || !Number.isFinite(expires_in) || expires_in <= 0) {
    throw invalid('has no positive expires_in')
  }
  if (typeof scope !== 'string') throw invalid('has a scope that is not a string')

  const tokens: TokenResponse = { token_type, expires_in, access_token, scope }
  for (const name of OPTIONAL_MEMBERS) {
    const value = unverified[name]
    if (value === undefined || value === null) continue
    if (!isToken(value)) throw invalid(`has an invalid ${name}`)
    tokens[name] = value
  }
  return tokens
}

/**
 * Whether a value is a token: printable ASCII characters without spaces.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#appendix-A.12 RFC 6749, appendix A.12}
 */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}

import { type Answer, members } from './answer.ts'
import type { Call } from './http.ts'
import { invalidAnswer } from './refusal.ts'

/**
 * The tokens, with the names of the wire.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export interface TokenResponse {
  /** `Bearer`, in whatever case the server sent it. */
  token_type: string
  /** Seconds. */
  expires_in: number
  access_token: string
  /** Separated by spaces; the scope that was asked for, when the server left it out. */
  scope: string
  /** When `openid` was granted. */
  id_token?: string
  /** When `offline_access` was granted. */
  refresh_token?: string
  /** When `device_sso` was granted. */
  device_secret?: string
}

const optional = ['id_token', 'refresh_token', 'device_secret'] as const

/**
 * Checks the shape of a successful answer and takes over the known members only; tokens are not verified.
 *
 * @throws {@link MfaOtpExchangeError} `invalid_answer`
 */
export function parseTokenResponse(call: Call, step: 'password' | 'mfa-otp', answer: Answer): TokenResponse {
  const unverified = members(answer.body)
  const { token_type, expires_in, access_token, scope = call.configuration.scope } = unverified
  const reject = (problem: string) => invalidAnswer(step, answer.status, problem)

  if (unverified !== answer.body) throw reject('is not a JSON object')
  if (!isToken(access_token)) throw reject('has no access_token that is a token')
  if (typeof token_type !== 'string' || token_type.toLowerCase() !== 'bearer') {
    throw reject('has a token_type other than Bearer')
  }
  if (typeof expires_in !== 'number' || !Number.isFinite(expires_in) || expires_in <= 0) {
    throw reject('has no expires_in above 0')
  }
  if (typeof scope !== 'string') throw reject('has a scope that is not a string')

  const response: TokenResponse = { token_type, expires_in, access_token, scope }
  for (const name of optional) {
    const value = unverified[name]
    if (value === undefined || value === null) continue
    if (!isToken(value)) throw reject(`has an ${name} that is not a token`)
    response[name] = value
  }
  return response
}

/** Printable ASCII without spaces. @see https://www.rfc-editor.org/rfc/rfc6749#appendix-A.12 */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}

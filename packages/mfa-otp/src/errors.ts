/** The step of the flow that failed; `password` and `mfa-otp` are the two requests to the token endpoint. */
export type Step = 'configuration' | 'discovery' | 'password' | 'otp' | 'mfa-otp'

/** Codes for invalid options and environment variables. */
export type ConfigurationCode = 'invalid_option' | 'missing_environment' | 'invalid_totp_secret'

/** Codes for requests without a usable response, and for a missing OTP. */
export type ExchangeCode =
  | 'unreachable'
  | 'timeout'
  | 'redirect_refused'
  | 'response_too_large'
  | 'invalid_response'
  | 'issuer_mismatch'
  | 'token_endpoint_refused'
  | 'otp_unavailable'

/** Codes for error responses of the authorization server: one for each situation that a response identifies. */
export type RefusalCode =
  | 'invalid_credentials'
  | 'wrong_otp'
  | 'mfa_token_refused'
  | 'policy_denied'
  | 'no_matching_policy'
  | 'access_denied'
  | 'invalid_client'
  | 'invalid_request'
  | 'invalid_scope'
  | 'grant_not_enabled'
  | 'grant_unknown'
  | 'other_factor_required'
  | 'authorization_server_not_found'
  | 'server_error'
  | 'unexpected_response'

/** Codes for responses with status 429. */
export type RateLimitCode = 'rate_limited' | 'user_rate_limited'

/** Every `code` of this package's errors. */
export type MfaOtpErrorCode = ConfigurationCode | ExchangeCode | RefusalCode | RateLimitCode

interface MfaOtpErrorDetails {
  code: MfaOtpErrorCode
  step: Step
  /** One sentence that says what happened, without a secret. */
  summary: string
  /** How to fix the problem. */
  advice: string
  status?: number | undefined
  error?: string | undefined
  description?: string | undefined
  cause?: unknown
}

/**
 * Base class of this package's errors. Never contains a password, an OTP, a secret or a token.
 *
 * `message` is the summary followed by the advice. `cause` is a copy of the original error that keeps only its name,
 * its code, its causes and messages without secrets.
 */
export class MfaOtpError extends Error {
  override readonly name: string = 'MfaOtpError'
  /** Stable, so it is safe to compare against. */
  readonly code: MfaOtpErrorCode
  /** The step of the flow that failed. */
  readonly step: Step
  /** How to fix the problem. */
  readonly advice: string
  /** HTTP status of the response; `undefined` if there was no response. */
  readonly status: number | undefined
  /** The OAuth `error` or Okta's `errorCode`, if the response contained one. */
  readonly error: string | undefined
  /** The response's `error_description` or `errorSummary`, cut to 300 characters; withheld if it contains a secret. */
  readonly description: string | undefined

  constructor({ code, step, summary, advice, status, error, description, cause }: MfaOtpErrorDetails) {
    super(`${summary} ${advice}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.step = step
    this.advice = advice
    this.status = status
    this.error = error
    this.description = description
  }
}

/** An option, an environment variable or the TOTP secret is missing or invalid. */
export class MfaOtpConfigurationError extends MfaOtpError {
  override readonly name = 'MfaOtpConfigurationError' as const
  declare readonly code: ConfigurationCode
  /** The invalid options or the missing environment variables. */
  readonly names: readonly string[]

  constructor(code: ConfigurationCode, names: readonly string[], summary: string, advice: string) {
    super({ code, step: 'configuration', summary, advice })
    this.names = names
  }
}

/**
 * There was no usable response (unreachable, too slow, too large, a redirect, malformed, or from another issuer), or
 * the `otp` option returned no OTP.
 */
export class MfaOtpExchangeError extends MfaOtpError {
  override readonly name = 'MfaOtpExchangeError' as const
  declare readonly code: ExchangeCode
}

/**
 * The authorization server responded with an error.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5.2 RFC 6749, section 5.2}
 */
export class MfaOtpRefusedError extends MfaOtpError {
  override readonly name = 'MfaOtpRefusedError' as const
  declare readonly code: RefusalCode
}

/**
 * The authorization server responded with 429: `rate_limited` for the whole endpoint, `user_rate_limited` for one user.
 *
 * @see {@link https://developer.okta.com/docs/reference/rate-limits/ Okta rate limits}
 */
export class MfaOtpRateLimitError extends MfaOtpError {
  override readonly name = 'MfaOtpRateLimitError' as const
  declare readonly code: RateLimitCode
  /** Seconds to wait before the next attempt; `undefined` if the response does not say. */
  readonly retryAfter: number | undefined

  constructor(details: MfaOtpErrorDetails, retryAfter: number | undefined) {
    super(details)
    this.retryAfter = retryAfter
  }
}

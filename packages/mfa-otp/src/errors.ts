/** Where in the flow a failure happened; `password` and `mfa-otp` are the two calls to the token endpoint. */
export type Step = 'configuration' | 'discovery' | 'password' | 'otp' | 'mfa-otp'

/** Codes of what the caller set wrongly. */
export type ConfigurationCode = 'invalid_option' | 'missing_environment' | 'invalid_totp_secret'

/** Codes of exchanges that gave no usable answer. */
export type ExchangeCode =
  | 'unreachable'
  | 'timeout'
  | 'redirect_refused'
  | 'answer_too_large'
  | 'invalid_answer'
  | 'issuer_mismatch'
  | 'token_endpoint_refused'
  | 'otp_unavailable'

/** Codes of the authorization server's refusals, one for each situation that the wire tells apart. */
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
  | 'unexpected_answer'

/** Codes of answers with status 429. */
export type RateLimitCode = 'rate_limited' | 'user_rate_limited'

/** Every `code` that this package's errors carry. */
export type MfaOtpErrorCode = ConfigurationCode | ExchangeCode | RefusalCode | RateLimitCode

/** What an `MfaOtpError` is made of. */
interface MfaOtpErrorDetails {
  code: MfaOtpErrorCode
  step: Step
  /** What happened, in one sentence without a secret. */
  summary: string
  /** What to do about it. */
  advice: string
  status?: number | undefined
  error?: string | undefined
  description?: string | undefined
  cause?: unknown
}

/**
 * Any failure of this package; never holds a password, an OTP, a secret or a token.
 *
 * `message` is the summary followed by the advice. `cause` is a copy that was stripped of everything but name,
 * code and a message without secrets.
 */
export class MfaOtpError extends Error {
  /** Stable and made for branching. */
  readonly code: MfaOtpErrorCode
  /** Where in the flow it happened. */
  readonly step: Step
  /** What to do about it. */
  readonly advice: string
  /** HTTP status of the answer; `undefined` when there was none. */
  readonly status: number | undefined
  /** The OAuth `error` or Okta's `errorCode`, when the answer had one. */
  readonly error: string | undefined
  /** The answer's `error_description` or `errorSummary`: for people, at most 300 characters, withheld if it echoes a secret. */
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

  static {
    MfaOtpError.prototype.name = 'MfaOtpError'
  }
}

/** An option, an environment variable or the TOTP secret is missing or wrong; nothing was sent for it. */
export class MfaOtpConfigurationError extends MfaOtpError {
  declare readonly code: ConfigurationCode
  /** The options or environment variables at fault. */
  readonly names: readonly string[]

  constructor(code: ConfigurationCode, names: readonly string[], summary: string, advice: string) {
    super({ code, step: 'configuration', summary, advice })
    this.names = names
  }

  static {
    MfaOtpConfigurationError.prototype.name = 'MfaOtpConfigurationError'
  }
}

/** No usable answer: out of reach, too slow, too large, a redirect, malformed, or from another issuer. */
export class MfaOtpExchangeError extends MfaOtpError {
  declare readonly code: ExchangeCode

  static {
    MfaOtpExchangeError.prototype.name = 'MfaOtpExchangeError'
  }
}

/**
 * The authorization server refused.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export class MfaOtpRefusedError extends MfaOtpError {
  declare readonly code: RefusalCode

  static {
    MfaOtpRefusedError.prototype.name = 'MfaOtpRefusedError'
  }
}

/**
 * The authorization server answered 429, for a whole bucket (`rate_limited`) or for one user (`user_rate_limited`).
 *
 * @see https://developer.okta.com/docs/reference/rate-limits/
 */
export class MfaOtpRateLimitError extends MfaOtpError {
  declare readonly code: RateLimitCode
  /** Seconds until another attempt makes sense; `undefined` when the answer does not say. */
  readonly retryAfter: number | undefined

  constructor(details: MfaOtpErrorDetails, retryAfter: number | undefined) {
    super(details)
    this.retryAfter = retryAfter
  }

  static {
    MfaOtpRateLimitError.prototype.name = 'MfaOtpRateLimitError'
  }
}

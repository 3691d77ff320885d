export { type Credentials, fromEnvironment } from './environment.ts'
export {
  type ConfigurationCode,
  type ExchangeCode,
  MfaOtpConfigurationError,
  MfaOtpError,
  type MfaOtpErrorCode,
  MfaOtpExchangeError,
  MfaOtpRateLimitError,
  MfaOtpRefusedError,
  type RateLimitCode,
  type RefusalCode,
  type Step,
} from './errors.ts'
export { fetchTokens } from './fetch-tokens.ts'
export type { Exchange, FetchTokensOptions } from './options.ts'
export type { TokenResponse } from './token-response.ts'
export { secondsToNextStep, totp } from './totp.ts'

import { setTimeout as sleep } from 'node:timers/promises'
import { MfaOtpConfigurationError } from './errors.ts'

/** A request to the token endpoint and its response, as they were sent. **Contains secrets.** */
export interface Exchange {
  step: 'password' | 'mfa-otp'
  /** `parameters` are the form parameters before encoding. A client secret is sent in a header and is not included. */
  request: { method: 'POST'; url: string; parameters: Record<string, string> }
  /** `body` is the parsed JSON, or the raw text if the body is not JSON. */
  response: { status: number; body: unknown }
}

/** Options of {@link fetchTokens}. */
export interface FetchTokensOptions {
  /** The issuer, exactly as in the server's metadata: for example `https://example.okta.com/oauth2/default`. */
  issuer: string
  clientId: string
  /** For confidential clients only; sent as `client_secret_basic`. */
  clientSecret?: string | undefined
  username: string
  password: string
  /** Scopes, separated by spaces; at least `openid`. */
  scope: string
  /** Authentication levels that the tokens should have, separated by spaces: the `acr_values` of a step-up challenge. */
  acrValues?: string | undefined
  /** Returns the current OTP. Called once for each OTP that is sent, and not at all if one factor is enough. */
  otp: () => string | Promise<string>
  /**
   * Replaces `fetch`, for tests and proxies.
   *
   * @default globalThis.fetch
   */
  fetch?: typeof globalThis.fetch | undefined
  /**
   * Returns the current time in milliseconds since the epoch.
   *
   * @default Date.now
   */
  clock?: (() => number) | undefined
  /** Waits for a number of milliseconds. Default: a timer. */
  wait?: ((milliseconds: number) => Promise<void>) | undefined
  /**
   * Time limit for each request, including the response body, in milliseconds.
   *
   * @default 10_000
   */
  timeout?: number | undefined
  /**
   * Called after each response of the token endpoint, including those to retries.
   *
   * **Receives passwords, OTPs and tokens in plain text**: redact them before you print them. `fetchTokens` rejects with
   * any error that it throws.
   */
  onExchange?: ((exchange: Exchange) => void) | undefined
}

/** The validated options, with all defaults. */
export type Configuration = {
  readonly [Name in keyof FetchTokensOptions]-?: Name extends 'clientSecret' | 'acrValues' | 'onExchange'
    ? FetchTokensOptions[Name]
    : Exclude<FetchTokensOptions[Name], undefined>
}

/**
 * Validates the options and returns them as a frozen object.
 *
 * @throws {MfaOtpConfigurationError} `invalid_option` if an option is missing or invalid.
 */
export function configure(options: FetchTokensOptions): Configuration {
  if (typeof options !== 'object' || options === null) {
    throw invalid('options', 'is not an object', 'Pass an object with issuer, clientId, username and others.')
  }
  for (const name of ['issuer', 'clientId', 'username', 'password', 'scope'] as const) {
    if (!isText(options[name])) throw invalid(name, 'is not a non-empty string', `Set ${name}.`)
  }
  if (options.clientSecret !== undefined && !isText(options.clientSecret)) {
    throw invalid('clientSecret', 'is not a non-empty string', 'Omit it for a public client.')
  }
  if (options.acrValues !== undefined && !isText(options.acrValues)) {
    throw invalid('acrValues', 'is not a non-empty string', 'Omit it for the level of the sign-in policy.')
  }
  if (typeof options.otp !== 'function') {
    throw invalid(
      'otp',
      'is not a function',
      'Pass a function that returns the current OTP: () => totp(secret).',
    )
  }
  for (const name of ['fetch', 'clock', 'wait', 'onExchange'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'function') {
      throw invalid(name, 'is not a function', 'Omit it for the default.')
    }
  }
  const { timeout = 10_000 } = options
  if (typeof timeout !== 'number' || !(timeout > 0 && timeout <= 0x7fffffff)) {
    throw invalid('timeout', 'is not a positive number of milliseconds', 'Omit it for 10 seconds.')
  }
  checkIssuer(options.issuer)
  return Object.freeze({
    issuer: options.issuer,
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    username: options.username,
    password: options.password,
    scope: options.scope,
    acrValues: options.acrValues,
    otp: options.otp,
    fetch: options.fetch ?? globalThis.fetch,
    clock: options.clock ?? Date.now,
    wait: options.wait ?? timer,
    timeout,
    onExchange: options.onExchange,
  })
}

/**
 * Whether credentials may be sent to a URL: it must be https, or http on a loopback host.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8252#section-8.3 RFC 8252, section 8.3}
 */
export function isSecure({ protocol, hostname }: URL): boolean {
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && loopback)
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc8414#section-2 RFC 8414, section 2} */
function checkIssuer(issuer: string): void {
  const advice = 'Use a URL such as https://example.okta.com/oauth2/default.'
  if (/[{}]/.test(issuer))
    throw invalid('issuer', 'contains a placeholder in braces', `Replace it. ${advice}`)
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  if (!url) throw invalid('issuer', 'is not a URL', advice)
  if (!isSecure(url)) throw invalid('issuer', 'is neither an https URL nor on a loopback host', advice)
  if (url.username || url.password || /[?#]/.test(issuer)) {
    throw invalid('issuer', 'contains a user, a password, a query or a fragment', advice)
  }
  if (/-admin\.(okta|oktapreview|okta-emea)\.com$/.test(url.hostname)) {
    throw invalid('issuer', 'is a URL of the Admin Console', `Remove "-admin". ${advice}`)
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function invalid(name: string, problem: string, advice: string): MfaOtpConfigurationError {
  return new MfaOtpConfigurationError('invalid_option', [name], `The option ${name} ${problem}.`, advice)
}

/** Adds 5 ms, because a Node.js timer may fire a millisecond early: at a TOTP boundary that would return the old OTP. */
async function timer(milliseconds: number): Promise<void> {
  await sleep(Math.ceil(milliseconds) + 5)
}

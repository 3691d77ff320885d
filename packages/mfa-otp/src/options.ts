import { setTimeout as sleep } from 'node:timers/promises'
import { MfaOtpConfigurationError } from './errors.ts'

/** One exchange with the token endpoint, as it went over the wire: **it carries secrets**. */
export interface Exchange {
  step: 'password' | 'mfa-otp'
  /** `parameters` are the values of the form before encoding; a client secret is not among them but in a header. */
  request: { method: 'POST'; url: string; parameters: Record<string, string> }
  /** `body` is the parsed JSON, or the text when it is not JSON. */
  response: { status: number; body: unknown }
}

/** Options of {@link fetchTokens}. */
export interface FetchTokensOptions {
  /** Exactly the `issuer` of the server's metadata, such as `https://example.okta.com/oauth2/default`. */
  issuer: string
  clientId: string
  /** Confidential clients only; sent as `client_secret_basic`. */
  clientSecret?: string | undefined
  username: string
  password: string
  /** Separated by spaces; at least `openid`. */
  scope: string
  /** Gives the current OTP; called once for each OTP that is sent, and not at all when one factor is enough. */
  otp: () => string | Promise<string>
  /** Made for tests and proxies; `globalThis.fetch`, unless given. */
  fetch?: typeof globalThis.fetch | undefined
  /** Milliseconds since the epoch; `Date.now`, unless given. */
  clock?: (() => number) | undefined
  /** Waits for a number of milliseconds; a timer, unless given. */
  wait?: ((milliseconds: number) => Promise<void>) | undefined
  /** Milliseconds for each request, body included; 10 000, unless given. */
  timeout?: number | undefined
  /**
   * Sees each exchange with the token endpoint after its answer, retries included.
   * **It sees passwords, OTPs and tokens as they are**: shorten them before you print them. What it throws is thrown.
   */
  onExchange?: ((exchange: Exchange) => void) | undefined
}

/** Validated options: every default is filled in. */
export type Configuration = {
  readonly [Name in keyof FetchTokensOptions]-?: Name extends 'clientSecret' | 'onExchange'
    ? FetchTokensOptions[Name]
    : Exclude<FetchTokensOptions[Name], undefined>
}

/**
 * Validates the options once, into a frozen object.
 *
 * @throws {@link MfaOtpConfigurationError} `invalid_option`
 */
export function configure(options: FetchTokensOptions): Configuration {
  for (const name of ['issuer', 'clientId', 'username', 'password', 'scope'] as const) {
    if (!isText(options[name])) throw invalid(name, 'is not a non-empty string', `Set ${name}.`)
  }
  if (options.clientSecret !== undefined && !isText(options.clientSecret)) {
    throw invalid('clientSecret', 'is not a non-empty string', 'Leave it out for a public client.')
  }
  if (typeof options.otp !== 'function') {
    throw invalid(
      'otp',
      'is not a function',
      'Pass a function that gives the current OTP: () => totp(secret).',
    )
  }
  const { timeout = 10_000 } = options
  if (!(timeout > 0 && timeout <= 0x7fffffff)) {
    throw invalid('timeout', 'is not a number of milliseconds above 0', 'Leave it out for 10 seconds.')
  }
  checkIssuer(options.issuer)
  return Object.freeze({
    issuer: options.issuer,
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    username: options.username,
    password: options.password,
    scope: options.scope,
    otp: options.otp,
    fetch: options.fetch ?? globalThis.fetch,
    clock: options.clock ?? Date.now,
    wait: options.wait ?? timer,
    timeout,
    onExchange: options.onExchange,
  })
}

/**
 * Tells whether credentials may be sent there: https, or a loopback host.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-8.3
 */
export function isSecure({ protocol, hostname }: URL): boolean {
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && loopback)
}

/** @see https://www.rfc-editor.org/rfc/rfc8414#section-2 */
function checkIssuer(issuer: string): void {
  const advice = 'Use an address such as https://example.okta.com/oauth2/default.'
  if (/[{}]/.test(issuer)) throw invalid('issuer', 'holds a placeholder in braces', `Fill it in. ${advice}`)
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  if (!url) throw invalid('issuer', 'is not a URL', advice)
  if (!isSecure(url)) throw invalid('issuer', 'is neither https nor a loopback host', advice)
  if (url.username || url.password || /[?#]/.test(issuer)) {
    throw invalid('issuer', 'has a user, a query or a fragment', advice)
  }
  if (/-admin\.(okta|oktapreview|okta-emea)\.com$/.test(url.hostname)) {
    throw invalid('issuer', 'is the admin console', `Leave out "-admin". ${advice}`)
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function invalid(name: string, problem: string, advice: string): MfaOtpConfigurationError {
  return new MfaOtpConfigurationError('invalid_option', [name], `The option ${name} ${problem}.`, advice)
}

/** A Node.js timer may fire a millisecond early, which at a TOTP boundary gives the old OTP. */
async function timer(milliseconds: number): Promise<void> {
  await sleep(Math.ceil(milliseconds) + 5)
}

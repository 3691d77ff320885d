import { Secret, TOTP } from 'otpauth'
import { MfaOtpConfigurationError } from './errors.ts'

/** Seconds. */
const PERIOD = 30

/**
 * Generates a TOTP like Google Authenticator and Okta Verify: six digits, SHA-1, 30-second time steps.
 *
 * @param secret - Base32 in upper or lower case. Spaces, hyphens and padding are ignored.
 * @param at - Milliseconds since the epoch. Default: `Date.now()`.
 * @returns Six digits.
 * @throws {MfaOtpConfigurationError} `invalid_totp_secret` if the secret is not base32; the error does not contain it.
 * @throws {MfaOtpConfigurationError} `invalid_option` if `at` is not a time.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6238 RFC 6238}
 * @example
 * ```ts
 * totp('JBSW Y3DP EHPK 3PXP') // for example '492039'
 * ```
 */
export function totp(secret: string, at: number = Date.now()): string {
  return TOTP.generate({
    secret: parseSecret(secret),
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD,
    timestamp: requireTime(at),
  })
}

/**
 * Returns how long the current TOTP remains the current one.
 *
 * @param at - Milliseconds since the epoch. Default: `Date.now()`.
 * @returns Seconds with a fraction, greater than 0 and at most 30.
 * @throws {MfaOtpConfigurationError} `invalid_option` if `at` is not a time.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6238#section-4 RFC 6238, section 4}
 * @example
 * ```ts
 * import { setTimeout } from 'node:timers/promises'
 *
 * await setTimeout(secondsToNextStep() * 1000)
 * ```
 */
export function secondsToNextStep(at: number = Date.now()): number {
  return TOTP.remaining({ period: PERIOD, timestamp: requireTime(at) }) / 1000
}

/** Checks the secret before otpauth reads it, because otpauth's error message contains a character of the secret. */
function parseSecret(secret: string): Secret {
  const text = typeof secret === 'string' ? secret.replace(/[\s-]/g, '').toUpperCase() : ''
  const base32 = /^([A-Z2-7]+)=*$/.exec(text)?.[1]
  if (base32 === undefined || [1, 3, 6].includes(base32.length % 8)) {
    throw new MfaOtpConfigurationError(
      'invalid_totp_secret',
      ['OKTA_TOTP_SECRET'],
      'The TOTP secret is not base32.',
      'Use the key that the authenticator setup shows under "Can\'t scan?", or the secret parameter of the otpauth:// URL in its QR code.',
    )
  }
  return Secret.fromBase32(base32)
}

function requireTime(at: number): number {
  if (Number.isFinite(at) && at >= 0) return at
  throw new MfaOtpConfigurationError(
    'invalid_option',
    ['at'],
    'The time is not a number of milliseconds since the epoch.',
    'Pass the result of Date.now(), or omit the argument.',
  )
}

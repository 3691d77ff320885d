import { Secret, TOTP } from 'otpauth'
import { MfaOtpConfigurationError } from './errors.ts'

const PERIOD = 30

/**
 * Computes the six-digit TOTP (SHA-1, 30 s) of a base32 secret, as Google Authenticator and Okta Verify do.
 *
 * @param secret base32 in either case; spaces, hyphens and padding are ignored.
 * @param at milliseconds since the epoch; now, unless given.
 * @throws {@link MfaOtpConfigurationError} `invalid_totp_secret`, which does not show the secret.
 * @see https://www.rfc-editor.org/rfc/rfc6238
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
 * Tells how long the current TOTP stays the current one: seconds, with fraction, above 0 and at most 30.
 *
 * @param at milliseconds since the epoch; now, unless given.
 * @see https://www.rfc-editor.org/rfc/rfc6238#section-4
 */
export function secondsToNextStep(at: number = Date.now()): number {
  return TOTP.remaining({ period: PERIOD, timestamp: requireTime(at) }) / 1000
}

/** otpauth's own error shows a character of the secret, so what it would refuse never reaches it. */
function parseSecret(secret: string): Secret {
  const text = typeof secret === 'string' ? secret.replace(/[\s-]/g, '').toUpperCase() : ''
  const base32 = /^([A-Z2-7]+)=*$/.exec(text)?.[1]
  if (base32 === undefined || [1, 3, 6].includes(base32.length % 8)) {
    throw new MfaOtpConfigurationError(
      'invalid_totp_secret',
      ['OKTA_TOTP_SECRET'],
      'The TOTP secret is not base32.',
      'Use the text that the authenticator set-up shows under "Can\'t scan?", or what follows secret= in the otpauth:// address of its QR code.',
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
    'Pass the result of Date.now(), or nothing.',
  )
}

import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { MfaOtpConfigurationError, secondsToNextStep, totp } from '../src/index.ts'

/** The ASCII secret of RFC 6238, appendix B, in base32. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('totp', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('returns the last six digits of the RFC 6238 test vector at %i s', (seconds, otp) => {
    expect(totp(SECRET, seconds * 1000)).toBe(otp)
  })

  it('accepts a secret with lower case, spaces, hyphens and padding', () => {
    expect(totp('gezd gnbv-gy3t qojq gezd gnbv gy3t qojq====', 59_000)).toBe('287082')
  })

  it('uses the current time by default', () => {
    expect(totp(SECRET)).toMatch(/^\d{6}$/)
  })

  it.each([
    '',
    '====',
    'JBSWY3DP1',
    'JBSWY3DPé',
    'JBSWY3DPA',
    'JBSWY3DP=A',
    '=JBSWY3DP',
    undefined as unknown as string,
  ])('throws a typed error that does not contain the secret if the secret is %j', (bad) => {
    const call = () => totp(bad)
    expect(call).toThrow(MfaOtpConfigurationError)
    expect(call).toThrow('not base32')
    try {
      call()
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid_totp_secret', step: 'configuration' })
      expect((error as Error).cause).toBeUndefined()
      expect(inspect(error)).not.toContain('JBSWY3DP')
    }
  })

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('rejects the time %d', (at) => {
    expect(() => totp(SECRET, at)).toThrow(MfaOtpConfigurationError)
    expect(() => secondsToNextStep(at)).toThrow(MfaOtpConfigurationError)
  })
})

describe('secondsToNextStep', () => {
  it.each([
    [0, 30],
    [1, 29.999],
    [29_999, 0.001],
    [30_000, 30],
    [1_800_000_012_000, 18],
  ])('returns, at %i ms, %d', (at, seconds) => {
    expect(secondsToNextStep(at)).toBe(seconds)
  })

  it('uses the current time by default', () => {
    expect(secondsToNextStep()).toBeGreaterThan(0)
    expect(secondsToNextStep()).toBeLessThanOrEqual(30)
  })
})

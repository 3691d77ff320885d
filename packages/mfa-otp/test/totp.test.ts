import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { MfaOtpConfigurationError, secondsToNextStep, totp } from '../src/index.ts'

/** base32 of the ASCII secret in RFC 6238, appendix B. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('totp', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('gives the last six digits of the RFC 6238 test vector at %i s', (seconds, otp) => {
    expect(totp(secret, seconds * 1000)).toBe(otp)
  })

  it('takes the secret as people copy it: lower case, spaces, hyphens, padding', () => {
    expect(totp('gezd gnbv-gy3t qojq gezd gnbv gy3t qojq====', 59_000)).toBe('287082')
  })

  it('takes the present time unless told', () => {
    expect(totp(secret)).toMatch(/^\d{6}$/)
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
  ])('throws a typed error that does not show it when the secret is %j', (bad) => {
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

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('refuses the time %d', (at) => {
    expect(() => totp(secret, at)).toThrow(MfaOtpConfigurationError)
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
  ])('at %i ms is %d', (at, seconds) => {
    expect(secondsToNextStep(at)).toBe(seconds)
  })

  it('takes the present time unless told', () => {
    expect(secondsToNextStep()).toBeGreaterThan(0)
    expect(secondsToNextStep()).toBeLessThanOrEqual(30)
  })
})

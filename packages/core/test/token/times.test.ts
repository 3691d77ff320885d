import { NOW, outcomeOf, signingKey, signSegments, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { compareTimes, readTimes, validityOf } from '../../src/token/times.ts'
import { makeVerifier } from '../support/verifiers.ts'

interface Limits {
  readonly clockTolerance?: number
  readonly maxTokenAge?: number
}

const limitsWith = (limits: Limits) => ({ clockTolerance: 5, maxTokenAge: undefined, ...limits })

function codeAt(
  now: number,
  claims: Readonly<Record<string, unknown>>,
  limits: Limits = {},
): Promise<string> {
  return outcomeOf(() => compareTimes(readTimes(claims), now, limitsWith(limits)))
}

describe('exp', () => {
  it.each([
    [0, 999, 'accepted'],
    [0, 999.999, 'accepted'],
    [0, 1_000, 'token_expired'],
    [5, 1_004.999, 'accepted'],
    [5, 1_005, 'token_expired'],
    [300, 1_299, 'accepted'],
    [300, 1_300, 'token_expired'],
    [0, Number.NaN, 'token_expired'],
  ])('of 1000 is, with a tolerance of %i s and at %d, %s', async (clockTolerance, now, code) => {
    expect(await codeAt(now, { exp: 1_000 }, { clockTolerance })).toBe(code)
  })

  it('is required', async () => {
    expect(await codeAt(0, {})).toBe('expiry_missing')
    expect(await codeAt(0, { exp: undefined })).toBe('expiry_missing')
  })
})

describe('nbf', () => {
  it.each([
    [0, 1_000, 'accepted'],
    [0, 999.999, 'token_not_yet_valid'],
    [5, 995, 'accepted'],
    [5, 994.999, 'token_not_yet_valid'],
  ])('of 1000 is, with a tolerance of %i s and at %d, %s', async (clockTolerance, now, code) => {
    expect(await codeAt(now, { exp: 9_999, nbf: 1_000 }, { clockTolerance })).toBe(code)
  })
})

describe('iat', () => {
  it.each([
    [0, 1_000, 'accepted'],
    [0, 999.999, 'token_issued_in_future'],
    [5, 995, 'accepted'],
    [5, 994.999, 'token_issued_in_future'],
  ])('of 1000 is, with a tolerance of %i s and at %d, %s', async (clockTolerance, now, code) => {
    expect(await codeAt(now, { exp: 9_999, iat: 1_000 }, { clockTolerance })).toBe(code)
  })

  it.each([
    [0, 60, 1_060, 'accepted'],
    [0, 60, 1_060.001, 'token_too_old'],
    [5, 60, 1_065, 'accepted'],
    [5, 60, 1_065.001, 'token_too_old'],
    [5, 0, 1_005, 'accepted'],
    [5, 0, 1_006, 'token_too_old'],
  ])(
    'of 1000 is, with a tolerance of %i s, a maximum age of %i s and at %d, %s',
    async (clockTolerance, maxTokenAge, now, code) => {
      expect(await codeAt(now, { exp: 9_999, iat: 1_000 }, { clockTolerance, maxTokenAge })).toBe(code)
    },
  )

  it('is required only with a maximum age', async () => {
    expect(await codeAt(0, { exp: 1 })).toBe('accepted')
    expect(await codeAt(0, { exp: 1 }, { maxTokenAge: 1_000 })).toBe('token_too_old')
  })
})

describe('a time that is not a NumericDate', () => {
  const forms = [
    '"1900003540"',
    '"2030-01-01T00:00:00Z"',
    'null',
    'true',
    '[]',
    '[1900003540]',
    '{}',
    '-1',
    '-1e9',
    '1e400',
    '-1e400',
    '""',
  ]

  it.each(['exp', 'nbf', 'iat'].flatMap((name) => forms.map((form) => [name, form] as const)))(
    'is refused: %s of %s',
    async (name, form) => {
      const key = signingKey()
      const [, payload = ''] = signToken({ claims: { [name]: 'replaced' } }).split('.')
      const json = Buffer.from(payload, 'base64url').toString().replace('"replaced"', form)
      const token = signSegments(JSON.stringify({ alg: 'ES256', kid: key.kid }), json, key)
      expect(await outcomeOf(makeVerifier().verify(token))).toBe('claim_malformed')
    },
  )

  it.each([0, -0, 0.5, 1e-300])('does not include zero and fractions: %d', async (time) => {
    expect(await codeAt(NOW, { exp: NOW + 1, iat: time, nbf: time })).toBe('accepted')
  })
})

describe('the start of validity', () => {
  it.each<[Record<string, unknown>, Limits, number]>([
    [{ nbf: 900, iat: 800 }, { clockTolerance: 0 }, 900],
    [{ nbf: 800, iat: 900 }, { clockTolerance: 5 }, 895],
    [{ iat: 900.5 }, { clockTolerance: 5 }, 896],
  ])(
    'of %o with %o is the first whole second at which the token is accepted',
    async (claims, limits, start) => {
      const times = { exp: 1_000, ...claims }
      expect(validityOf(readTimes(times), limitsWith(limits)).validFrom).toBe(start)
      expect(await codeAt(start, times, limits)).toBe('accepted')
      expect(await codeAt(start - 1, times, limits)).toMatch(/^token_(not_yet_valid|issued_in_future)$/)
    },
  )
})

describe('the end of validity', () => {
  it.each<[Record<string, unknown>, Limits, number]>([
    [{ exp: 1_000 }, { clockTolerance: 0 }, 1_000],
    [{ exp: 1_000 }, { clockTolerance: 5 }, 1_005],
    [{ exp: 1_000, iat: 900 }, { clockTolerance: 5, maxTokenAge: 60 }, 965],
    [{ exp: 1_000, iat: 990 }, { clockTolerance: 5, maxTokenAge: 60 }, 1_005],
  ])('of %o with %o is the time at which the token is refused', async (claims, limits, end) => {
    expect(validityOf(readTimes(claims), limitsWith(limits)).validUntil).toBe(end)
    expect(validityOf(readTimes({ ...claims, exp: 2 ** 40 }), limitsWith({})).validUntil).toBe(2 ** 31 - 1)
    expect(await codeAt(end - 1, claims, limits)).toBe('accepted')
    expect(await codeAt(end + 1, claims, limits)).toMatch(/^token_(expired|too_old)$/)
  })
})

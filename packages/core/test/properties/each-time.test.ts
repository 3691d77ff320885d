import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failedCheck } from '../../src/token/check.ts'
import { EACH_TIME } from '../../src/token/checks.ts'
import { checkEachTime, runChecks } from '../../src/token/run-checks.ts'
import { validityOf } from '../../src/token/times.ts'
import type { VerifiedToken } from '../../src/token/verification.ts'

// The usual case is decided without the list EACH_TIME. Here, both decide about tokens of every kind.

/** Validity is kept in 31 bits. */
const LAST = 2 ** 31 - 1

const time = fc.oneof(
  fc.integer({ min: 0, max: 12 }),
  fc.double({ min: 0, max: 12, noNaN: true }),
  fc.constant(Number.NEGATIVE_INFINITY),
  fc.constantFrom(LAST - 1, LAST - 0.5, LAST, LAST + 1, 2 * LAST + 3, 2 ** 53, Number.MAX_VALUE),
)
const answer = fc.option(
  fc.boolean().map((isFresh) => ({ code: 'introspection_unavailable', isFresh: () => isFresh })),
  { nil: undefined },
)
const issuer = fc.record({
  usable: fc.boolean(),
  inUse: fc.boolean(),
  nothingIsDue: fc.boolean(),
  configuration: fc.record({
    clockTolerance: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 3, noNaN: true })),
    maxTokenAge: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
  }),
})
const token = fc
  .record({
    issuer: issuer.map((each) => ({
      ...each,
      isUnchanged: () => each.nothingIsDue && each.usable && each.inUse,
      unavailable: () => new Error('unavailable'),
    })),
    key: fc.option(fc.record({ published: fc.boolean() }), { nil: undefined }),
    answer,
    expiresAt: time,
    notBefore: time,
    issuedAt: time,
  })
  .map((each) => ({ ...each, ...validityOf(each, each.issuer.configuration) }) as unknown as VerifiedToken)
const wall = fc.oneof(
  fc.integer({ min: 0, max: 15_000 }),
  fc.integer({ min: 0, max: 15 }).map((seconds) => seconds * 1_000),
  fc
    .constantFrom(LAST - 1, LAST - 0.5, LAST, LAST + 1, 2 * LAST + 4, 2 ** 53)
    .map((seconds) => seconds * 1_000),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
)

/** The name of the check that fails, and of its error. */
function outcomeOf(check: () => unknown): string {
  try {
    check()
    return 'passed'
  } catch (error) {
    return `${failedCheck(error as Error)}: ${(error as { code?: string }).code}`
  }
}

// Only for those who subscribe is it noted which check has failed.
const CHANNEL = 'okta-resource-server:token.refused'
const ignore = (): void => {}
beforeAll(() => subscribe(CHANNEL, ignore))
afterAll(() => {
  unsubscribe(CHANNEL, ignore)
})

describe('what is checked each time', () => {
  it('is what the list EACH_TIME says', () => {
    const outcomes = new Set<string>()
    fc.assert(
      fc.property(token, wall, (verified, now) => {
        const outcome = outcomeOf(() => checkEachTime(verified, now))
        outcomes.add(outcome)
        expect(outcome).toBe(outcomeOf(() => runChecks(EACH_TIME, verified, now)))
      }),
      { numRuns: 5_000, seed: 20261126 },
    )
    expect(outcomes.size).toBeGreaterThanOrEqual(7)
  })

  it.each([
    // The first moment at which it is refused, or the last one at which it is accepted.
    [{ expiresAt: 10, notBefore: 0, issuedAt: 0 }, 10_000, 'times: token_expired'],
    [{ expiresAt: 20, notBefore: 5, issuedAt: 0 }, 5_000, 'passed'],
    [{ expiresAt: 20, notBefore: 0, issuedAt: 2 }, 10_000, 'passed'],
    [{ expiresAt: 20, notBefore: 0, issuedAt: 2 }, 10_001, 'times: token_too_old'],
    [{ expiresAt: 10.5, notBefore: 0, issuedAt: 0 }, 10_499, 'passed'],
    [{ expiresAt: 10.5, notBefore: 0, issuedAt: 0 }, 10_500, 'times: token_expired'],
    [{ expiresAt: 10, notBefore: 4.5, issuedAt: 0 }, 4_499, 'times: token_not_yet_valid'],
    [{ expiresAt: 10, notBefore: 4.5, issuedAt: 0 }, 4_500, 'passed'],
    // After 2038.
    [{ expiresAt: 2 ** 31 + 9, notBefore: 0, issuedAt: 0 }, 2 ** 31 * 1_000, 'passed'],
    [{ expiresAt: 2 ** 31 + 9, notBefore: 0, issuedAt: 0 }, (2 ** 31 + 9) * 1_000, 'times: token_expired'],
    [{ expiresAt: 2 ** 40, notBefore: 2 ** 33, issuedAt: 0 }, 2 ** 32 * 1_000, 'times: token_not_yet_valid'],
  ])('is exact to the millisecond: %o at %d', (times, now, outcome) => {
    const configuration = { clockTolerance: 0, maxTokenAge: times.expiresAt === 20 ? 8 : undefined }
    const verified = {
      ...times,
      ...validityOf(times, configuration),
      issuer: { inUse: true, isUnchanged: () => true, configuration },
    } as unknown as VerifiedToken
    expect(outcomeOf(() => checkEachTime(verified, now))).toBe(outcome)
  })
})

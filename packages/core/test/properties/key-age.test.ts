import { NOW, outcomeOf, signingKey, signToken } from '@okta-resource-server/testing'
import { recordWarnings } from '@okta-resource-server/testing/vitest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWarmSetting, down, publishes } from '../support/issuer.ts'
import { pass, stepWallClock, stopTime } from '../support/time.ts'
import { cache } from '../support/verifiers.ts'

// A hit looks at one period of the wall clock instead of the age of the keys. Here, clocks go on, jump and are set back.

const KEY = signingKey('ES256', 'a')
const AGES = { cacheMaxAge: 30_000, staleIfError: 60_000 }
const OLDEST = AGES.cacheMaxAge + AGES.staleIfError
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const TOKEN = signToken({ key: KEY, claims: { iat: NOW - 86_400, exp: NOW + 86_400 } })

const milliseconds = fc.oneof(
  fc.integer({ min: 0, max: 20_000 }),
  fc.constantFrom(1, 29_999, 30_000, 59_999, 60_000, 89_999, HOUR),
)
/** A jump by five milliseconds or less is taken for a difference of rounding. */
const SHORTEST_JUMP = 6
const move = fc
  .record({ kind: fc.constantFrom('goes on', 'jumps', 'is set back'), by: milliseconds })
  .map(({ kind, by }) => ({ kind, by: kind === 'jumps' ? Math.max(by, SHORTEST_JUMP) : by }))

describe.each([
  ['with timers', true],
  ['without timers', false],
])('keys that cannot be refreshed, %s', (_title, timers) => {
  it('are used for as long as they may be: to the millisecond, or at most a minute longer if the clock was set back', async () => {
    recordWarnings()
    const outcomes = { accepted: 0, keys_unavailable: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 12 }), async (moves) => {
        stopTime({ timers })
        const { server, verifier } = await createWarmSetting(publishes(KEY), AGES)
        await cache(verifier, TOKEN)
        server.answer = down
        let age = 0
        let wasSetBack = false
        for (const { kind, by } of moves) {
          if (kind === 'goes on') pass(by)
          else stepWallClock(kind === 'jumps' ? by : -by)
          if (kind !== 'is set back') age += by
          wasSetBack ||= kind === 'is set back' && by > 0
          const found = (await outcomeOf(verifier.verify(TOKEN))) as keyof typeof outcomes
          outcomes[found]++
          const mayBeLate = wasSetBack ? MINUTE : 0
          if (age < OLDEST) expect(found).toBe('accepted')
          else if (age >= OLDEST + mayBeLate) expect(found).toBe('keys_unavailable')
        }
        verifier.close()
      }),
      { numRuns: 150, seed: 20261127 },
    )
    expect(outcomes.accepted).toBeGreaterThan(100)
    expect(outcomes.keys_unavailable).toBeGreaterThan(100)
  })
})

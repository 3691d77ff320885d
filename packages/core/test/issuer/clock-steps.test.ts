import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  ISSUER,
  outcomeOf,
  refusalOf,
  ShiftedClock,
  signingKey,
  signToken,
} from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import type { AuthorizationServerUnavailableError } from '../../src/index.ts'
import { createSetting, createWarmSetting, down, publishes } from '../support/issuer.ts'
import { HOUR, pass, START, stepWallClock, stopTime } from '../support/time.ts'
import { cache, isCached } from '../support/verifiers.ts'

const A = signingKey('ES256', 'a')
const B = signingKey('ES256', 'b')
const MINUTE = 60_000
const COOLDOWN = 30_000

const retryAfterOf = async (call: Promise<unknown>): Promise<number> =>
  ((await refusalOf(call)) as unknown as AuthorizationServerUnavailableError).retryAfter

describe.each([
  ['with timers', true],
  ['without timers, as in a function that only runs during requests', false],
])('a wall clock that is set back by an hour, %s', (_title, timers) => {
  beforeEach(() => stopTime({ timers }))

  it('delays neither the recovery from an outage at startup, nor Retry-After', async () => {
    const { server, verify, outcome, status } = createSetting(down)
    expect(await retryAfterOf(verify(A))).toBe(1)
    stepWallClock(-HOUR)
    expect(await retryAfterOf(verify(A))).toBe(1)
    expect(status().nextRefresh).toBe(Date.now() + 1_000)
    server.answer = publishes(A)
    pass(1_000)
    expect(await outcome(A)).toBe('accepted')
  })

  it('does not delay finding a key that is published afterwards by more than the cooldown', async () => {
    const { server, outcome, requests } = await createWarmSetting(publishes(A))
    for (const kid of ['one', 'two']) expect(await outcome(A, { kid })).toBe('key_unknown')
    stepWallClock(-HOUR)
    server.answer = publishes(A, B)
    expect(await outcome(B)).toBe('key_unknown')
    pass(COOLDOWN)
    expect(await outcome(B)).toBe('accepted')
    expect(requests).toHaveLength(4)
  })

  it('does not prolong the use of keys beyond staleIfError', async () => {
    const { server, outcome, status } = await createWarmSetting(publishes(A), { staleIfError: MINUTE })
    expect(await outcome(A)).toBe('accepted')
    server.answer = down
    stepWallClock(-HOUR)
    expect(await outcome(A)).toBe('accepted')
    pass(HOUR + MINUTE)
    expect(status()).toMatchObject({ ready: false, age: HOUR + MINUTE })
    expect(await outcome(A)).toBe('keys_unavailable')
  })

  it('delays no refresh, so that a withdrawn key is not used for longer', async () => {
    const setting = await createWarmSetting(publishes(A), { cacheMaxAge: MINUTE })
    const { server, outcome, refreshes, status } = setting
    expect(await outcome(A)).toBe('accepted')
    stepWallClock(-HOUR)
    expect(status().nextRefresh).toBe(Date.now() + MINUTE)
    server.answer = publishes(B)
    pass(MINUTE - 1)
    expect(await outcome(A)).toBe('accepted')
    expect(refreshes.messages).toEqual([])
    await refreshes.after(() => {
      pass(1)
      return outcome(A)
    })
    expect(await outcome(A)).toBe('key_unknown')
    expect(await outcome(B)).toBe('accepted')
  })

  it('delays no refresh if it happens again and again', async () => {
    const { requests, refreshes, outcome } = await createWarmSetting(publishes(A), { cacheMaxAge: MINUTE })
    for (let minutes = 1; minutes <= 5; minutes++) {
      expect(await outcome(A)).toBe('accepted')
      stepWallClock(-HOUR)
      await refreshes.after(() => {
        pass(MINUTE)
        return outcome(A)
      })
      expect(requests).toHaveLength(1 + minutes)
    }
  })
})

describe.each([
  ['with timers', true, 0],
  ['without timers', false, MINUTE],
])('a wall clock that is set back by less than a minute, %s', (_title, timers, latest) => {
  beforeEach(() => stopTime({ timers }))

  it('delays a refresh by no more than a minute, and not at all if there are timers', async () => {
    const { requests, refreshes, outcome } = await createWarmSetting(publishes(A), { cacheMaxAge: MINUTE })
    expect(await outcome(A)).toBe('accepted')
    pass(MINUTE - 1)
    stepWallClock(1 - MINUTE)
    expect(await outcome(A)).toBe('accepted')
    pass(latest)
    await refreshes.after(() => {
      pass(1)
      return outcome(A)
    })
    expect(requests).toHaveLength(2)
  })

  it('does not prolong the use of keys by more than that, for cached tokens either', async () => {
    const ages = { cacheMaxAge: MINUTE, staleIfError: MINUTE }
    const { server, verifier } = await createWarmSetting(publishes(A), ages)
    const token = signToken({ key: A })
    await cache(verifier, token)
    server.answer = down
    // In steps, so that a refresh that has failed sets the next timer.
    const passSeconds = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second++) {
        pass(1_000)
        await nextTurn()
      }
    }
    await passSeconds(60)
    for (const seconds of [35, 20]) {
      expect(await isCached(verifier, token)).toBe(true)
      await passSeconds(seconds)
    }
    stepWallClock(-15_000)
    await passSeconds(6 + latest / 1_000)
    expect(await outcomeOf(verifier.verify(token))).toBe('keys_unavailable')
  })

  it('does not let keys be used again that were too old', async () => {
    const ages = { cacheMaxAge: MINUTE, staleIfError: 1_500 }
    const { server, verifier, refreshes } = await createWarmSetting(publishes(A), ages)
    const tokens = [signToken({ key: A }), signToken({ key: A })] as const
    await cache(verifier, ...tokens)
    server.answer = down
    for (const wait of [MINUTE, 1_000]) {
      await refreshes.after(() => {
        pass(wait)
        return isCached(verifier, tokens[0])
      })
    }
    pass(200)
    expect(await isCached(verifier, tokens[0])).toBe(true)
    stepWallClock(400)
    expect(await outcomeOf(verifier.verify(tokens[0]))).toBe('keys_unavailable')
    stepWallClock(-300)
    expect(await outcomeOf(verifier.verify(tokens[1]))).toBe('keys_unavailable')
  })
})

describe('a wall clock that jumps ahead', () => {
  beforeEach(() => stopTime())

  it('makes keys due, and then too old', async () => {
    const { server, outcome, refreshes, status } = await createWarmSetting(publishes(A))
    stepWallClock(HOUR)
    await refreshes.after(() => outcome(A))
    expect(refreshes.reasons).toEqual(['due'])
    expect(status()).toMatchObject({ age: 0, nextRefresh: Date.now() + HOUR })
    server.answer = down
    stepWallClock(25 * HOUR)
    expect(await outcome(A)).toBe('keys_unavailable')
    expect(status().ready).toBe(false)
  })

  it('ends a cooldown and a backoff', async () => {
    const { server, outcome } = await createWarmSetting(publishes(A))
    for (const kid of ['one', 'two', 'three']) await outcome(A, { kid })
    server.answer = down
    stepWallClock(HOUR)
    expect(await outcome(B)).toBe('keys_unavailable')
    server.answer = publishes(A, B)
    stepWallClock(HOUR)
    expect(await outcome(B)).toBe('accepted')
  })

  it('may be the option clock', async () => {
    const clock = new ShiftedClock(() => START)
    const { outcome, refreshes } = await createWarmSetting(publishes(A), { clock: clock.now })
    clock.advance(HOUR)
    await refreshes.after(() => outcome(A))
    clock.back(HOUR)
    expect(await outcome(A)).toBe('accepted')
    clock.advance(2 * HOUR)
    await refreshes.after(() => outcome(A))
    expect(refreshes.reasons).toEqual(['due', 'due'])
  })
})

describe('a broken wall clock', () => {
  beforeEach(() => stopTime({ timers: true }))

  it('that returns NaN refuses tokens, and breaks neither refreshes nor the backoff', async () => {
    let broken = false
    const clock = (): number => (broken ? Number.NaN : Date.now())
    const setting = createSetting(down, { clock, cacheMaxAge: MINUTE })
    const { server, verify, outcome, refreshes, requests, status } = setting
    expect(await retryAfterOf(verify(A))).toBe(1)
    broken = true
    expect(await outcome(A)).toBe('token_expired')
    server.answer = publishes(A)
    await refreshes.after(() => pass(1_000))
    expect(status()).toMatchObject({ ready: true, age: 0 })
    await refreshes.after(() => pass(MINUTE))
    expect(requests).toHaveLength(3)
    expect(await outcome(A)).toBe('token_expired')
    broken = false
    expect(await outcome(A)).toBe('accepted')
    expect(await outcome(B)).toBe('key_unknown')
  })

  it.each<[string, () => number]>([
    ['returns NaN', () => Number.NaN],
    ['returns Infinity', () => Number.POSITIVE_INFINITY],
    [
      'throws',
      () => {
        throw new Error('no clock')
      },
    ],
  ])('that %s leaves the state of the keys known, without times', async (_title, broken) => {
    let clock = (): number => Date.now()
    const { verifier, status } = await createWarmSetting(publishes(A), { clock: () => clock() })
    expect(verifier.exportJwks(ISSUER)).toMatchObject({ fetchedAt: Date.now() })
    clock = broken
    await verifier.ready()
    expect(status()).toMatchObject({ ready: true, keys: 1, age: 0, nextRefresh: undefined })
    expect(verifier.exportJwks(ISSUER)).toBeUndefined()
  })

  it('that throws does not stop timers', async () => {
    let broken = false
    const clock = (): number => {
      if (broken) throw new Error('no clock')
      return Date.now()
    }
    const { verify, refreshes, requests } = await createWarmSetting(publishes(A), { clock })
    broken = true
    await expect(verify(A)).rejects.toThrow('clock threw an error')
    await refreshes.after(() => pass(HOUR))
    expect(requests).toHaveLength(2)
    broken = false
    expect(await outcomeOf(verify(A))).toBe('accepted')
  })
})

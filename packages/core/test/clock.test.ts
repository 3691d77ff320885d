import {
  outcomeOf,
  ShiftedClock,
  signingKey,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClock } from '../src/clock.ts'
import { createAccessTokenVerifier, errorResponse } from '../src/index.ts'
import { HOUR, pass, START, stepWallClock, stopTime } from './support/time.ts'

describe('elapsed()', () => {
  beforeEach(() => stopTime())

  it('goes on with the clocks', () => {
    const clock = createClock(() => Date.now())
    const before = clock.elapsed()
    pass(1_234)
    expect(clock.elapsed() - before).toBe(1_234)
    expect(clock.wall()).toBe(START + 1_234)
  })

  it('ignores a wall clock that is set back, by any time and repeatedly', () => {
    const clock = createClock(() => Date.now())
    const before = clock.elapsed()
    for (const step of [-1, -5_000, -HOUR, -24 * HOUR]) {
      stepWallClock(step)
      pass(10)
    }
    expect(clock.elapsed() - before).toBe(40)
  })

  it('counts a jump of the wall clock to the future as elapsed time, since the machine may have been suspended', () => {
    const clock = createClock(() => Date.now())
    const before = clock.elapsed()
    stepWallClock(HOUR)
    expect(clock.elapsed() - before).toBe(HOUR)
    pass(1_000)
    stepWallClock(HOUR)
    expect(clock.elapsed() - before).toBe(2 * HOUR + 1_000)
  })

  it('counts a wall clock that is set back and then forward again as elapsed time', () => {
    const clock = createClock(() => Date.now())
    const before = clock.elapsed()
    stepWallClock(-HOUR)
    expect(clock.elapsed() - before).toBe(0)
    stepWallClock(HOUR)
    expect(clock.elapsed() - before).toBe(HOUR)
  })

  it('is not changed by rounding', () => {
    let rounding = 0
    const clock = createClock(() => Date.now() + rounding)
    const before = clock.elapsed()
    for (let reads = 0; reads < 1_000; reads++) {
      rounding = reads % 2
      clock.elapsed()
    }
    expect(clock.elapsed() - before).toBe(0)
  })

  it.each<[string, () => number]>([
    ['returns NaN', () => Number.NaN],
    ['returns Infinity', () => Number.POSITIVE_INFINITY],
    ['returns -Infinity', () => Number.NEGATIVE_INFINITY],
    [
      'throws',
      () => {
        throw new Error('no clock')
      },
    ],
  ])('goes on while the wall clock %s, and follows it again afterwards', (_title, broken) => {
    let read = broken
    const clock = createClock(() => read())
    const before = clock.elapsed()
    pass(1_000)
    expect(clock.elapsed() - before).toBe(1_000)
    read = () => Date.now()
    expect(clock.elapsed() - before).toBe(1_000)
    read = broken
    pass(1_000)
    expect(clock.elapsed() - before).toBe(2_000)
    read = () => Date.now()
    stepWallClock(HOUR)
    expect(clock.elapsed() - before).toBe(HOUR + 2_000)
  })

  it('follows a frozen clock that a test moves', () => {
    const clock = new ShiftedClock(() => START)
    const { elapsed } = createClock(clock.now)
    const before = elapsed()
    clock.advance(HOUR)
    expect(elapsed() - before).toBe(HOUR)
    clock.back(HOUR)
    expect(elapsed() - before).toBe(HOUR)
  })
})

describe('a verifier that exists already', () => {
  const key = signingKey()
  const token = signToken({ key })
  const createVerifier = (clock?: () => number) => {
    const { clock: _, ...options } = verifierOptions(key)
    return createAccessTokenVerifier({ ...options, ...(clock !== undefined && { clock }) })
  }

  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  it('uses the time that vi.setSystemTime sets', async () => {
    const verifier = createVerifier()
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(START)
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
    vi.setSystemTime(START + 2 * HOUR)
    expect(await outcomeOf(verifier.verify(token))).toBe('token_expired')
    vi.setSystemTime(START)
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
  })

  it('uses the time that a spy on Date.now returns', async () => {
    const verifier = createVerifier()
    const now = vi.spyOn(Date, 'now').mockReturnValue(START)
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
    now.mockReturnValue(START + 2 * HOUR)
    expect(await outcomeOf(verifier.verify(token))).toBe('token_expired')
  })

  it('uses the time of the option clock, for cached tokens too', async () => {
    const clock = new ShiftedClock(() => START)
    const verifier = createVerifier(clock.now)
    for (let times = 0; times < 3; times++) {
      expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
    }
    clock.advance(2 * HOUR)
    expect(await outcomeOf(verifier.verify(token))).toBe('token_expired')
    clock.back(2 * HOUR)
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
  })

  const exposed = Object.assign(new Error('no time'), { status: 404, expose: true, headers: { a: 'b' } })

  it.each([['text'], [null], [undefined], [new Error('no time')], [exposed]])(
    'fails with an error of the application if the option clock throws: %s',
    async (cause) => {
      const verifier = createVerifier(() => {
        throw cause
      })
      const wrapped = { message: 'The function clock threw an error', cause }
      await expect(verifier.explain(token)).rejects.toMatchObject(wrapped)
      const error = await verifier.verify(token).catch((reason: unknown) => reason)
      expect(error).toMatchObject(wrapped)
      expect(errorResponse(error).status).toBe(500)
    },
  )

  it.each<[string, () => unknown]>([
    ['a date', () => new Date(START)],
    ['a bigint', () => BigInt(START)],
  ])('takes %s that the option clock returns for a number', async (_title, clock) => {
    expect(await outcomeOf(createVerifier(clock as () => number).verify(token))).toBe('accepted')
  })

  it('explains no token whose check ended with an error of the option clock', async () => {
    const errors: Error[] = []
    const verifier = createVerifier(() => {
      const error = errors.pop()
      if (error !== undefined) throw error
      return START
    })
    const error = new Error('no time')
    errors.push(error)
    await expect(verifier.explain(token)).rejects.toMatchObject({ cause: error })
    await expect(verifier.explain(token)).resolves.toMatchObject({ accepted: true })
  })
})

import { setImmediate as nextTurn } from 'node:timers/promises'
import { signingKey } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createSetting, createWarmSetting, down, JWKS_URI, publishes } from '../support/issuer.ts'
import { HOUR, pass, START, stopTime } from '../support/time.ts'

const A = signingKey('ES256', 'a')
const B = signingKey('ES256', 'b')
const hangs = (): Promise<Response> => new Promise(() => {})

describe('timers', () => {
  it('do not keep the process alive, neither for the next refresh nor for the time limit', async () => {
    stopTime()
    const set = vi.spyOn(globalThis, 'setTimeout')
    await createWarmSetting(publishes(A))
    const timers = set.mock.results.map(({ value }) => value as NodeJS.Timeout)
    expect(set.mock.calls.map(([, delay]) => delay)).toEqual([5_000, HOUR])
    expect(timers.map((timer) => timer.hasRef())).toEqual([false, false])
  })

  it('that fire early are set again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { requests } = await createWarmSetting(publishes(A))
    await nextTurn()
    pass(HOUR)
    await nextTurn()
    expect(requests).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(1)
  })
})

describe('timers without requests', () => {
  beforeEach(() => stopTime({ timers: true }))

  it('refresh keys when they are due', async () => {
    const { requests, refreshes, status } = await createWarmSetting(publishes(A))
    pass(HOUR - 1)
    expect(requests).toHaveLength(1)
    await refreshes.after(() => pass(1))
    expect(requests).toHaveLength(2)
    expect(refreshes.reasons).toEqual(['due'])
    expect(status().nextRefresh).toBe(START + 2 * HOUR)
    await refreshes.after(() => pass(HOUR))
    expect(requests).toHaveLength(3)
  })

  it('retry after a failure', async () => {
    const { verifier, server, requests, refreshes, status } = createSetting(down)
    await expect(verifier.ready()).rejects.toMatchObject({ code: 'keys_unavailable' })
    server.answer = publishes(A)
    pass(999)
    expect(requests).toHaveLength(1)
    await refreshes.after(() => pass(1))
    expect(requests).toHaveLength(2)
    expect(refreshes.reasons).toEqual(['first_use', 'retry'])
    expect(status().ready).toBe(true)
  })

  it('end the use of keys that are too old', async () => {
    const { server, refreshes, status, outcome } = await createWarmSetting(publishes(A), {
      staleIfError: 500,
    })
    server.answer = down
    await refreshes.after(() => pass(HOUR))
    pass(499)
    expect(status().ready).toBe(true)
    pass(1)
    expect(status().ready).toBe(false)
    expect(await outcome(A)).toBe('keys_unavailable')
  })

  it('are set one at a time, however often keys are fetched', async () => {
    const { outcome } = await createWarmSetting(publishes(A), { tokenCache: false })
    await outcome(B)
    await outcome(B, { kid: 'another' })
    await nextTurn()
    expect(vi.getTimerCount()).toBe(1)
  })

  it('never wait for less than 100 ms, even if every look at the clock finds keys too old', async () => {
    const set = vi.spyOn(globalThis, 'setTimeout')
    const wall = { now: START, step: 0 }
    const clock = (): number => {
      wall.now += wall.step
      return wall.now
    }
    const { status } = await createWarmSetting(
      (url) => {
        wall.step = 2 * HOUR
        return publishes(A)(url)
      },
      { clock },
    )
    await nextTurn()
    expect(status().keys).toBe(1)
    expect(set.mock.calls.at(-1)?.[1]).toBe(100)
  })

  it('can wait for the longest cacheMaxAge', async () => {
    const LONGEST = 2_147_483_647
    const { requests, refreshes } = await createWarmSetting(publishes(A), { cacheMaxAge: LONGEST })
    pass(LONGEST - 1)
    expect(requests).toHaveLength(1)
    await refreshes.after(() => pass(1))
    expect(requests).toHaveLength(2)
  })

  it('end a request when its time limit has passed, and not before', async () => {
    const { verifier, refreshes, status } = createSetting(hangs, { timeoutDuration: 2_000 })
    const ready = expect(verifier.ready()).rejects.toMatchObject({ code: 'keys_unavailable' })
    pass(1_999)
    await nextTurn()
    expect(refreshes.messages).toHaveLength(1)
    await refreshes.after(() => pass(1))
    await ready
    expect(status().lastError).toMatchObject({ code: 'timeout', url: JWKS_URI })
    expect(status().nextRefresh).toBe(START + 3_000)
  })

  it('do not abort a request that has ended', async () => {
    const { requests } = await createWarmSetting(publishes(A))
    await nextTurn()
    expect(vi.getTimerCount()).toBe(1)
    pass(5_000)
    expect(requests[0]?.init.signal?.aborted).toBe(false)
  })
})

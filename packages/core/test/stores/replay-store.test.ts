import { outcomeOf, refusalOf } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import { checkReplayStore, memoryReplayStore } from '../../src/options/replay-store.ts'
import type { ResourceServerError } from '../../src/refusal/resource-server-error.ts'
import { MemoryReplayStore, type ReplayUse } from '../../src/stores/replay-store.ts'
import { configurationErrorOf, untyped } from '../support/verifiers.ts'

const MINUTE = 60_000

function makeStore(limits: { max?: number; maxPerClient?: number; maxPerKey?: number } = {}) {
  const time = { wall: 1_900_000_000_000, monotonic: 5_000 }
  const clock = { wall: () => time.wall, monotonic: () => time.monotonic }
  const store = new MemoryReplayStore({ max: 1_000, maxPerClient: 1_000, maxPerKey: 1_000, ...limits }, clock)
  const pass = (milliseconds: number): void => {
    time.wall += milliseconds
    time.monotonic += milliseconds
  }
  return { store, time, pass }
}

let count = 0
const use = (differs: Partial<ReplayUse> = {}): ReplayUse => ({
  key: `proof ${count++}`,
  client: 'client',
  thumbprint: 'key',
  timeToLive: MINUTE,
  ...differs,
})

describe('a use', () => {
  it('is the first one once', () => {
    const { store } = makeStore()
    const one = use()

    expect([store.claim(one), store.claim(one), store.claim(use())]).toEqual([true, false, true])
  })

  it('is remembered for its time to live, and then forgotten', () => {
    const { store, pass } = makeStore()
    const one = use()
    store.claim(one)
    pass(MINUTE - 1)
    expect(store.claim(one)).toBe(false)
    pass(2_000)
    store.claim(use())

    expect(store.size).toBe(1)
    expect(store.claim(one)).toBe(true)
  })

  it('is remembered although the clock is set back after it', () => {
    const { store, time, pass } = makeStore()
    const one = use()
    store.claim(one)
    time.wall -= 10 * MINUTE
    pass(5 * MINUTE)

    expect(store.claim(one)).toBe(false)
    pass(6 * MINUTE + 2_000)
    expect(store.claim(one)).toBe(true)
  })

  it('is remembered although the clock is set forth and back again', () => {
    const { store, time, pass } = makeStore()
    const one = use()
    store.claim(one)
    time.wall += 60 * MINUTE
    pass(2_000)
    store.claim(use())
    time.wall -= 60 * MINUTE
    pass(2_000)

    expect(store.claim(one)).toBe(false)
  })

  it('is removed from the store of an API without requests', () => {
    vi.useFakeTimers()
    const { store, pass } = makeStore()
    store.claim(use())
    store.claim(use({ timeToLive: 5 * MINUTE }))
    pass(2 * MINUTE)
    vi.advanceTimersByTime(30_000)
    expect(store.size).toBe(1)
    pass(4 * MINUTE)
    vi.advanceTimersByTime(30_000)

    expect(store.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })
})

describe('the clock', () => {
  it('may throw while uses that have ended are removed, which is done later', () => {
    vi.useFakeTimers()
    let isBroken = false
    const clock = () => {
      if (isBroken) throw new Error('no time')
      return Date.now()
    }
    const store = checkReplayStore(undefined, clock) as MemoryReplayStore
    store.claim(use({ timeToLive: 1_000 }))
    isBroken = true
    vi.advanceTimersByTime(30_000)
    expect(store.size).toBe(1)
    isBroken = false
    vi.advanceTimersByTime(30_000)

    expect(store.size).toBe(0)
    vi.useRealTimers()
  })

  it('is Date.now as it is at each call, which tests replace', () => {
    const store = memoryReplayStore({ max: 1 })
    const now = vi.spyOn(Date, 'now').mockReturnValue(0)
    const elapsed = vi.spyOn(performance, 'now').mockReturnValue(0)
    store.claim(use())
    now.mockReturnValue(10 * MINUTE)
    elapsed.mockReturnValue(10 * MINUTE)

    expect(store.claim(use())).toBe(true)
    now.mockRestore()
    elapsed.mockRestore()
  })
})

describe('a store', () => {
  const fill = (store: MemoryReplayStore, times: number, differs: Partial<ReplayUse>): void => {
    for (let time = 0; time < times; time++) store.claim(use(differs))
  }

  it.each([
    ['max', { max: 10 }, {}, { client: 'other', thumbprint: 'other' }],
    ['maxPerClient', { maxPerClient: 10 }, { thumbprint: 'a' }, { thumbprint: 'b' }],
    ['maxPerKey', { maxPerKey: 10 }, { client: 'a' }, { client: 'b' }],
  ])(
    'that has reached %s refuses with 503 and Retry-After, and keeps all uses',
    async (_n, limits, mine, next) => {
      const { store, pass } = makeStore(limits)
      const first = use(mine)
      store.claim(first)
      fill(store, 9, mine)
      pass(1_000)
      const refusal = await refusalOf(() => store.claim(use({ ...mine, ...next })))

      expect(refusal).toMatchObject({ code: 'replay_store_full', status: 503 })
      expect((refusal as ResourceServerError).headers['retry-after']).toBe('59')
      expect(store.claim(first)).toBe(false)
      expect(store.size).toBe(10)
      pass(59_000)
      expect(store.claim(use({ ...mine, ...next }))).toBe(true)
      expect(store.size).toBe(1)
    },
  )

  it('that is full accepts a use as soon as an earlier one has ended', async () => {
    const { store, pass } = makeStore({ max: 1 })
    store.claim(use())
    pass(MINUTE - 500)
    expect(await outcomeOf(() => store.claim(use()))).toBe('replay_store_full')
    pass(500)

    expect(store.claim(use())).toBe(true)
  })

  it('that is full asks to wait until the first use ends', async () => {
    const { store } = makeStore({ max: 2 })
    store.claim(use({ timeToLive: 2 * MINUTE }))
    store.claim(use())

    expect(await refusalOf(() => store.claim(use()))).toMatchObject({ retryAfter: 60 })
  })

  it('that has reached the limits of one client and key still accepts others', async () => {
    const { store } = makeStore({ max: 100, maxPerClient: 20, maxPerKey: 10 })
    fill(store, 10, {})

    expect(await outcomeOf(() => store.claim(use()))).toBe('replay_store_full')
    fill(store, 10, { thumbprint: 'second' })
    expect(await outcomeOf(() => store.claim(use({ thumbprint: 'third' })))).toBe('replay_store_full')
    expect(store.claim(use({ client: 'other', thumbprint: 'third' }))).toBe(true)
  })

  it('accepts more of a client and key once their earlier uses have ended', () => {
    const { store, pass } = makeStore({ maxPerClient: 5, maxPerKey: 5 })
    for (let round = 0; round < 4; round++) {
      fill(store, 5, {})
      pass(MINUTE + 1_000)
    }

    expect(store.claim(use())).toBe(true)
    expect(store.size).toBe(1)
  })

  it('still counts the uses of a client and key that have not ended when others have', async () => {
    for (const limits of [{ maxPerClient: 2 }, { maxPerKey: 2 }]) {
      const { store, pass } = makeStore(limits)
      store.claim(use({ timeToLive: 1 }))
      store.claim(use())
      pass(2_000)
      store.claim(use())

      expect(await outcomeOf(() => store.claim(use()))).toBe('replay_store_full')
    }
  })

  it('works with claims that end at different times', () => {
    const { store, pass } = makeStore()
    const [short, long] = [use({ timeToLive: 1 }), use({ timeToLive: 5 * MINUTE })]
    store.claim(long)
    store.claim(short)
    pass(2_000)

    expect([store.claim(short), store.claim(long)]).toEqual([true, false])
  })
})

describe('memoryReplayStore', () => {
  it('makes a store', () => {
    const store = memoryReplayStore({ max: 2, maxPerClient: 2, maxPerKey: 2 })
    const one = use()

    expect([store.claim(one), store.claim(one)]).toEqual([true, false])
  })

  it('keeps half of its proofs for one client, and a fifth for one key, by default', async () => {
    const store = memoryReplayStore({ max: 10 })
    for (let time = 0; time < 2; time++) expect(store.claim(use())).toBe(true)
    expect(await outcomeOf(() => store.claim(use()))).toBe('replay_store_full')
    for (const thumbprint of ['a', 'b', 'c']) expect(store.claim(use({ thumbprint }))).toBe(true)
    expect(await outcomeOf(() => store.claim(use({ thumbprint: 'd' })))).toBe('replay_store_full')
    expect(store.claim(use({ thumbprint: 'd', client: 'other' }))).toBe(true)
  })

  it.each([
    ['max', { max: 0 }],
    ['max', { max: 1.5 }],
    ['max', { max: 10_000_001 }],
    ['maxPerClient', { maxPerClient: -1 }],
    ['maxPerKey', { maxPerKey: '5' }],
    ['maxEntries', { maxEntries: 5 }],
    ['options', 5],
    ['options', null],
  ])('refuses a wrong %s: %j', (option, options) => {
    expect(configurationErrorOf(() => memoryReplayStore(untyped(options) as never)).option).toBe(option)
  })
})

import { setImmediate as nextTurn } from 'node:timers/promises'
import { outcomeOf, signingKey } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { createTenants, forgedToken, published, tenant, tokenOf } from '../support/tenants.ts'
import { pass, stopTime } from '../support/time.ts'
import { isCached } from '../support/verifiers.ts'

type Tenants = ReturnType<typeof createTenants>

const ONE = tenant('one')
const ATTACKER = signingKey('ES256', 'attacker')
const range = (length: number): number[] => Array.from({ length }, (_, index) => index)
const counts = (outcomes: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    [...new Set(outcomes)].map((code) => [code, outcomes.filter((one) => one === code).length]),
  )
const keysOf = ({ urls }: Tenants, iss: string): number =>
  urls().filter((url) => url === `${iss}/keys`).length

describe('the issuers that are kept', () => {
  beforeEach(() => stopTime({ timers: true }))

  it('are at most max: the one that was not used for the longest time is dropped', async () => {
    const tenants = createTenants(undefined, { issuerCache: { max: 3 } })
    for (const name of [1, 2, 3]) await tenants.outcome(tenant(name))
    await tenants.outcome(tenant(1))
    await tenants.outcome(tenant(4))
    expect(
      tenants.verifier
        .status()
        .issuers.map(({ issuer }) => issuer)
        .sort(),
    ).toEqual([1, 3, 4].map(tenant))
    await tenants.outcome(tenant(1))
    expect(keysOf(tenants, tenant(1))).toBe(1)
    await tenants.outcome(tenant(2))
    expect(keysOf(tenants, tenant(2))).toBe(2)
  })

  it('include an issuer that only cached tokens have needed', async () => {
    const tenants = createTenants(undefined, { issuerCache: { max: 2 } })
    const token = tokenOf(tenant(1))
    await tenants.verifier.verify(token)
    await tenants.verifier.verify(token)
    await tenants.outcome(tenant(2))
    // A use is noted every thirty seconds.
    vi.advanceTimersByTime(30_000)
    expect(await isCached(tenants.verifier, token)).toBe(true)
    await tenants.outcome(tenant(3))
    expect(
      tenants.verifier
        .status()
        .issuers.map(({ issuer }) => issuer)
        .sort(),
    ).toEqual([1, 3].map(tenant))
  })

  it('lose their timers when they are dropped, and their cached tokens are verified anew', async () => {
    const tenants = createTenants(undefined, { issuerCache: { max: 1 } })
    const token = tokenOf(tenant(1))
    await tenants.verifier.verify(token)
    await tenants.verifier.verify(token)
    const timers = vi.getTimerCount()
    await tenants.outcome(tenant(2))
    await nextTurn()
    expect(vi.getTimerCount()).toBe(timers)
    expect(await isCached(tenants.verifier, token)).toBe(false)
    expect(keysOf(tenants, tenant(1))).toBe(2)
  })

  it('are not needed by a token that is being verified when its issuer is dropped', async () => {
    const tenants = createTenants(undefined, { issuerCache: { max: 1 } })
    const keys = deferred<void>()
    tenants.server.answer = async (url) => {
      if (url === `${tenant(1)}/keys`) await keys.promise
      return published(url)
    }
    const waiting = tenants.outcome(tenant(1))
    await vi.waitFor(() => expect(keysOf(tenants, tenant(1))).toBe(1))
    for (const name of [2, 3, 4]) expect(await tenants.outcome(tenant(name))).toBe('accepted')
    keys.resolve()
    expect(await waiting).toBe('accepted')
    expect(keysOf(tenants, tenant(1))).toBe(1)
    await nextTurn()
    expect(await tenants.outcome(tenant(1))).toBe('accepted')
    expect(tenants.calls.filter((iss) => iss === tenant(1))).toHaveLength(1)
  })

  it('verify tokens of far more issuers than are kept', async () => {
    const tenants = createTenants(undefined, { issuerCache: { max: 5, concurrency: 100 } })
    const outcomes = await Promise.all(range(300).map((name) => tenants.outcome(tenant(name))))
    expect(counts(outcomes)).toEqual({ accepted: 300 })
    await nextTurn()
    await nextTurn()
    expect(tenants.verifier.status().issuers).toHaveLength(5)
    // One timer for each issuer that is kept, and one that drops those that are no longer used.
    expect(vi.getTimerCount()).toBe(6)
  })
})

describe('issuers that have not verified a signature', { timeout: 60_000 }, () => {
  beforeEach(() => stopTime({ timers: true }))

  it('cannot displace one that has, and are at most 100', async () => {
    const tenants = createTenants(undefined, { issuerCache: { max: 200, concurrency: 100 } })
    const token = tokenOf(ONE)
    await tenants.verifier.verify(token)
    await tenants.verifier.verify(token)
    const outcomes = await Promise.all(range(1_000).map((name) => tenants.outcome(tenant(name), ATTACKER)))
    expect(counts(outcomes)).toEqual({ key_unknown: 1_000 })
    for (let turn = 0; turn < 20; turn++) await nextTurn()
    expect(await isCached(tenants.verifier, token)).toBe(true)
    expect(tenants.verifier.status().issuers).toMatchObject([{ issuer: ONE }])
    // One for each of the 101 issuers, one that drops issuers, one of the token cache.
    expect(vi.getTimerCount()).toBe(103)
    expect(keysOf(tenants, ONE)).toBe(1)
  })

  it('join the others with their first signature', async () => {
    const tenants = createTenants(undefined, { issuerCache: { max: 1 } })
    await tenants.outcome(tenant(1), ATTACKER)
    expect(tenants.verifier.status().issuers).toEqual([])
    expect(await tenants.outcome(tenant(1))).toBe('accepted')
    expect(tenants.verifier.status().issuers).toHaveLength(1)
    expect(tenants.calls).toHaveLength(1)
    expect(keysOf(tenants, tenant(1))).toBe(2)
  })
})

describe('a flood of tokens with made-up issuers', { timeout: 60_000 }, () => {
  it('costs one call of the function each, no request, and does not harm the known issuers', async () => {
    stopTime()
    const tenants = createTenants((iss) => (iss === ONE ? {} : undefined), {
      issuerCache: { concurrency: 1_000 },
    })
    const token = tokenOf(ONE)
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('accepted')
    const flood = (): Promise<string[]> =>
      Promise.all(range(10_000).map((name) => outcomeOf(tenants.verifier.verify(forgedToken(tenant(name))))))
    expect(counts(await flood())).toEqual({ issuer_not_allowed: 10_000 })
    expect(counts(await flood())).toEqual({ issuer_not_allowed: 10_000 })
    expect(tenants.calls).toHaveLength(10_001)
    expect(tenants.urls()).toHaveLength(2)
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('accepted')
    expect(tenants.verifier.status().issuers).toMatchObject([{ issuer: ONE, ready: true }])
    expect(tenants.urls()).toHaveLength(2)
  })

  it('with a slow function is a 503 for what finds the queue full, while known issuers are verified', async () => {
    stopTime()
    // The time limit is long, so that the answers do not depend on the speed of the machine.
    const issuerCache = { timeoutDuration: 60_000 }
    const tenants = createTenants((iss) => (iss === ONE ? {} : new Promise(() => {})), { issuerCache })
    expect(await tenants.outcome(ONE)).toBe('accepted')
    const flood = range(10_000).map((name) => outcomeOf(tenants.verifier.verify(forgedToken(tenant(name)))))
    expect(await tenants.outcome(ONE)).toBe('accepted')
    expect(tenants.calls).toHaveLength(11)
    const refused = await Promise.all(flood.slice(110))
    expect(counts(refused)).toEqual({ issuer_unavailable: 9_890 })
    tenants.verifier.close()
    expect(counts(await Promise.all(flood.slice(0, 110)))).toEqual({ verifier_closed: 110 })
  })

  it('does not keep a known issuer waiting whose answer has ended', async () => {
    stopTime({ timers: true })
    const answer = deferred<undefined>()
    const resolve = (iss: string) => (iss === ONE ? {} : answer.promise)
    const tenants = createTenants(resolve, { issuerCache: { concurrency: 1 } })
    expect(await tenants.outcome(ONE)).toBe('accepted')
    pass(600_000)
    const flood = range(100).map((name) => outcomeOf(tenants.verifier.verify(forgedToken(tenant(name)))))
    await nextTurn()
    const known = tenants.outcome(ONE)
    await nextTurn()
    answer.resolve(undefined)
    expect(await known).toBe('accepted')
    expect(tenants.calls.slice(0, 3)).toEqual([ONE, tenant(0), ONE])
    expect(counts(await Promise.all(flood))).toEqual({ issuer_not_allowed: 11, issuer_unavailable: 89 })
  })

  it('with a function that knows every issuer fetches the keys of a limited number at a time', async () => {
    stopTime()
    const open = { now: 0, most: 0 }
    const tenants = createTenants()
    expect(await tenants.outcome(ONE)).toBe('accepted')
    tenants.server.answer = async () => {
      open.now++
      open.most = Math.max(open.most, open.now)
      await nextTurn()
      open.now--
      return new Response('', { status: 404 })
    }
    const outcomes = await Promise.all(
      range(10_000).map((name) => outcomeOf(tenants.verifier.verify(forgedToken(tenant(name))))),
    )
    expect(Object.keys(counts(outcomes)).sort()).toEqual(['issuer_not_allowed', 'issuer_unavailable'])
    expect(open.most).toBeLessThanOrEqual(10)
    expect(await tenants.outcome(ONE)).toBe('accepted')
    expect(tenants.verifier.status().issuers).toMatchObject([{ issuer: ONE, ready: true }])
  })
})

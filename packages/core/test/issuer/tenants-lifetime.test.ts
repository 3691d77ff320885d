import { setImmediate as nextTurn } from 'node:timers/promises'
import { keySet, outcomeOf, signingKey } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { createTenants, KEY, tenant, tokenOf } from '../support/tenants.ts'
import { HOUR, pass, START, stepWallClock, stopTime } from '../support/time.ts'
import { cache, isCached } from '../support/verifiers.ts'

const ONE = tenant('one')
const MAX_AGE = 600_000
const keyRequests = (urls: readonly string[]): number => urls.filter((url) => url.endsWith('/keys')).length

describe('an answer of the function', () => {
  beforeEach(() => stopTime({ timers: true }))

  it('holds for cacheMaxAge, and then the function is waited for', async () => {
    const tenants = createTenants()
    await tenants.outcome(ONE)
    pass(MAX_AGE * 0.8 - 1)
    await tenants.outcome(ONE)
    expect(tenants.calls).toHaveLength(1)
    const answer = deferred<object>()
    tenants.function_.resolve = () => answer.promise
    pass(MAX_AGE * 0.2 + 1)
    const waiting = tenants.outcome(ONE)
    await nextTurn()
    expect(tenants.calls).toHaveLength(2)
    answer.resolve({})
    expect(await waiting).toBe('accepted')
    expect(keyRequests(tenants.urls())).toBe(1)
  })

  it('is asked for again in the background before it ends, while tokens are accepted', async () => {
    const tenants = createTenants()
    const token = tokenOf(ONE)
    await cache(tenants.verifier, token)
    pass(MAX_AGE * 0.8)
    expect(await isCached(tenants.verifier, token)).toBe(true)
    expect(tenants.calls).toHaveLength(2)
    await nextTurn()
    pass(MAX_AGE * 0.8 - 1)
    expect(await isCached(tenants.verifier, token)).toBe(true)
    expect(tenants.calls).toHaveLength(2)
    expect(keyRequests(tenants.urls())).toBe(1)
  })

  it('holds to its end if the function fails meanwhile, and then tokens get 503, cached ones too', async () => {
    const tenants = createTenants()
    const token = tokenOf(ONE)
    await cache(tenants.verifier, token)
    tenants.function_.resolve = () => Promise.reject(new Error('down'))
    pass(MAX_AGE - 1)
    expect(await isCached(tenants.verifier, token)).toBe(true)
    await nextTurn()
    pass(1)
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('issuer_unavailable')
    expect(await tenants.outcome(ONE)).toBe('issuer_unavailable')
    tenants.function_.resolve = () => ({})
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('accepted')
    expect(keyRequests(tenants.urls())).toBe(1)
  })

  it('has ended for good, although the clock is set back to when it held', async () => {
    const tenants = createTenants()
    const tokens = [tokenOf(ONE), tokenOf(ONE)] as const
    await cache(tenants.verifier, ...tokens)
    for (const token of tokens) expect(await isCached(tenants.verifier, token)).toBe(true)
    tenants.function_.resolve = () => Promise.reject(new Error('down'))
    stepWallClock(MAX_AGE)
    expect(await outcomeOf(tenants.verifier.verify(tokens[0]))).toBe('issuer_unavailable')
    stepWallClock(-MAX_AGE)
    expect(await outcomeOf(tenants.verifier.verify(tokens[1]))).toBe('issuer_unavailable')
  })

  it('is asked for a limited number of times while the function fails', async () => {
    const tenants = createTenants()
    const token = tokenOf(ONE)
    await cache(tenants.verifier, token)
    tenants.function_.resolve = () => Promise.reject(new Error('down'))
    pass(MAX_AGE * 0.8)
    for (let second = 0; second < 119; second++) {
      expect(await isCached(tenants.verifier, token)).toBe(true)
      await nextTurn()
      pass(1_000)
    }
    expect(tenants.calls.length).toBeLessThanOrEqual(6)
  })

  it('that has become negative refuses the tokens of the issuer, cached ones too', async () => {
    const tenants = createTenants()
    const token = tokenOf(ONE)
    await cache(tenants.verifier, token)
    tenants.function_.resolve = () => undefined
    pass(MAX_AGE * 0.8)
    expect(await isCached(tenants.verifier, token)).toBe(true)
    await nextTurn()
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('issuer_not_allowed')
    expect(await tenants.outcome(ONE)).toBe('issuer_not_allowed')
    expect(tenants.calls).toHaveLength(2)
    expect(tenants.verifier.status().issuers).toEqual([])
  })

  it('that has changed makes a new issuer, which verifies cached tokens anew', async () => {
    const tenants = createTenants()
    const token = tokenOf(ONE)
    await cache(tenants.verifier, token)
    tenants.function_.resolve = () => ({ clientIds: 'another' })
    pass(MAX_AGE)
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('client_not_allowed')
    tenants.function_.resolve = () => ({})
    pass(MAX_AGE)
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('accepted')
  })

  it('that has changed counts at once, even if it came before the old one ended', async () => {
    const tenants = createTenants()
    const token = tokenOf(ONE)
    await cache(tenants.verifier, token)
    tenants.function_.resolve = () => ({ clientIds: 'another' })
    pass(MAX_AGE * 0.8)
    expect(await isCached(tenants.verifier, token)).toBe(true)
    await nextTurn()
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('client_not_allowed')
  })

  it('that has other keys withdraws the keys of the old one', async () => {
    const tenants = createTenants(() => ({ jwks: keySet(KEY) }))
    const token = tokenOf(ONE)
    await cache(tenants.verifier, token)
    tenants.function_.resolve = () => ({ jwks: keySet(signingKey('ES256', 'other')) })
    pass(MAX_AGE)
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('key_unknown')
  })

  it.each([{ clockTolerance: -1 }, { jwks: { keys: [{ kty: 'oct' }] } }, true])(
    'holds to its end if the next one is a mistake: %j',
    async (mistake) => {
      const tenants = createTenants()
      const token = tokenOf(ONE)
      await cache(tenants.verifier, token)
      tenants.function_.resolve = () => mistake as object
      pass(MAX_AGE - 1)
      expect(await isCached(tenants.verifier, token)).toBe(true)
      await nextTurn()
      expect(await isCached(tenants.verifier, token)).toBe(true)
      pass(1)
      expect(await outcomeOf(tenants.verifier.verify(token))).toBe('issuer_unavailable')
    },
  )

  it('that is the same keeps the issuer and its keys, although it is another object', async () => {
    const tenants = createTenants(() => ({
      audience: ['api://default'],
      clientIds: ['0oa1gjh63g214q0Hq0g4'],
    }))
    const token = tokenOf(ONE)
    await cache(tenants.verifier, token)
    pass(MAX_AGE)
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('accepted')
    expect(tenants.calls).toHaveLength(2)
    expect(tenants.urls()).toHaveLength(2)
  })

  it('that was mutated by the user after it was returned counts as changed', async () => {
    const answer = { audience: ['api://default'] }
    const tenants = createTenants(() => answer)
    expect(await tenants.outcome(ONE)).toBe('accepted')
    answer.audience[0] = 'api://other'
    expect(await tenants.outcome(ONE)).toBe('accepted')
    pass(MAX_AGE)
    expect(await tenants.outcome(ONE)).toBe('audience_mismatch')
  })

  it('does not hold for longer because the wall clock is set back', async () => {
    const tenants = createTenants()
    const token = tokenOf(ONE)
    await cache(tenants.verifier, token)
    tenants.function_.resolve = () => undefined
    pass(MAX_AGE / 2)
    stepWallClock(-HOUR)
    expect(await isCached(tenants.verifier, token)).toBe(true)
    pass(MAX_AGE / 2)
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('issuer_not_allowed')
  })
})

describe('an issuer that no request has needed for cacheMaxAge', () => {
  it('is dropped, so that its keys are no longer refreshed', async () => {
    stopTime({ timers: true })
    const tenants = createTenants(undefined, { cacheMaxAge: 60_000 })
    await tenants.outcome(ONE)
    const timers = vi.getTimerCount()
    expect(timers).toBeGreaterThan(0)
    for (let minute = 0; minute < 25; minute++) {
      pass(60_000)
      await nextTurn()
      await nextTurn()
    }
    expect(vi.getTimerCount()).toBe(0)
    expect(tenants.verifier.status().issuers).toEqual([])
    const fetched = tenants.urls().length
    pass(HOUR)
    await nextTurn()
    expect(tenants.urls()).toHaveLength(fetched)
    expect(await tenants.outcome(ONE)).toBe('accepted')
    expect(Date.now()).toBeGreaterThan(START)
  })

  it('is kept while cached tokens need it', async () => {
    stopTime({ timers: true })
    const tenants = createTenants()
    const token = tokenOf(ONE)
    await cache(tenants.verifier, token)
    for (let minute = 0; minute < 60; minute++) {
      pass(60_000)
      expect(await isCached(tenants.verifier, token)).toBe(true)
      await nextTurn()
    }
    expect(keyRequests(tenants.urls())).toBeLessThanOrEqual(2)
  })
})

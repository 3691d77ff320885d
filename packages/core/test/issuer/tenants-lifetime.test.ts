import { setImmediate as nextTurn } from 'node:timers/promises'
import { keySet, outcomeOf, signingKey } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { createTenants, KEY, published, tenant, tokenOf } from '../support/tenants.ts'
import { HOUR, pass, START, stepWallClock, stopTime } from '../support/time.ts'
import { isCached } from '../support/verifiers.ts'

const ONE = tenant('one')
const TWO = tenant('two')
const MAX_AGE = 600_000

const cached = async ({ verifier }: ReturnType<typeof createTenants>, token: string): Promise<void> => {
  await verifier.verify(token)
  await verifier.verify(token)
}
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
    await cached(tenants, token)
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
    await cached(tenants, token)
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

  it('is asked for a limited number of times while the function fails', async () => {
    const tenants = createTenants()
    const token = tokenOf(ONE)
    await cached(tenants, token)
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
    await cached(tenants, token)
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
    await cached(tenants, token)
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
    await cached(tenants, token)
    tenants.function_.resolve = () => ({ clientIds: 'another' })
    pass(MAX_AGE * 0.8)
    expect(await isCached(tenants.verifier, token)).toBe(true)
    await nextTurn()
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('client_not_allowed')
  })

  it('that has other keys withdraws the keys of the old one', async () => {
    const tenants = createTenants(() => ({ jwks: keySet(KEY) }))
    const token = tokenOf(ONE)
    await cached(tenants, token)
    tenants.function_.resolve = () => ({ jwks: keySet(signingKey('ES256', 'other')) })
    pass(MAX_AGE)
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('key_unknown')
  })

  it.each([{ clockTolerance: -1 }, { jwks: { keys: [{ kty: 'oct' }] } }, true])(
    'holds to its end if the next one is a mistake: %j',
    async (mistake) => {
      const tenants = createTenants()
      const token = tokenOf(ONE)
      await cached(tenants, token)
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
    await cached(tenants, token)
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
    await cached(tenants, token)
    tenants.function_.resolve = () => undefined
    pass(MAX_AGE / 2)
    stepWallClock(-HOUR)
    expect(await isCached(tenants.verifier, token)).toBe(true)
    pass(MAX_AGE / 2)
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('issuer_not_allowed')
  })
})

describe('forgetIssuer()', () => {
  beforeEach(() => stopTime())

  it('has the function asked again, and cached tokens verified anew', async () => {
    const tenants = createTenants()
    const [token, other] = [tokenOf(ONE), tokenOf(TWO)]
    await cached(tenants, token)
    await cached(tenants, other)
    tenants.function_.resolve = () => undefined
    tenants.verifier.forgetIssuer(ONE)
    expect(await outcomeOf(tenants.verifier.verify(token))).toBe('issuer_not_allowed')
    expect(await isCached(tenants.verifier, other)).toBe(true)
    expect(tenants.calls).toEqual([ONE, TWO, ONE])
  })

  it('drops a refusal, so that a new tenant is accepted at once', async () => {
    const tenants = createTenants(() => undefined)
    expect(await tenants.outcome(ONE)).toBe('issuer_not_allowed')
    tenants.function_.resolve = () => ({})
    tenants.verifier.forgetIssuer(ONE)
    expect(await tenants.outcome(ONE)).toBe('accepted')
  })

  it('drops an answer that is on its way', async () => {
    const answer = deferred<object>()
    const tenants = createTenants(() => answer.promise)
    const waiting = tenants.outcome(ONE)
    await nextTurn()
    tenants.function_.resolve = () => undefined
    tenants.verifier.forgetIssuer(ONE)
    answer.resolve({})
    expect(await waiting).toBe('issuer_not_allowed')
    expect(tenants.calls).toEqual([ONE, ONE])
  })

  it('has a token verified anew whose keys are being fetched', async () => {
    const keys = deferred<Response>()
    const tenants = createTenants()
    tenants.server.answer = (url) => (url.endsWith('/keys') ? keys.promise : published(url))
    const waiting = tenants.outcome(ONE)
    await vi.waitFor(() => expect(tenants.urls()).toHaveLength(2))
    tenants.function_.resolve = () => ({ clientIds: 'another' })
    tenants.verifier.forgetIssuer(ONE)
    tenants.server.answer = (url) => published(url)
    keys.resolve(published(`${ONE}/keys`))
    expect(await waiting).toBe('client_not_allowed')
  })

  it('has a token verified anew three times at most', async () => {
    const tenants = createTenants()
    tenants.server.answer = (url) => {
      if (url.endsWith('/keys') && tenants.calls.length < 10) tenants.verifier.forgetIssuer(ONE)
      return published(url)
    }
    expect([await tenants.outcome(ONE), tenants.calls.length]).toEqual(['issuer_unavailable', 3])
  })

  it('has a failed discovery that began before it count for nothing', async () => {
    const metadata = deferred<Response>()
    const tenants = createTenants()
    tenants.server.answer = () => metadata.promise
    const waiting = tenants.outcome(ONE)
    await vi.waitFor(() => expect(tenants.urls()).toHaveLength(1))
    tenants.verifier.forgetIssuer(ONE)
    tenants.server.answer = (url) => published(url)
    const next = tenants.outcome(ONE)
    metadata.resolve(new Response('', { status: 429 }))
    expect(await waiting).toBe('metadata_unavailable')
    expect(await next).toBe('accepted')
    expect(await tenants.outcome(ONE)).toBe('accepted')
  })

  it('does nothing for an issuer that is not known, or is fixed', async () => {
    const tenants = createTenants()
    tenants.verifier.forgetIssuer(ONE)
    expect(await tenants.outcome(ONE)).toBe('accepted')
    const fixed = createTenants(undefined, { issuer: ONE, jwks: keySet(KEY) })
    const token = tokenOf(ONE)
    await cached(fixed, token)
    fixed.verifier.forgetIssuer(ONE)
    expect(await isCached(fixed.verifier, token)).toBe(true)
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
    await cached(tenants, token)
    for (let minute = 0; minute < 60; minute++) {
      pass(60_000)
      expect(await isCached(tenants.verifier, token)).toBe(true)
      await nextTurn()
    }
    expect(keyRequests(tenants.urls())).toBeLessThanOrEqual(2)
  })
})

describe('close()', () => {
  it('ends the timers of every issuer', async () => {
    stopTime({ timers: true })
    const tenants = createTenants()
    for (const name of [1, 2, 3]) await tenants.outcome(tenant(name))
    expect(vi.getTimerCount()).toBeGreaterThanOrEqual(4)
    tenants.verifier.close()
    expect(vi.getTimerCount()).toBe(0)
    expect(await tenants.outcome(tenant(1))).toBe('verifier_closed')
  })

  it('ends the requests of an issuer whose first keys are being fetched, even if it was forgotten', async () => {
    stopTime({ timers: true })
    for (const forgotten of [false, true]) {
      const signals: AbortSignal[] = []
      const fetch = (_url: unknown, init?: RequestInit): Promise<Response> => {
        signals.push(init?.signal as AbortSignal)
        return new Promise(() => {})
      }
      const tenants = createTenants(undefined, { fetch: fetch as typeof globalThis.fetch })
      const waiting = tenants.outcome(ONE)
      await vi.waitFor(() => expect(signals).toHaveLength(1))
      if (forgotten) tenants.verifier.forgetIssuer(ONE)
      tenants.verifier.close()
      expect(await waiting).toBe('verifier_closed')
      expect(signals.map(({ aborted }) => aborted)).toEqual([true])
      await nextTurn()
      expect(vi.getTimerCount()).toBe(0)
    }
  })
})

import { setImmediate as nextTurn } from 'node:timers/promises'
import { AUDIENCE, keySet, NOW, outcomeOf } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { createTenants, KEY, published, tenant, tokenOf } from '../support/tenants.ts'
import { stopTime } from '../support/time.ts'
import { cache, isCached } from '../support/verifiers.ts'

const ONE = tenant('one')
const TWO = tenant('two')

describe('forgetIssuer()', () => {
  beforeEach(() => stopTime())

  it('has the function asked again, and cached tokens verified anew', async () => {
    const tenants = createTenants()
    const [token, other] = [tokenOf(ONE), tokenOf(TWO)]
    await cache(tenants.verifier, token)
    await cache(tenants.verifier, other)
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

  it('has the answer about a token that is verified anew count no more', async () => {
    const answer = deferred<Response>()
    const introspection = { clientId: 'api', clientSecret: 'secret', when: 'always' } as const
    const tenants = createTenants(
      () => ({ introspection: { ...introspection, endpoint: `${ONE}/introspect` } }),
      { chooseIssuer: () => ONE },
    )
    tenants.server.answer = (url) => (url.endsWith('/introspect') ? answer.promise : published(url))
    const waiting = tenants.outcome(ONE)
    await vi.waitFor(() => expect(tenants.urls()).toContain(`${ONE}/introspect`))
    tenants.function_.resolve = () => ({})
    tenants.verifier.forgetIssuer(ONE)
    answer.resolve(Response.json({ active: true, aud: AUDIENCE, exp: NOW + 60 }))
    expect(await waiting).toBe('accepted')
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
    await cache(fixed.verifier, token)
    fixed.verifier.forgetIssuer(ONE)
    expect(await isCached(fixed.verifier, token)).toBe(true)
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

import { setImmediate as nextTurn } from 'node:timers/promises'
import { outcomeOf } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import type { AccessTokenVerifierOptions } from '../../src/index.ts'
import { type Deferred, deferred } from '../support/deferred.ts'
import { createTenants, published, tenant, tokenOf } from '../support/tenants.ts'
import { pass, stopTime } from '../support/time.ts'
import { cache, decideNow } from '../support/verifiers.ts'

const ONE = tenant('one')

/** A cached token that waits for a store of revocations, and what ends the wait. */
async function waiting(options: Partial<AccessTokenVerifierOptions> = {}) {
  stopTime()
  const store: { answer: Promise<boolean> | boolean } = { answer: false }
  const tenants = createTenants(undefined, {
    ...options,
    revocation: { isRevoked: () => store.answer, timeoutDuration: 300_000 },
  })
  const token = tokenOf(ONE)
  await cache(tenants.verifier, token)
  const answer: Deferred<boolean> = deferred()
  store.answer = answer.promise
  const outcome = outcomeOf(tenants.verifier.verify(token))
  store.answer = false
  const end = (): Promise<string> => {
    answer.resolve(false)
    return outcome
  }
  return { ...tenants, end }
}

describe('a token that waits while its issuer', () => {
  it('is forgotten is refused with 503, because nothing vouches for it any more', async () => {
    const { verifier, end } = await waiting()
    verifier.forgetIssuer(ONE)
    expect(await end()).toBe('issuer_unavailable')
  })

  it('is displaced by others is refused with 503 as well', async () => {
    const { outcome, end } = await waiting({ issuerCache: { max: 1 } })
    expect(await outcome(tenant('two'))).toBe('accepted')
    await nextTurn()
    await nextTurn()
    expect(await end()).toBe('issuer_unavailable')
  })

  it('loses its keys is refused because of the keys', async () => {
    const { server, outcome, end } = await waiting({ cacheMaxAge: 60_000, staleIfError: 0 })
    server.answer = () => new Response('', { status: 500 })
    pass(120_000)
    expect(await outcome(ONE)).toBe('keys_unavailable')
    expect(await end()).toBe('keys_unavailable')
  })

  it('is closed with the verifier is refused because of that', async () => {
    const { verifier, end } = await waiting()
    verifier.close()
    expect(await end()).toBe('verifier_closed')
  })
})

describe('the keys of an issuer that a function has found', () => {
  it('are refreshed in the background when a cached token finds them due', async () => {
    stopTime()
    const { verifier, urls } = createTenants(undefined, { cacheMaxAge: 60_000 })
    const token = tokenOf(ONE)
    await cache(verifier, token)
    const requests = urls().length
    pass(60_000)
    expect(decideNow(verifier, token)).toBeDefined()
    await vi.waitFor(() => expect(urls()).toHaveLength(requests + 1))
  })

  it('are fetched again soon after an outage in which they became too old', async () => {
    stopTime()
    const { server, outcome, verifier } = createTenants(undefined, { cacheMaxAge: 60_000, staleIfError: 0 })
    const { answer } = server
    expect(await outcome(ONE)).toBe('accepted')
    server.answer = () => new Response('', { status: 500 })
    pass(120_000)
    expect(await outcome(ONE)).toBe('keys_unavailable')
    expect(verifier.status().issuers).toMatchObject([{ issuer: ONE, ready: false }])
    server.answer = answer
    pass(8_000)
    expect(await outcome(ONE)).toBe('accepted')
  })
})

/** A token whose issuer was displaced by another while its first keys are fetched, and what brings them. */
async function displaced() {
  stopTime()
  const keys = deferred<void>()
  const tenants = createTenants(undefined, { issuerCache: { max: 1 } })
  tenants.server.answer = async (url) => {
    await keys.promise
    return published(url)
  }
  const outcome = tenants.outcome(ONE)
  await vi.waitFor(() => expect(tenants.urls()).toHaveLength(1))
  tenants.server.answer = (url) => published(url)
  expect(await tenants.outcome(tenant('two'))).toBe('accepted')
  const end = (): Promise<string> => {
    keys.resolve()
    return outcome
  }
  return { tenants, end }
}

describe('the first keys of an issuer', () => {
  it('are asked for again if too many issuers waited for theirs', async () => {
    stopTime()
    const gate = deferred<void>()
    const { server, outcome } = createTenants(undefined, { issuerCache: { concurrency: 1 } })
    server.answer = async (url) => {
      await gate.promise
      return published(url)
    }
    // One fetches, ten wait, and one is refused.
    const names = Array.from({ length: 12 }, (_, name) => tenant(name))
    const outcomes: Promise<string>[] = []
    for (const name of names) {
      outcomes.push(outcome(name))
      await nextTurn()
    }
    expect(await outcomes[11]).toBe('issuer_unavailable')
    gate.resolve()
    expect(await Promise.all(outcomes.slice(0, 11))).toEqual(Array(11).fill('accepted'))
    expect(await outcome(names[11])).toBe('accepted')
  })

  it('that fail to come do not count against the issuer if it was found again meanwhile', async () => {
    stopTime()
    const metadata = deferred<Response>()
    const tenants = createTenants(undefined, { issuerCache: { max: 1 } })
    tenants.server.answer = () => metadata.promise
    const first = tenants.outcome(ONE)
    await vi.waitFor(() => expect(tenants.urls()).toHaveLength(1))
    tenants.server.answer = (url) => published(url)
    // Only one issuer is kept that has not verified a token, so the first one is dropped.
    for (const iss of [tenant('two'), ONE]) expect(await tenants.outcome(iss)).toBe('accepted')
    metadata.resolve(new Response('', { status: 429 }))
    expect(await first).toBe('metadata_unavailable')
    expect(await tenants.outcome(ONE)).toBe('accepted')
    expect(tenants.calls).toEqual([ONE, tenant('two'), ONE])
  })

  it('that come late do not bring back an older answer of the function', async () => {
    const { tenants, end } = await displaced()
    tenants.function_.resolve = () => ({ clientIds: 'another' })
    expect(await tenants.outcome(ONE)).toBe('client_not_allowed')
    expect(await end()).toBe('accepted')
    expect(await tenants.outcome(ONE)).toBe('client_not_allowed')
  })

  it('that come late are kept if the issuer was not found again meanwhile', async () => {
    const { tenants, end } = await displaced()
    expect(await end()).toBe('accepted')
    await nextTurn()
    await nextTurn()
    expect(await tenants.outcome(ONE)).toBe('accepted')
    expect(tenants.calls).toEqual([ONE, tenant('two')])
  })

  it('leave no timer behind if the issuer is forgotten while they are fetched', async () => {
    stopTime({ timers: true })
    expect(await createTenants().outcome(ONE)).toBe('accepted')
    const timers = vi.getTimerCount()
    const keys = deferred<void>()
    const { server, outcome, urls, verifier } = createTenants()
    server.answer = async (url) => {
      if (url.endsWith('/keys')) await keys.promise
      return published(url)
    }
    const outcomeAfterAll = outcome(ONE)
    await vi.waitFor(() => expect(urls()).toHaveLength(2))
    verifier.forgetIssuer(ONE)
    keys.resolve()
    expect(await outcomeAfterAll).toBe('accepted')
    await nextTurn()
    await nextTurn()
    expect(vi.getTimerCount()).toBe(2 * timers)
  })
})

import { setImmediate as nextTurn } from 'node:timers/promises'
import { outcomeOf, refusalOf } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { ConfigurationError, errorResponse } from '../../src/index.ts'
import { deferred } from '../support/deferred.ts'
import { createTenants, forgedToken, tenant, tokenOf } from '../support/tenants.ts'
import { pass, stopTime } from '../support/time.ts'

const ONE = tenant('one')

describe('a lookup', () => {
  beforeEach(() => stopTime({ timers: true }))

  it('is shared by all tokens of its issuer', async () => {
    const answer = deferred<object>()
    const { calls, outcome, urls } = createTenants(() => answer.promise)
    const outcomes = Array.from({ length: 50 }, (_, sub) => outcome(ONE, undefined, { sub: `${sub}` }))
    await nextTurn()
    expect(calls).toEqual([ONE])
    answer.resolve({})
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['accepted']))
    expect(calls).toEqual([ONE])
    expect(urls()).toHaveLength(2)
  })

  it('that fails after the issuer was forgotten leaves alone the one that has followed', async () => {
    const [old, current] = [deferred<object>(), deferred<object>()]
    const tenants = createTenants(() => old.promise)
    const first = tenants.outcome(ONE)
    await nextTurn()
    tenants.verifier.forgetIssuer(ONE)
    tenants.function_.resolve = () => current.promise
    const second = tenants.outcome(ONE)
    await nextTurn()
    old.reject(new Error('down'))
    expect(await first).toBe('issuer_unavailable')
    current.resolve({})
    expect(await second).toBe('accepted')
    expect(tenants.calls).toEqual([ONE, ONE])
  })

  it.each<[string, () => never | Promise<never>]>([
    [
      'throws',
      () => {
        throw new Error(`no tenant ${ONE}`)
      },
    ],
    ['rejects', () => Promise.reject(new Error(`no tenant ${ONE}`))],
    ['throws something that is no error', () => Promise.reject(ONE)],
    [
      'throws an object whose members throw',
      () =>
        Promise.reject(
          new Proxy(
            {},
            {
              get: () => {
                throw new Error(ONE)
              },
            },
          ),
        ),
    ],
  ])('is a 503 if the function %s, and the function is asked again', async (_title, resolve) => {
    const { calls, function_, outcome, urls, verifier } = createTenants(resolve)
    const refusal = await refusalOf(verifier.verify(tokenOf(ONE)))
    expect(refusal).toMatchObject({ code: 'issuer_unavailable', status: 503, retryAfter: 1 })
    const shown = [refusal.message, refusal.stack, refusal.cause, (refusal.cause as Error).message]
    expect(shown.map(String).join()).not.toContain('as.example')
    expect(shown.at(-1)).toContain('the function issuer threw an error')
    expect(JSON.stringify(errorResponse(refusal))).not.toContain('as.example')
    expect(await outcome(ONE)).toBe('issuer_unavailable')
    expect(urls()).toEqual([])
    expect(calls).toEqual([ONE, ONE])
    function_.resolve = () => ({})
    expect(await outcome(ONE)).toBe('accepted')
  })

  it.each<[string, unknown, string]>([
    ['no options object', true, 'issuer'],
    ['an unknown option', { audiance: 'x' }, 'issuer().audiance'],
    ['a wrong option', { clockTolerance: -1 }, 'issuer().clockTolerance'],
    ['keys that cannot be used', { jwks: { keys: [{ kty: 'oct' }] } }, 'jwks'],
  ])('is a 503 with the mistake as its cause if the function returns %s', async (_title, answer, option) => {
    const { function_, outcome, verifier } = createTenants(() => answer as object)
    const refusal = await refusalOf(verifier.verify(tokenOf(ONE)))
    expect(refusal).toMatchObject({ code: 'issuer_unavailable', status: 503 })
    expect(refusal.cause).toBeInstanceOf(ConfigurationError)
    expect(refusal.cause).toMatchObject({ option })
    function_.resolve = () => ({})
    expect(await outcome(ONE)).toBe('accepted')
  })

  it('is a 503 if a member of the answer throws when it is read', async () => {
    const answer = {
      get audience(): string {
        throw new Error(ONE)
      },
    }
    const refusal = await refusalOf(createTenants(() => answer).verifier.verify(tokenOf(ONE)))
    expect(refusal.code).toBe('issuer_unavailable')
    expect(String(refusal.cause)).not.toContain(ONE)
  })

  it('is a 503 if the function takes too long, and a late answer counts for nothing', async () => {
    const answer = deferred<object>()
    const { calls, function_, outcome, urls } = createTenants(() => answer.promise)
    const slow = outcome(ONE)
    await nextTurn()
    pass(4_999)
    await nextTurn()
    pass(1)
    expect(await slow).toBe('issuer_unavailable')
    answer.resolve({})
    function_.resolve = () => undefined
    expect(await outcome(ONE)).toBe('issuer_not_allowed')
    expect(calls).toEqual([ONE, ONE])
    expect(urls()).toEqual([])
  })

  it('waits its turn, and is a 503 if too many wait', async () => {
    const answers = Array.from({ length: 30 }, () => deferred<object>())
    const answerOf = (iss: string): Promise<object> =>
      (answers[Number(iss.split('/').pop())] as (typeof answers)[0]).promise
    const { calls, outcome } = createTenants(answerOf, { issuerCache: { concurrency: 2 } })
    const outcomes = answers.map((_, index) => outcome(tenant(index)))
    await nextTurn()
    expect(calls).toEqual([tenant(0), tenant(1)])
    for (const answer of answers) answer.resolve({})
    const results = await Promise.all(outcomes)
    expect(results.slice(0, 22)).toEqual(Array(22).fill('accepted'))
    expect(results.slice(22)).toEqual(Array(8).fill('issuer_unavailable'))
    expect(calls).toHaveLength(22)
  })

  it('ends with 503 verifier_closed if the verifier is closed meanwhile', async () => {
    const { outcome, urls, verifier } = createTenants(() => new Promise(() => {}))
    const waiting = outcome(ONE)
    await nextTurn()
    verifier.close()
    expect(await waiting).toBe('verifier_closed')
    expect(await outcome(ONE)).toBe('verifier_closed')
    expect(urls()).toEqual([])
  })

  it('creates nothing if the verifier was closed before the answer came', async () => {
    const answer = deferred<object>()
    const { outcome, urls, verifier } = createTenants(() => answer.promise)
    const waiting = outcome(ONE)
    await nextTurn()
    answer.resolve({})
    verifier.close()
    expect(await waiting).toBe('verifier_closed')
    expect(urls()).toEqual([])
  })
})

describe('a refusal', () => {
  beforeEach(() => stopTime())

  it('is remembered for negativeCacheMaxAge, and not for a millisecond more', async () => {
    const { calls, function_, outcome } = createTenants(() => undefined)
    expect(await outcome(ONE)).toBe('issuer_not_allowed')
    function_.resolve = () => ({})
    pass(59_999)
    expect(await outcome(ONE)).toBe('issuer_not_allowed')
    expect(calls).toHaveLength(1)
    pass(1)
    expect(await outcome(ONE)).toBe('accepted')
    expect(calls).toHaveLength(2)
  })

  it('is of one issuer only', async () => {
    const { outcome } = createTenants((iss) => (iss === ONE ? undefined : {}))
    expect(await outcome(ONE)).toBe('issuer_not_allowed')
    expect(await outcome(tenant('two'))).toBe('accepted')
  })

  it('is remembered for ten thousand issuers, and for the newest if there are more', {
    timeout: 60_000,
  }, async () => {
    const { calls, outcome, verifier } = createTenants(() => undefined, {
      issuerCache: { concurrency: 1_000 },
    })
    for (let start = 0; start < 10_001; start += 1_000) {
      const names = Array.from({ length: Math.min(1_000, 10_001 - start) }, (_, index) => start + index)
      await Promise.all(names.map((name) => outcomeOf(verifier.verify(forgedToken(tenant(name))))))
    }
    expect(calls).toHaveLength(10_001)
    for (const name of [1, 5_000, 10_000]) expect(await outcome(tenant(name))).toBe('issuer_not_allowed')
    expect(calls).toHaveLength(10_001)
    await outcome(tenant(0))
    expect(calls).toHaveLength(10_002)
  })
})

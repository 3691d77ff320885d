import { setImmediate as nextTurn } from 'node:timers/promises'
import { keySet, NOW, outcomeOf, refusalOf, signingKey, signToken } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { createSetting, createWarmSetting, publishes } from '../support/issuer.ts'
import { HOUR, pass, START, stopTime } from '../support/time.ts'

const A = signingKey('ES256', 'a')
const B = signingKey('ES256', 'b')
const hangs = (): Promise<Response> => new Promise(() => {})
const response = async (): Promise<Response> => Response.json(keySet(A))

beforeEach(() => stopTime({ timers: true }))

describe('after close()', () => {
  it('tokens are refused, known and unknown, and nothing is fetched', async () => {
    const { verifier, outcome, status, requests } = await createWarmSetting(publishes(A))
    verifier.close()
    expect(await outcome(A)).toBe('verifier_closed')
    expect(await outcome(B)).toBe('verifier_closed')
    expect(await outcomeOf(verifier.ready())).toBe('verifier_closed')
    expect(requests).toHaveLength(1)
    expect(status()).toMatchObject({ ready: false, keys: 1, age: 0, nextRefresh: undefined })
  })

  it('a cached token is refused', async () => {
    const { verifier } = await createWarmSetting(publishes(A))
    const token = signToken({ key: A })
    for (let times = 0; times < 3; times++) await verifier.verify(token)
    verifier.close()
    expect(await outcomeOf(verifier.verify(token))).toBe('verifier_closed')
  })

  it('there is no timer', async () => {
    const { verifier } = await createWarmSetting(publishes(A))
    await nextTurn()
    expect(vi.getTimerCount()).toBe(1)
    verifier.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('nothing changes if it is called again, or was called before first use', () => {
    const { verifier, status } = createSetting(publishes(A))
    verifier.close()
    verifier.close()
    expect(status().ready).toBe(false)
  })
})

describe('close()', () => {
  it('aborts the request in flight, refuses the tokens that wait for it, and leaves no timer', async () => {
    const { verifier, verify, requests } = createSetting(hangs)
    const refusal = refusalOf(verify(A))
    await nextTurn()
    verifier.close()
    const { code, status, cause } = await refusal
    expect({ code, status, cause }).toEqual({ code: 'verifier_closed', status: 503, cause: undefined })
    await nextTurn()
    expect(requests[0]?.init.signal?.aborted).toBe(true)
    expect(requests[0]?.init.signal?.reason).toMatchObject({ name: 'RemoteDocumentError', code: 'network' })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('refuses a token whose keys arrive in the same moment', async () => {
    const { verifier, server, outcome, status } = createSetting(hangs)
    const answer = deferred<Response>()
    server.answer = () => answer.promise
    const pending = outcome(A)
    await nextTurn()
    answer.resolve(response())
    verifier.close()
    expect(await pending).toBe('verifier_closed')
    expect(status()).toMatchObject({ ready: false, keys: 0 })
  })

  it.each(['published', 'fixed'])(
    'refuses a token whose signature is being verified, and does not cache it: %s keys',
    async (kind) => {
      const fixed = { jwks: keySet(A), jwksUri: undefined }
      const { verifier, requests } = await createWarmSetting(publishes(A), kind === 'fixed' ? fixed : {})
      const token = signToken({ key: A })
      // Twice, since the cache admits a token the second time.
      await verifier.verify(token)
      const pending = outcomeOf(verifier.verify(token))
      verifier.close()
      expect(await pending).toBe('verifier_closed')
      const verifySpy = vi.spyOn(globalThis.crypto.subtle, 'verify')
      expect(await outcomeOf(verifier.verify(token))).toBe('verifier_closed')
      expect(verifySpy).not.toHaveBeenCalled()
      await nextTurn()
      expect(vi.getTimerCount()).toBe(0)
      expect(requests).toHaveLength(kind === 'fixed' ? 0 : 1)
    },
  )

  it.each(['published', 'fixed'])(
    'refuses a cached token that waits for the revocation store: %s keys',
    async (kind) => {
      const answer = deferred<boolean>()
      const isRevoked = vi.fn((): boolean | Promise<boolean> => false)
      const fixed = kind === 'fixed' ? { jwks: keySet(A), jwksUri: undefined } : {}
      const { verifier } = await createWarmSetting(publishes(A), { ...fixed, revocation: { isRevoked } })
      const token = signToken({ key: A })
      for (let times = 0; times < 3; times++) await verifier.verify(token)
      isRevoked.mockReturnValue(answer.promise)
      const pending = outcomeOf(verifier.verify(token))
      await nextTurn()
      verifier.close()
      answer.resolve(false)
      expect(await pending).toBe('verifier_closed')
    },
  )
})

describe('the times of a token', () => {
  it('are checked again after a wait for keys', async () => {
    const answer = deferred<Response>()
    const { outcome, verifier } = createSetting(() => answer.promise, { clockTolerance: 0 })
    const expiring = signToken({ key: A, claims: { exp: NOW + 2 } })
    const pending = outcomeOf(verifier.verify(expiring))
    const other = outcome(A)
    await nextTurn()
    pass(2_000)
    answer.resolve(response())
    expect(await pending).toBe('token_expired')
    expect(await other).toBe('accepted')
  })

  it('are checked again after a wait for the signature', async () => {
    const { verifier } = await createWarmSetting(publishes(A), { clockTolerance: 0 })
    const pending = outcomeOf(verifier.verify(signToken({ key: A, claims: { exp: NOW + 2 } })))
    pass(2_000)
    expect(await pending).toBe('token_expired')
  })

  it('are compared with the wall clock, even if it is set back', async () => {
    const { verifier } = await createWarmSetting(publishes(A), { clockTolerance: 0 })
    const token = signToken({ key: A, claims: { exp: NOW + 2 } })
    vi.setSystemTime(START + 2_000)
    expect(await outcomeOf(verifier.verify(token))).toBe('token_expired')
    vi.setSystemTime(START + 1_999)
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
    vi.setSystemTime(START - HOUR)
    expect(await outcomeOf(verifier.verify(token))).toBe('token_issued_in_future')
  })
})

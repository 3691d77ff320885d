import { createHash } from 'node:crypto'
import { NOW } from '@okta-resource-server/testing'
import { LRUCache } from 'lru-cache'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { activeAnswer, askingVerifier, inactive, TOKEN, ticking } from '../support/introspection.ts'
import { HOUR, pass, SECOND, stepWallClock, stopTime } from '../support/time.ts'
import { decideNow, isCached } from '../support/verifiers.ts'

describe('the answer that a token is active', () => {
  it('is used for cacheMaxAge, with and without the token cache, and no longer [INTR-04]', async () => {
    for (const tokenCache of [{ max: 10 }, false] as const) {
      stopTime()
      const { outcome, calls } = askingVerifier({}, { ...ticking, tokenCache })
      for (let time = 0; time < 4; time++) expect(await outcome(TOKEN)).toBe('accepted')
      pass(29_999)
      expect(await outcome(TOKEN)).toBe('accepted')
      expect(calls).toHaveLength(1)
      pass(1)
      expect(await outcome(TOKEN)).toBe('accepted')
      expect(calls).toHaveLength(2)
      vi.useRealTimers()
    }
  })

  it('is found in the token cache without a promise, and is checked there not to be too old', async () => {
    stopTime()
    const { verifier, server } = askingVerifier({}, ticking)
    for (let time = 0; time < 3; time++) await verifier.verify(TOKEN)
    expect(decideNow(verifier, TOKEN).subject).toBe('someone')
    server.reply = inactive
    pass(30 * SECOND)
    expect(await isCached(verifier, TOKEN).catch((error: { code: string }) => error.code)).toBe(
      'token_inactive',
    )
  })

  it('stays when older answers are removed', async () => {
    stopTime({ timers: true })
    const options = { ...ticking, tokenCache: false } as const
    const { outcome, calls } = askingVerifier({ cacheMaxAge: 60 * SECOND }, options)
    await outcome(TOKEN)
    pass(50 * SECOND)
    await outcome('opaque-token-2')
    pass(25 * SECOND)
    await outcome('opaque-token-2')
    expect(calls).toHaveLength(2)
    await outcome(TOKEN)
    expect(calls).toHaveLength(3)
  })

  it('is never used beyond exp [INTR-03]', async () => {
    stopTime()
    const { outcome, server, calls } = askingVerifier({}, { ...ticking, clockTolerance: 0 })
    server.reply = () => Response.json(activeAnswer({ exp: NOW + 10 }))
    for (let time = 0; time < 3; time++) expect(await outcome(TOKEN)).toBe('accepted')
    pass(10 * SECOND)
    expect(await outcome(TOKEN)).toBe('token_expired')
    expect(calls).toHaveLength(1)
  })

  it('is not used at all with a cacheMaxAge of 0', async () => {
    const { outcome, calls } = askingVerifier({ cacheMaxAge: 0 })
    for (let time = 0; time < 4; time++) expect(await outcome(TOKEN)).toBe('accepted')
    expect(calls).toHaveLength(4)
  })

  it('ages from the moment when the server was asked', async () => {
    stopTime()
    const { outcome, server, calls } = askingVerifier({ timeoutDuration: HOUR }, ticking)
    server.reply = () => {
      pass(20 * SECOND)
      return Response.json(activeAnswer())
    }
    expect(await outcome(TOKEN)).toBe('accepted')
    pass(10 * SECOND)
    expect(await outcome(TOKEN)).toBe('accepted')
    expect(calls).toHaveLength(2)
  })

  it('is not used for longer if the wall clock is set back', async () => {
    stopTime({ timers: true })
    const { verifier, server, outcome } = askingVerifier({}, ticking)
    server.reply = () => Response.json(activeAnswer({ iat: undefined }))
    for (let time = 0; time < 3; time++) await verifier.verify(TOKEN)
    stepWallClock(-HOUR)
    server.reply = inactive
    pass(36 * SECOND)
    expect(await outcome(TOKEN)).toBe('token_inactive')
  })

  it('is kept under a digest, not under the token (RFC 9700, section 4.9.3)', async () => {
    const set = vi.spyOn(LRUCache.prototype, 'set')
    onTestFinished(() => set.mockRestore())
    const { server, outcome } = askingVerifier({}, { tokenCache: false })
    await outcome('a-1')
    server.reply = inactive
    await outcome('a-2')
    const digests = ['a-1', 'a-2'].map((token) => createHash('sha256').update(token).digest('base64url'))
    expect(new Set(set.mock.calls.map(([key]) => key))).toEqual(new Set(digests))
  })
})

describe('the answer that a token is not active', () => {
  it('is used for negativeCacheMaxAge', async () => {
    stopTime()
    const { outcome, server, calls } = askingVerifier({ negativeCacheMaxAge: 2 * SECOND }, ticking)
    server.reply = inactive
    for (let time = 0; time < 3; time++) expect(await outcome(TOKEN)).toBe('token_inactive')
    expect(calls).toHaveLength(1)
    pass(2 * SECOND)
    server.reply = () => Response.json(activeAnswer())
    expect(await outcome(TOKEN)).toBe('accepted')
  })

  it('is not used at all with a negativeCacheMaxAge of 0', async () => {
    const { outcome, server, calls } = askingVerifier({ negativeCacheMaxAge: 0 })
    server.reply = inactive
    for (let time = 0; time < 3; time++) expect(await outcome(TOKEN)).toBe('token_inactive')
    expect(calls).toHaveLength(3)
  })
})

describe('a closed verifier', () => {
  it.each(['opaque', 'only'] as const)(
    'refuses a cached opaque token that waits for the revocation store: when is %s',
    async (when) => {
      const stored = deferred<boolean>()
      const isRevoked = vi.fn((): boolean | Promise<boolean> => false)
      const { verifier, outcome, calls } = askingVerifier({ when }, { revocation: { isRevoked } })
      for (let time = 0; time < 4; time++) expect(await outcome(TOKEN)).toBe('accepted')
      isRevoked.mockReturnValue(stored.promise)
      const waiting = outcome(TOKEN)
      await new Promise((resolve) => setImmediate(resolve))
      verifier.close()
      stored.resolve(false)
      expect(await waiting).toBe('verifier_closed')
      expect(calls).toHaveLength(1)
    },
  )

  it('refuses what waits for an answer, and what was accepted before', async () => {
    const { verifier, server, outcome, calls } = askingVerifier()
    for (let time = 0; time < 3; time++) expect(await outcome(TOKEN)).toBe('accepted')
    server.reply = () => new Promise(() => {})
    const waiting = [outcome('b-1'), outcome('b-2')]
    await new Promise((resolve) => setImmediate(resolve))
    verifier.close()
    expect(await Promise.all([...waiting, outcome(TOKEN), outcome('b-3')])).toEqual(
      Array(4).fill('verifier_closed'),
    )
    expect(calls.map(({ token }) => token)).toEqual([TOKEN, 'b-1', 'b-2'])
  })
})

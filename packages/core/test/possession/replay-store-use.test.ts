import {
  bearer,
  ISSUER,
  keySet,
  NOW,
  outcomeOf,
  refusalOf,
  signingKey,
  signToken,
} from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import type { ResourceServerError } from '../../src/refusal/resource-server-error.ts'
import { boundToken, dpopRequest, makeProof, proofKey, thumbprintOf } from '../support/proofs.ts'
import { cache, makeVerifier, recordMessages } from '../support/verifiers.ts'

describe('the replay store', () => {
  const failing: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['never answers', () => new Promise(() => {})],
  ]
  it.each(failing)('that %s makes the answer a 503 [DPOP-23]', async (_title, claim) => {
    const verifier = makeVerifier({ dpop: { replayStore: { claim: claim as never }, timeoutDuration: 20 } })
    const messages = recordMessages()
    const refusal = await refusalOf(verifier.authenticate(dpopRequest(boundToken(), makeProof())))

    expect(refusal).toMatchObject({ code: 'store_unavailable', status: 503 })
    expect((refusal as ResourceServerError).headers['retry-after']).toBe('1')
    expect(messages).toContainEqual([
      'store.failed',
      { store: 'replay', error: refusal.cause, accepted: false },
    ])
  })

  it('gets ten seconds to become ready', async () => {
    vi.useFakeTimers()
    const replayStore = { claim: () => true, ready: () => new Promise<void>(() => {}) }
    const outcome = vi.fn()
    const ended = outcomeOf(makeVerifier({ dpop: { replayStore } }).ready()).then(outcome)
    await vi.advanceTimersByTimeAsync(9_999)
    expect(outcome).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await ended
    expect(outcome).toHaveBeenCalledWith('store_unavailable')
    vi.useRealTimers()
  })

  it('that is full is a 503 replay_store_full', async () => {
    const { memoryReplayStore } = await import('../../src/options/replay-store.ts')
    const verifier = makeVerifier({ dpop: { replayStore: memoryReplayStore({ max: 1 }) } })
    const send = () => verifier.authenticate(dpopRequest(boundToken(), makeProof()))
    await send()

    expect(await refusalOf(send())).toMatchObject({ code: 'replay_store_full', status: 503 })
  })

  it('gets a second to answer, and a late answer changes nothing', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let answer = (_: boolean): void => {}
    const claim = () => new Promise<boolean>((resolve) => (answer = resolve))
    const messages = recordMessages()
    const refusal = refusalOf(
      makeVerifier({ dpop: { replayStore: { claim } } }).authenticate(dpopRequest(boundToken(), makeProof())),
    )
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1))
    vi.advanceTimersByTime(1_000)

    expect(await refusal).toMatchObject({ code: 'store_unavailable', cause: { code: 'timeout' } })
    answer(true)
    expect(messages).toContainEqual([
      'store.failed',
      { store: 'replay', error: expect.objectContaining({ code: 'timeout' }), accepted: false },
    ])
    vi.useRealTimers()
  })

  it.each([false, Promise.resolve(false)])('that answers %o has seen the proof before', async (answer) => {
    const verifier = makeVerifier({ dpop: { replayStore: { claim: () => answer } } })

    expect(await outcomeOf(verifier.authenticate(dpopRequest(boundToken(), makeProof())))).toBe(
      'proof_replayed',
    )
  })

  it.each([undefined, 0, 1, 'OK', null, Promise.resolve('OK'), Promise.resolve(undefined)])(
    'that answers %o has not said whether the proof was used [DPOP-23]',
    async (answer) => {
      const verifier = makeVerifier({ dpop: { replayStore: { claim: () => answer as never } } })
      const messages = recordMessages()
      const refusal = await refusalOf(verifier.authenticate(dpopRequest(boundToken(), makeProof())))

      const error = expect.objectContaining({ code: 'wrong_answer' })
      expect(refusal).toMatchObject({ code: 'store_unavailable', status: 503, cause: error })
      expect(messages).toContainEqual(['store.failed', { store: 'replay', error, accepted: false }])
    },
  )

  it('gets digests and a positive, bounded time to live', async () => {
    const uses: unknown[] = []
    const replayStore = { claim: (use: unknown) => uses.push(use) > 0 }
    const verifier = makeVerifier({ dpop: { replayStore } })
    const times = [NOW - 64.999, NOW, NOW + 15]
    for (const iat of times) {
      await verifier.authenticate(dpopRequest(boundToken(), makeProof({ claims: { iat, jti: 'canary' } })))
    }

    expect(uses).toEqual(
      [1, 65_000, 80_000].map((timeToLive) => ({
        key: expect.stringMatching(/^[\w-]{43}$/),
        client: expect.stringMatching(/^[\w-]{43}$/),
        thumbprint: thumbprintOf(proofKey()),
        timeToLive: expect.closeTo(timeToLive, -1),
      })),
    )
    expect(JSON.stringify(uses)).not.toContain('canary')
  })

  it('can tell clients apart, but not the tokens and keys of one', async () => {
    const clients: string[] = []
    const replayStore = { claim: ({ client }: { client: string }) => clients.push(client) > 0 }
    const other = 'https://other.okta.com/oauth2/default'
    const verifier = makeVerifier({
      issuer: [ISSUER, other].map((issuer) => ({ issuer, jwks: keySet(signingKey()) })) as never,
      dpop: { replayStore },
    })
    const uses = [
      [proofKey(), { cid: 'one' }],
      [proofKey('ES256', 'second'), { cid: 'one', jti: 'other' }],
      [proofKey(), { cid: 'two' }],
      [proofKey(), { cid: 'one', iss: other }],
    ] as const
    for (const [key, claims] of uses) {
      const token = boundToken(key, { cnf: { jkt: thumbprintOf(key) }, ...claims })
      await verifier.authenticate(dpopRequest(token, makeProof({ key, token })))
    }

    const [first, ...others] = clients
    expect(others.map((client) => client === first)).toEqual([true, false, false])
    expect(clients[2]).not.toBe(clients[3])
  })

  it('that is not ready makes ready() reject, unless DPoP is disabled', async () => {
    const ready = (mode: 'allowed' | 'disabled', isReady?: () => Promise<void>): Promise<string> => {
      const replayStore = { claim: () => true, ...(isReady && { ready: isReady }) }
      return outcomeOf(makeVerifier({ dpop: { mode, replayStore } }).ready())
    }
    const down = async (): Promise<void> => {
      throw new Error('down')
    }

    expect(await ready('allowed', down)).toBe('store_unavailable')
    expect(await ready('disabled', down)).toBe('accepted')
    expect(await ready('allowed', async () => {})).toBe('accepted')
    expect(await ready('allowed')).toBe('accepted')
  })

  it('is not asked about plain tokens', async () => {
    const replayStore = {
      claim: () => {
        throw new Error('asked')
      },
    }
    const verifier = makeVerifier({ dpop: { replayStore } })
    const token = signToken()
    await cache(verifier, token)

    expect(await outcomeOf(verifier.authenticate({ headers: bearer(token) }))).toBe('accepted')
  })
})

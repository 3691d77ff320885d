import { NOW, outcomeOf } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import { requireOn } from '../../src/adapter.ts'
import type { Requirements } from '../../src/policy/requirements.ts'
import type { ReplayStore } from '../../src/stores/replay-store.ts'
import { boundToken, cacheBound, dpopRequest, makeProof, proofKey } from '../support/proofs.ts'
import { makeVerifier } from '../support/verifiers.ts'

describe('a proof that was used', () => {
  it('is refused: with the same token, on any path to the verifier [DPOP-20]', async () => {
    const verifier = makeVerifier()
    const token = boundToken()
    const proof = makeProof({ token })

    expect(await outcomeOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('accepted')
    expect(await outcomeOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('proof_replayed')
    await cacheBound(verifier, token)
    expect(await outcomeOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('proof_replayed')
  })

  it('is accepted once if it is sent many times at once', async () => {
    const verifier = makeVerifier()
    const token = boundToken()
    const proof = makeProof({ token })
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => outcomeOf(verifier.authenticate(dpopRequest(token, proof)))),
    )

    expect(outcomes.filter((each) => each === 'accepted')).toHaveLength(1)
    expect(outcomes.filter((each) => each === 'proof_replayed')).toHaveLength(49)
  })

  it('is another one if only its signature differs, as ECDSA allows: the jti counts', async () => {
    const verifier = makeVerifier()
    const token = boundToken()
    const claims = { jti: 'one' }

    expect(await outcomeOf(verifier.authenticate(dpopRequest(token, makeProof({ token, claims }))))).toBe(
      'accepted',
    )
    expect(await outcomeOf(verifier.authenticate(dpopRequest(token, makeProof({ token, claims }))))).toBe(
      'proof_replayed',
    )
  })

  it('does not spend the jti of another key', async () => {
    const verifier = makeVerifier()
    for (const name of ['one', 'two']) {
      const key = proofKey('ES256', name)
      const token = boundToken(key)
      const proof = makeProof({ key, token, claims: { jti: 'same' } })

      expect(await outcomeOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('accepted')
    }
  })

  it('is not spent by a request that was refused before', async () => {
    const verifier = makeVerifier()
    const token = boundToken()
    const claims = { jti: 'one' }
    const refused = [{ htm: 'POST' }, { ath: 'x' }, { iat: NOW - 100 }]
    for (const each of refused) {
      await outcomeOf(
        verifier.authenticate(dpopRequest(token, makeProof({ token, claims: { ...claims, ...each } }))),
      )
    }
    const forged = makeProof({ token, claims }).replace(/[^.]{20}$/, 'A'.repeat(20))
    expect(await outcomeOf(verifier.authenticate(dpopRequest(token, forged)))).toBe('proof_signature_invalid')

    expect(await outcomeOf(verifier.authenticate(dpopRequest(token, makeProof({ token, claims }))))).toBe(
      'accepted',
    )
  })

  it('is not spent by a request that does not meet what the call requires', async () => {
    for (const verifier of [makeVerifier(), makeVerifier({ tokenCache: false })]) {
      const token = boundToken()
      await cacheBound(verifier, token)
      const proof = makeProof({ token })
      const refused: [Requirements, string][] = [
        [{ scopes: ['admin'] }, 'insufficient_scope'],
        [{ possession: 'mtls' }, 'possession_required'],
        [{ authentication: { acrValues: ['phr'] } }, 'insufficient_user_authentication'],
      ]
      for (const [requirements, code] of refused) {
        expect(await outcomeOf(verifier.authenticate(dpopRequest(token, proof), requirements))).toBe(code)
      }

      expect(await outcomeOf(verifier.authenticate(dpopRequest(token, proof), { scopes: ['profile'] }))).toBe(
        'accepted',
      )
      expect(await outcomeOf(verifier.authenticate(dpopRequest(token, proof), { scopes: ['profile'] }))).toBe(
        'proof_replayed',
      )
    }
  })

  it('must still be claimed on the same request object, if only requirements were not met before', async () => {
    const verifier = makeVerifier()
    const token = boundToken()
    const proof = makeProof({ token })
    const request = dpopRequest(token, proof)
    expect(await outcomeOf(verifier.authenticate(request, { scopes: ['admin'] }))).toBe('insufficient_scope')
    expect(await outcomeOf(() => requireOn(request, undefined, { scopes: ['profile'] }))).toBe(
      'missing_token',
    )

    expect(await outcomeOf(verifier.authenticate(request, { scopes: ['profile'] }))).toBe('accepted')
    expect(await outcomeOf(() => requireOn(request, undefined, { scopes: ['profile'] }))).toBe('accepted')
    expect(await outcomeOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('proof_replayed')
  })

  it('is spent before the guards of later middleware, which decide nothing about it', async () => {
    const verifier = makeVerifier()
    const token = boundToken()
    const proof = makeProof({ token })
    const request = dpopRequest(token, proof)
    await verifier.authenticate(request)
    expect(await outcomeOf(() => requireOn(request, undefined, { scopes: ['admin'] }))).toBe(
      'insufficient_scope',
    )

    expect(await outcomeOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('proof_replayed')
  })

  it('is accepted again on the same request object: a guard or a second middleware asks once more', async () => {
    const verifier = makeVerifier()
    const token = boundToken()
    const request = dpopRequest(token, makeProof({ token }))
    await verifier.authenticate(request)

    expect(await outcomeOf(verifier.authenticate(request, { scopes: ['messages:read'] }))).toBe('accepted')
    expect(await outcomeOf(verifier.authenticate(request, { scopes: ['admin'] }))).toBe('insufficient_scope')
    const other = makeProof({ token })
    const replaced = { headers: { ...request.headers, dpop: other }, rawHeaders: undefined }
    expect(await outcomeOf(verifier.authenticate(Object.assign(request, replaced) as never))).toBe('accepted')
    expect(await outcomeOf(verifier.authenticate(dpopRequest(token, other)))).toBe('proof_replayed')
  })

  it.each([
    ['at once', (isFirst: boolean) => isFirst],
    ['later', async (isFirst: boolean) => isFirst],
  ])(
    'is claimed once by several decisions about the same request at once, by a store that answers %s',
    async (_, answer) => {
      const used = new Set<string>()
      const claim: ReplayStore['claim'] = ({ key }) => answer(!used.has(key) && used.add(key).size > 0)
      const verifier = makeVerifier({ dpop: { replayStore: { claim } } })
      const token = boundToken()
      const proof = makeProof({ token })
      const request = dpopRequest(token, proof)
      const decisions = [
        verifier.authenticate(request),
        verifier.authenticate({ raw: request }),
        verifier.authenticate(request, { scopes: ['admin'] }),
        verifier.authenticate(request, { possession: 'dpop' }),
      ]

      const outcomes = await Promise.all(decisions.map(outcomeOf))
      expect(outcomes).toEqual(['accepted', 'accepted', 'insufficient_scope', 'accepted'])
      expect(await outcomeOf(verifier.authenticate(request))).toBe('accepted')
      expect(await outcomeOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('proof_replayed')
    },
  )

  it('can be claimed by a second decision about the same request if the store failed at the first', async () => {
    const claim = vi.fn(async () => true)
    claim.mockRejectedValueOnce(new Error('down'))
    const verifier = makeVerifier({ dpop: { replayStore: { claim } } })
    const request = dpopRequest(boundToken(), makeProof())
    const decide = () => outcomeOf(verifier.authenticate(request))

    expect(await decide()).toBe('store_unavailable')
    expect(await decide()).toBe('accepted')
    expect(claim).toHaveBeenCalledTimes(2)
  })

  it('is refused on the same request object by another verifier that shares the store', async () => {
    const { memoryReplayStore } = await import('../../src/options/replay-store.ts')
    const dpop = { replayStore: memoryReplayStore() }
    const token = boundToken()
    const request = dpopRequest(token, makeProof({ token }))

    expect(await outcomeOf(makeVerifier({ dpop }).authenticate(request))).toBe('accepted')
    expect(await outcomeOf(makeVerifier({ dpop }).authenticate(request))).toBe('proof_replayed')
  })
})

describe('the claim, where revocation is checked too', () => {
  const claims: unknown[] = []
  const counting = { claim: (use: unknown) => claims.push(use) > 0 }
  const outcomeWith = (
    isRevoked: () => boolean | Promise<boolean>,
    replayStore: ReplayStore = counting,
    requirements?: Requirements,
  ) => {
    claims.length = 0
    const verifier = makeVerifier({ revocation: { isRevoked }, dpop: { replayStore } })
    return outcomeOf(verifier.authenticate(dpopRequest(boundToken(), makeProof()), requirements))
  }

  it.each([[undefined], [{ scopes: ['messages:read'] }]])(
    'does not wait for an answer that comes later, if the requirements are met: %j',
    async (requirements) => {
      let answer = (_: boolean): void => {}
      const pending = new Promise<boolean>((resolve) => (answer = resolve))
      const outcome = outcomeWith(() => pending, counting, requirements)
      await vi.waitFor(() => expect(claims).toHaveLength(1))
      answer(false)
      expect(await outcome).toBe('accepted')
      expect(claims).toHaveLength(1)
    },
  )

  it('is not made for requirements that are not met, whatever is waited for', async () => {
    claims.length = 0
    for (const isRevoked of [async () => false, async () => Promise.reject(new Error('down'))]) {
      const verifier = makeVerifier({ revocation: { isRevoked }, dpop: { replayStore: counting } })
      for (const requirements of [
        { scopes: ['admin'] },
        { claims: { sub: () => false } },
        {},
        { scope: 1 },
      ]) {
        const request = dpopRequest(boundToken(), makeProof())
        await expect(verifier.authenticate(request, requirements as never)).rejects.toThrow()
      }
    }
    expect(claims).toEqual([])
  })

  it('is not made for a token that is known to be revoked', async () => {
    expect(await outcomeWith(() => true)).toBe('token_revoked')
    expect(claims).toEqual([])
  })

  it.each<[string, ReplayStore['claim']]>([
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['has seen the proof', () => false],
  ])('does not decide about a revoked token, if the store %s', async (_, claim) => {
    expect(await outcomeWith(async () => true, { claim })).toBe('token_revoked')
    expect(await outcomeWith(async () => false, { claim })).toMatch(/^(store_unavailable|proof_replayed)$/)
  })
})

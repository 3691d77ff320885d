import { NOW, outcomeOf, refusalOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import { decide } from '../src/adapter.ts'
import type { AccessTokenVerifierOptions } from '../src/options/options.ts'
import { responseHeaders } from '../src/policy/decision.ts'
import { errorResponse } from '../src/refusal/response.ts'
import { memoryRevocationStore } from '../src/stores/memory-revocation-store.ts'
import { boundToken, cacheBound, dpopRequest, makeProof } from './support/proofs.ts'
import { cache, makeVerifier, requestWith } from './support/verifiers.ts'

const time = { now: NOW }
const verifierAt = (options: Partial<AccessTokenVerifierOptions> = {}) => {
  time.now = NOW
  return makeVerifier({ clock: () => time.now * 1_000, clockTolerance: 0, ...options })
}

describe('a request that was accepted, and is decided about again', () => {
  it('is refused once its token has expired, without a token cache as well', async () => {
    const verifier = verifierAt({ tokenCache: false })
    const request = requestWith(signToken({ claims: { exp: NOW + 60 } }))
    expect(await outcomeOf(async () => decide(verifier, request))).toBe('accepted')
    time.now += 60
    for (let round = 0; round < 2; round++) {
      expect(await outcomeOf(async () => decide(verifier, request))).toBe('token_expired')
    }
  })

  it('keeps the nonce for its response, although a requirement is not met', async () => {
    const verifier = verifierAt({ dpop: { nonce: { secrets: ['a secret that has thirty-two bytes'] } } })
    const token = boundToken()
    const first = await refusalOf(verifier.authenticate(dpopRequest(token, makeProof({ token }))))
    const nonce = errorResponse(first).headers['dpop-nonce']
    time.now += 60
    const request = dpopRequest(token, makeProof({ token, claims: { nonce } }))
    await decide(verifier, request)
    const headers = responseHeaders(request)
    expect(headers).toHaveProperty('dpop-nonce')
    const refusal = await refusalOf(async () => decide(verifier, request, { scopes: ['admin'] }))
    expect(refusal.code).toBe('insufficient_scope')
    expect(errorResponse(refusal).headers).toMatchObject(headers)
    expect(responseHeaders(request)).toEqual(headers)
  })
})

describe('a bare token', () => {
  it('has the error in each challenge, whether its signature had to be verified or not', async () => {
    const refused = { expired: { exp: NOW - 60 }, wrong: { aud: 'other' } }
    for (const claims of Object.values(refused)) {
      const verifier = makeVerifier({ dpop: 'allowed' })
      const { headers } = errorResponse(await refusalOf(verifier.verify(signToken({ claims }))))
      expect(headers['www-authenticate']).toMatch(
        /^Bearer .*error="invalid_token".*, DPoP .*error="invalid_token"/,
      )
    }
  })

  it('has the error in each challenge if it is cached', async () => {
    const [verifier, token] = [makeVerifier({ dpop: 'allowed' }), signToken()]
    await cache(verifier, token)
    const refusal = await refusalOf(verifier.verify(token, { scopes: ['admin'] }))
    expect(errorResponse(refusal).headers['www-authenticate']).toMatch(
      /^Bearer .*error="insufficient_scope".*, DPoP .*error="insufficient_scope"/,
    )
  })

  it.each(['DPoP', 'DPoP abc', 'Bearer abc'])('that looks like a header is malformed: %s', async (text) => {
    expect(await outcomeOf(makeVerifier().verify(text))).toBe('token_malformed')
  })
})

it('a bound token is looked up once in a store to which nothing was written', async () => {
  const store = {
    ...memoryRevocationStore({ clock: () => NOW * 1_000 }),
    isRevoked: vi.fn(() => false),
    writes: () => 1,
  }
  const verifier = makeVerifier({ revocation: { isRevoked: store } })
  const token = boundToken()
  await cacheBound(verifier, token)
  const send = () => verifier.authenticate(dpopRequest(token, makeProof({ token })))
  await send()
  store.isRevoked.mockClear()
  for (let request = 0; request < 3; request++) await send()
  expect(store.isRevoked).not.toHaveBeenCalled()
})

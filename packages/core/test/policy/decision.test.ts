import { inspect } from 'node:util'
import { NOW, outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide, decideMessage, requireOn, verifiedTokenOf } from '../../src/adapter.ts'
import { errorResponse, InsufficientScopeError } from '../../src/index.ts'
import { decisionOn } from '../../src/policy/decision.ts'
import { boundToken, dpopRequest, makeProof, proofKey } from '../support/proofs.ts'
import {
  cache,
  countVerifications,
  decideNow,
  makeVerifier,
  recordMessages,
  requestWith,
  untyped,
} from '../support/verifiers.ts'

describe('the decision about a request', () => {
  it('is found on every wrapper of the request of the server', async () => {
    const raw = requestWith(signToken())
    await decide(makeVerifier(), { ...raw, raw })
    expect(decisionOn(raw)).toBeDefined()
    expect(decisionOn({ raw })).toBe(decisionOn(raw))
    expect(decisionOn({ headers: raw.headers })).toBeUndefined()
  })

  it('is not shared by requests whose property raw is the same object, but not a request', async () => {
    const raw = Buffer.alloc(0)
    const [first, second] = [1, 2].map(() => ({ ...requestWith(signToken()), raw }))
    await decide(makeVerifier(), untyped(first))
    expect(verifiedTokenOf(first as object)).toBeDefined()
    expect(decisionOn(second as object)).toBeUndefined()
  })

  it('does not show in the request', async () => {
    const request = requestWith(signToken())
    await decide(makeVerifier(), request)
    expect(Object.keys(request)).toEqual(['headers'])
    // It cannot collide with what another package keeps on the request.
    expect(String(Object.getOwnPropertySymbols(request)[0])).toContain('okta-resource-server')
    expect(JSON.stringify(request)).toBe(JSON.stringify(requestWith(request.headers.authorization.slice(7))))
  })

  it('shows neither the token nor secrets of the configuration if the request is printed', async () => {
    const clientSecret = 'a-secret-of-introspection-0123456789'
    const verifier = makeVerifier({ introspection: { clientId: 'api', clientSecret } })
    const token = signToken()
    const request = requestWith(token)
    await decide(verifier, request)
    const { headers: _, ...added } = request
    for (const options of [{}, { depth: Number.POSITIVE_INFINITY, showHidden: true }]) {
      const text = inspect(added, options)
      expect(text).toContain('Decision {')
      expect(text).not.toContain(token)
      expect(text).not.toContain(clientSecret)
    }
  })

  it('is made once per verifier, even if several middlewares decide about the request', async () => {
    const [verifications, messages] = [countVerifications(), recordMessages()]
    const verifier = makeVerifier({ tokenCache: false })
    const request = requestWith(signToken())
    const auth = await decide(verifier, request)
    expect(decide(verifier, request)).toBe(auth)
    expect(decide(verifier, request, { scopes: ['messages:read'] })).toBe(auth)
    expect(verifications.count).toBe(1)
    expect(messages.map(([channel]) => channel)).toEqual(['token.accepted'])
  })

  it('stays accepted if a later call requires more, and is published as cached if the first one required more', async () => {
    const verifier = makeVerifier({ tokenCache: false })
    const messages = recordMessages()
    const admin = { scopes: ['admin'] }
    const [later, first] = [requestWith(signToken()), requestWith(signToken({ claims: { jti: 'AT.other' } }))]
    await decide(verifier, later)
    expect(() => decide(verifier, later, admin)).toThrow(InsufficientScopeError)
    decide(verifier, later)
    await expect(decide(verifier, first, admin)).rejects.toThrow(InsufficientScopeError)
    decide(verifier, first)
    const outcomes = messages.map(([channel, { cached }]) => `${channel} ${cached}`)
    expect(outcomes).toEqual([
      'token.accepted false',
      'token.refused true',
      'token.refused false',
      'token.accepted true',
    ])
  })

  it('is made once per verifier if the request has no credentials, and these are optional', async () => {
    const messages = recordMessages()
    const [first, second] = [makeVerifier(), makeVerifier()]
    const request = { headers: {} }
    for (const verifier of [first, first, first, second])
      expect(decide(verifier, request, undefined, true)).toBeUndefined()
    expect(messages).toEqual([
      ['request.anonymous', {}],
      ['request.anonymous', {}],
    ])
  })

  it('of a request with a token is not one of a request without credentials', async () => {
    const messages = recordMessages()
    const verifier = makeVerifier()
    const request = requestWith(signToken())
    await decide(verifier, request)
    Object.assign(request, { headers: {} })
    decide(verifier, request, undefined, true)
    expect(messages.map(([channel]) => channel)).toEqual(['token.accepted', 'request.anonymous'])
  })

  it('is kept if only requirements are not met, so that guards still find the token', async () => {
    const [verifier, request] = [makeVerifier(), requestWith(signToken())]
    await expect(decide(verifier, request, { scopes: ['admin'] })).rejects.toMatchObject({ status: 403 })
    expect(verifiedTokenOf(request)).toBeDefined()
    expect(() => decide(verifier, request, { scopes: ['admin'] })).toThrow()
    expect(verifiedTokenOf(request)).toBeDefined()
  })

  it('is made once about a DPoP proof, and again about a wrapper that has another one', async () => {
    const verifier = makeVerifier({ dpop: {} })
    const token = boundToken()
    const request = dpopRequest(token, makeProof({ token }))
    const auth = await decide(verifier, request)
    expect(await decide(verifier, request)).toBe(auth)
    const wrapper = dpopRequest(token, makeProof({ token, key: proofKey('ES256', 'thief') }), {
      raw: request,
    })
    expect(await outcomeOf(async () => decide(verifier, wrapper))).toBe('proof_key_mismatch')
  })

  it('is made again if another DPoP proof takes the place of the first one on the same request', async () => {
    const verifier = makeVerifier({ dpop: {} })
    const token = boundToken()
    const request = dpopRequest(token, makeProof({ token }))
    await decide(verifier, request)
    const { headers } = dpopRequest(token, makeProof({ token, key: proofKey('ES256', 'thief') }))
    Object.assign(request.headers as object, headers)
    expect(await outcomeOf(async () => decide(verifier, request))).toBe('proof_key_mismatch')
  })

  it('is made by each verifier for itself', async () => {
    const request = requestWith(signToken())
    const [first, second] = [makeVerifier({ realm: 'a' }), makeVerifier({ audience: 'other' })]
    await decide(first, request)
    await expect(decide(second, request)).rejects.toMatchObject({ code: 'audience_mismatch' })
  })

  it('is made again if the Authorization header has changed', async () => {
    const verifier = makeVerifier()
    const request = requestWith(signToken({ claims: { sub: 'one' } }))
    await decide(verifier, request)
    Object.assign(request.headers, requestWith(signToken({ claims: { sub: 'two' } })).headers)
    expect((await decide(verifier, request))?.subject).toBe('two')
  })

  it('is made each time about a frozen request', async () => {
    const verifier = makeVerifier()
    const request = Object.freeze(requestWith(signToken()))
    for (let time = 0; time < 3; time++) expect(await decide(verifier, request)).toBeDefined()
    expect(() => requireOn(request, undefined, { scopes: ['a'] })).toThrow(
      expect.objectContaining({ code: 'middleware_missing' }),
    )
  })
})

describe('the decision about a request with a cached token', () => {
  const cached = async (
    options: Parameters<typeof makeVerifier>[0] = {},
  ): Promise<[ReturnType<typeof makeVerifier>, string]> => {
    const [verifier, token] = [makeVerifier(options), signToken()]
    await cache(verifier, token)
    for (let time = 0; time < 2; time++) decideNow(verifier, token)
    return [verifier, token]
  }

  it('is published once per request, and kept on each', async () => {
    const [verifier, token] = await cached()
    const messages = recordMessages()
    const requests = [requestWith(token), requestWith(token)]
    for (const request of requests) for (let time = 0; time < 3; time++) decide(verifier, request)
    expect(messages.map(([channel]) => channel)).toEqual(['token.accepted', 'token.accepted'])
    for (const request of requests) expect(verifiedTokenOf(request)).toBe(decide(verifier, request))
  })

  it('checks the requirements of each call, and guards still find the token after one that is not met', async () => {
    const [verifier, token] = await cached()
    const request = requestWith(token)
    expect(() => decide(verifier, request, { scopes: ['admin'] })).toThrow(
      expect.objectContaining({ code: 'insufficient_scope' }),
    )
    expect(verifiedTokenOf(request)).toBeDefined()
    expect(decide(verifier, request, { scopes: ['messages:read'] })).toBeDefined()
    expect(() => decide(verifier, request, { scopes: ['admin'] })).toThrow()
    expect(() => requireOn(request, undefined, { scopes: ['admin'] })).toThrow(
      expect.objectContaining({ code: 'insufficient_scope' }),
    )
    requireOn(request, undefined, { scopes: ['messages:read'] })
  })

  it('does not reach a request with another header, or to another verifier', async () => {
    const [verifier, token] = await cached()
    const request = requestWith(token)
    decide(verifier, request)
    Object.assign(request, { headers: { authorization: `bearer  ${token}` } })
    expect(decide(verifier, request)).toBe(verifiedTokenOf(request))
    Object.assign(request, { headers: {} })
    expect(() => decide(verifier, request)).toThrow(expect.objectContaining({ code: 'missing_token' }))
    const other = makeVerifier({ realm: 'other' })
    await cache(other, token)
    decideNow(other, token)
    decide(verifier, Object.assign(request, requestWith(token)))
    const messages = recordMessages()
    for (let time = 0; time < 2; time++) expect(decide(other, request)).toBeDefined()
    expect(messages).toHaveLength(1)
  })

  it('outlives the entry of the cache, but not the token', async () => {
    const time = { now: NOW * 1_000 }
    const options = { clock: () => time.now, clockTolerance: 0, tokenCache: { max: 1 } }
    const [verifier, token] = await cached(options)
    const request = requestWith(token)
    const auth = decide(verifier, request)
    await cache(verifier, signToken({ claims: { sub: 'other' } }))
    expect(decide(verifier, request)).toBe(auth)
    time.now += 86_400_000
    expect(() => decide(verifier, request)).toThrow(expect.objectContaining({ code: 'token_expired' }))
    expect(() => requireOn(request, undefined, { scopes: ['messages:read'] })).toThrow(
      expect.objectContaining({ code: 'missing_token' }),
    )
  })

  it('is one of a request that has opened a connection, too', async () => {
    const [verifier, token] = await cached()
    const request = requestWith(token)
    decide(verifier, request)
    expect(decideMessage(verifier, request)).toBe(verifiedTokenOf(request))
    expect(() => decideMessage(verifier, request, { scopes: ['admin'] })).toThrow()
    expect(decideMessage(verifier, request)).toBe(verifiedTokenOf(request))
  })

  it('has the same response as one about a new token: the challenge names the scheme that was used', async () => {
    const [verifier, token] = await cached({ dpop: {} })
    const [hot, cold] = await Promise.all(
      [verifier, makeVerifier({ dpop: {} })].map(async (each) => {
        const refusal = async (): Promise<unknown> => decide(each, requestWith(token), { scopes: ['admin'] })
        return errorResponse(await refusal().catch((error: unknown) => error))
      }),
    )
    expect(hot).toMatchObject({ status: 403, headers: { 'www-authenticate': expect.any(String) } })
    expect(hot).toEqual(cold)
  })
})

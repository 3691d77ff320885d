import { outcomeOf, signingKey, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { countVerifications, makeVerifier, requestWith } from './support/verifiers.ts'

describe('concurrent requests', () => {
  it.each([undefined, false] as const)(
    'with one token share one verification: tokenCache %s',
    async (tokenCache) => {
      const verifications = countVerifications()
      const verifier = makeVerifier(tokenCache === undefined ? {} : { tokenCache })
      const token = signToken()
      const all = Array.from({ length: 50 }, () => verifier.authenticate(requestWith(token)))
      expect(new Set(await Promise.all(all)).size).toBe(1)
      expect(verifications.count).toBe(1)
    },
  )

  it('with different tokens do not share', async () => {
    const verifications = countVerifications()
    const verifier = makeVerifier()
    const tokens = ['a', 'b'].map((sub) => signToken({ claims: { sub } }))
    const [a, b] = await Promise.all(tokens.map((token) => verifier.verify(token)))
    expect([a?.subject, b?.subject]).toEqual(['a', 'b'])
    expect(verifications.count).toBe(2)
  })

  it('with different tokens of the same ending do not share', async () => {
    const verifier = makeVerifier()
    const [mine, other] = [signToken(), signToken({ claims: { sub: 'other' } })]
    const forged = `${other.slice(0, other.lastIndexOf('.'))}${mine.slice(mine.lastIndexOf('.'))}`
    const tokens = [mine, forged, mine, forged]
    const codes = await Promise.all(tokens.map((token) => outcomeOf(verifier.verify(token))))
    expect(codes).toEqual(['accepted', 'signature_invalid', 'accepted', 'signature_invalid'])
  })

  it('are each checked against their own requirements', async () => {
    const [verifier, token] = [makeVerifier(), signToken()]
    const scopes = ['messages:read', 'messages:write', 'profile']
    const codes = scopes.map((scope) => outcomeOf(verifier.verify(token, { scopes: [scope] })))
    expect(await Promise.all(codes)).toEqual(['accepted', 'insufficient_scope', 'accepted'])
  })

  it('with the same bad token share one verification, whose result is not cached', async () => {
    const verifications = countVerifications()
    const verifier = makeVerifier()
    const forged = signToken({ key: { ...signingKey('ES256', 'attacker'), kid: 'ES256-main' } })
    for (let round = 1; round <= 2; round++) {
      const codes = [1, 2, 3].map(() => outcomeOf(verifier.verify(forged)))
      expect(await Promise.all(codes)).toEqual(Array(3).fill('signature_invalid'))
      expect(verifications.count).toBe(round)
    }
  })
})

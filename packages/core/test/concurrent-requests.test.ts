import {
  AUDIENCE,
  ISSUER,
  NOW,
  outcomeOf,
  refusalOf,
  signingKey,
  signToken,
} from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { AuthorizationServerUnavailableError, createAccessTokenVerifier } from '../src/index.ts'
import type { ResourceServerError } from '../src/refusal/resource-server-error.ts'
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

  it('with the same bad token are refused with separate errors and challenges', async () => {
    const verifier = makeVerifier({ dpop: 'allowed' })
    const forged = signToken({ key: { ...signingKey('ES256', 'attacker'), kid: 'ES256-main' } })
    const requests = ['Bearer', 'DPoP', 'Bearer'].map((scheme) => ({
      headers: { authorization: `${scheme} ${forged}` },
    }))
    const errors = await Promise.all(requests.map((request) => refusalOf(verifier.authenticate(request))))
    expect(new Set(errors).size).toBe(3)
    expect(errors.map(({ code }) => code)).toEqual(Array(3).fill('signature_invalid'))
    expect(errors.map((error) => schemeWithError(error))).toEqual(['Bearer', 'DPoP', 'Bearer'])
  })

  it('with tokens of the same unknown issuer are refused with separate errors', async () => {
    const verifier = createAccessTokenVerifier({
      issuer: async () => undefined,
      audience: AUDIENCE,
      clock: () => NOW * 1_000,
    })
    const tokens = ['a', 'b'].map((sub) => signToken({ claims: { sub } }))
    const [one, other] = await Promise.all(tokens.map((token) => refusalOf(verifier.verify(token))))
    expect([one?.code, other?.code]).toEqual(['issuer_not_allowed', 'issuer_not_allowed'])
    expect(one).not.toBe(other)
  })
})

it('concurrent requests that wait for keys in vain are refused with separate errors, with one cause', async () => {
  const fetch = async (): Promise<Response> => new Response(null, { status: 503 })
  const clock = (): number => NOW * 1_000
  const verifier = createAccessTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, fetch, clock })
  const token = signToken()
  const [one, other] = await Promise.all([1, 2].map(() => refusalOf(verifier.verify(token))))
  expect(one).not.toBe(other)
  expect(other).toBeInstanceOf(AuthorizationServerUnavailableError)
  const { code, retryAfter, cause } = one as AuthorizationServerUnavailableError
  expect(other).toMatchObject({ code, retryAfter, cause })
})

/** The scheme whose challenge has the error. */
function schemeWithError(error: object): string | undefined {
  const { 'www-authenticate': challenges = '' } = (error as ResourceServerError).headers
  return /(Bearer|DPoP) realm="api", error=/.exec(challenges)?.[1]
}

import { keySet, scriptedFetch, signingKey, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { createSignedJwtVerifier, type SignedJwtOptions } from '../src/adapter.ts'

const ORG = 'https://example.okta.com'
const key = signingKey('RS256')
const jwt = signToken({ key, header: { typ: 'secevent+jwt' }, claims: { iss: ORG } })

function verifierOf(options: Partial<SignedJwtOptions> = {}): ReturnType<typeof createSignedJwtVerifier> {
  return createSignedJwtVerifier({ issuer: ORG, audience: 'receiver', jwks: keySet(key), ...options })
}

describe('a verifier of signed JWTs', () => {
  it("accepts Okta's org as the issuer, and returns the claims of a JWT that it has signed", async () => {
    const verifier = verifierOf()
    expect(verifier).toMatchObject({ issuer: ORG, audience: ['receiver'] })
    expect(await verifier.verify(verifier.decode(jwt, 8_192))).toMatchObject({ iss: ORG })
  })

  it.each<[what: string, code: string, options: Partial<SignedJwtOptions>]>([
    [
      'another key of that name',
      'signature_invalid',
      { jwks: { keys: [{ ...signingKey('RS256', 'other').jwk, kid: key.kid }] } },
    ],
    ['a key that is not published', 'key_unknown', { jwks: keySet(signingKey('RS256', 'other')) }],
    ['another algorithm', 'algorithm_not_allowed', { algorithms: ['ES256'] }],
  ])('refuses a JWT that was signed with %s', async (_, code, options) => {
    const verifier = verifierOf(options)
    await expect(verifier.verify(verifier.decode(jwt, 8_192))).rejects.toMatchObject({ code })
  })

  it('refuses a JWT that is larger than the caller wants, before it is decoded', () => {
    expect(() => verifierOf().decode(jwt, 100)).toThrow(expect.objectContaining({ code: 'token_too_large' }))
  })

  it('fetches its keys when it is asked to get ready, and says so', async () => {
    const { fetch } = scriptedFetch(() => Response.json(keySet(key)))
    const verifier = verifierOf({ jwks: undefined as never, jwksUri: `${ORG}/oauth2/v1/keys`, fetch })
    expect(verifier.status()).toMatchObject({ issuer: ORG, ready: false, keys: 0 })
    await verifier.ready()
    expect(verifier.status()).toMatchObject({ issuer: ORG, ready: true, keys: 1 })
    verifier.close()
    expect(verifier.status()).toMatchObject({ ready: false, nextRefresh: undefined })
  })

  it('has the clock and the tolerance with which the caller compares times', () => {
    const verifier = verifierOf({ clock: () => 7_000, clockTolerance: 3 })
    expect([verifier.clock.wall(), verifier.clockTolerance]).toEqual([7_000, 3])
  })
})

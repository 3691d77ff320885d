import {
  keySet,
  outcomeOf,
  refusalOf,
  signingKey,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAccessTokenVerifier } from '../../src/index.ts'

const ONE = 'https://one.example'
const TWO = 'https://two.example'
const A = signingKey('ES256', 'a')
const B = signingKey('ES256', 'b')

function createVerifier(second: object = { jwks: keySet(B) }) {
  const { audience, clock } = verifierOptions()
  const fetch = (): Promise<Response> => Promise.reject(new Error('down'))
  const issuer = [
    { issuer: ONE, jwks: keySet(A) },
    { issuer: TWO, ...second },
  ]
  const verifier = createAccessTokenVerifier({ issuer, audience, clock, fetch })
  onTestFinished(() => verifier.close())
  return verifier
}

describe('a verifier with several issuers', () => {
  it('verifies a token with the keys of its issuer only', async () => {
    const verifier = createVerifier()
    const outcome = (iss: unknown, key = A): Promise<string> =>
      outcomeOf(verifier.verify(signToken({ key, claims: { iss } })))
    expect(await outcome(ONE, A)).toBe('accepted')
    expect(await outcome(TWO, B)).toBe('accepted')
    expect(await outcome(ONE, B)).toBe('key_unknown')
    expect(await outcome(TWO, A)).toBe('key_unknown')
    expect(await outcome(ONE, { ...B, kid: A.kid })).toBe('signature_invalid')
  })

  it.each([
    ['has no issuer', undefined, 'issuer_missing'],
    ['has another issuer', 'https://three.example', 'issuer_not_allowed'],
    ['has an issuer with a trailing slash', `${ONE}/`, 'issuer_not_allowed'],
    ['has a list of issuers', [ONE], 'issuer_not_allowed'],
    ['has null as its issuer', null, 'issuer_not_allowed'],
  ])('refuses a token that %s', async (_title, iss, code) => {
    expect(await outcomeOf(createVerifier().verify(signToken({ key: A, claims: { iss } })))).toBe(code)
  })

  it('is ready if every issuer is, and accepts tokens of those that are', async () => {
    const verifier = createVerifier({ jwksUri: `${TWO}/keys` })
    expect((await refusalOf(verifier.ready())).code).toBe('keys_unavailable')
    expect(verifier.status()).toMatchObject({
      ready: false,
      issuers: [
        { issuer: ONE, ready: true },
        { issuer: TWO, ready: false },
      ],
    })
    expect(await outcomeOf(verifier.verify(signToken({ key: A, claims: { iss: ONE } })))).toBe('accepted')
    const ready = createVerifier()
    await ready.ready()
    expect(ready.status().ready).toBe(true)
  })

  it('closes every issuer, and then refuses even unknown issuers as closed', async () => {
    const verifier = createVerifier()
    verifier.close()
    expect(verifier.status().issuers.map(({ ready }) => ready)).toEqual([false, false])
    for (const iss of [ONE, TWO, 'https://three.example', undefined]) {
      const refusal = await refusalOf(verifier.verify(signToken({ key: A, claims: { iss } })))
      expect(refusal).toMatchObject({ code: 'verifier_closed', status: 503, retryAfter: 1 })
    }
  })
})

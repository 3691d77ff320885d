import { bearer, outcomeOf, refusalOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { ResourceServerError } from '../../src/refusal/resource-server-error.ts'
import { boundToken, dpopRequest, makeProof, outcomeOfProof, proofKey } from '../support/proofs.ts'
import { makeVerifier } from '../support/verifiers.ts'

const challengeOf = (error: unknown): string | undefined =>
  (error as ResourceServerError).headers['www-authenticate']

describe('the option dpop', () => {
  const algs = 'algs="ES256 ES384 ES512 Ed25519 EdDSA RS256 PS256"'
  const bound = () => dpopRequest(boundToken(), makeProof())
  const wrong = () => dpopRequest(boundToken(), makeProof({ claims: { htm: 'PUT' } }))
  const plain = () => ({ headers: bearer(signToken()) })
  const expired = () => ({ headers: bearer(signToken({ claims: { exp: 1 } })) })
  const anonymous = () => ({ headers: {} })

  it.each([
    [undefined, 'accepted', 'accepted'],
    ['allowed', 'accepted', 'accepted'],
    ['required', 'accepted', 'dpop_required'],
    ['disabled', 'unsupported_scheme', 'accepted'],
  ] as const)('%s: a bound token is %s, another one %s', async (dpop, ofBound, ofPlain) => {
    for (const option of [dpop, { ...(dpop && { mode: dpop }) }]) {
      const verifier = makeVerifier({ ...(option && { dpop: option }) })
      expect(await outcomeOf(verifier.authenticate(bound()))).toBe(ofBound)
      expect(await outcomeOf(verifier.authenticate(plain()))).toBe(ofPlain)
    }
  })

  it('disabled refuses bound tokens as bearer tokens, as if nothing were known of DPoP', async () => {
    const verifier = makeVerifier({ dpop: 'disabled' })
    const refusal = await refusalOf(verifier.authenticate({ headers: bearer(boundToken()) }))

    expect(refusal.code).toBe('sender_constrained')
    expect(challengeOf(refusal)).not.toContain('DPoP')
    expect(challengeOf(await refusalOf(verifier.authenticate(bound())))).toBe('Bearer realm="api"')
  })

  it('required refuses a token that is verified without a request', async () => {
    const verifier = makeVerifier({ dpop: 'required' })

    expect(await outcomeOf(verifier.verify(signToken()))).toBe('dpop_required')
    expect(await outcomeOf(verifier.verify(boundToken()))).toBe('sender_constrained')
  })

  it.each([
    [undefined, anonymous, 'Bearer realm="api"'],
    [
      undefined,
      expired,
      'Bearer realm="api", error="invalid_token", error_description="The access token has expired"',
    ],
    [
      undefined,
      wrong,
      `Bearer realm="api", DPoP realm="api", error="invalid_dpop_proof", error_description="The DPoP proof was made for another method (htm)", ${algs}`,
    ],
    ['allowed', anonymous, `Bearer realm="api", DPoP realm="api", ${algs}`],
    [
      'allowed',
      expired,
      `Bearer realm="api", error="invalid_token", error_description="The access token has expired", DPoP realm="api", ${algs}`,
    ],
    ['required', anonymous, `DPoP realm="api", ${algs}`],
    [
      'required',
      plain,
      `DPoP realm="api", error="invalid_token", error_description="Only access tokens that are bound to a key by DPoP are accepted", ${algs}`,
    ],
  ] as const)(
    '%s: the challenge to a request is as RFC 9449 asks for [DPOP-17] [DPOP-18]',
    async (dpop, request, expected) => {
      const verifier = makeVerifier({ ...(dpop && { dpop }) })

      expect(challengeOf(await refusalOf(verifier.authenticate(request())))).toBe(expected)
    },
  )

  it.each(['Digest a', 'dpopx a', 'DPoPx a', 'Dp a'])(
    'the scheme of %s is not taken for DPoP',
    async (authorization) => {
      const refusal = await refusalOf(makeVerifier().authenticate({ headers: { authorization } }))

      expect(refusal.code).toBe('unsupported_scheme')
      expect(challengeOf(refusal)).toBe('Bearer realm="api"')
    },
  )

  it('puts scopes into each challenge', async () => {
    const verifier = makeVerifier({ dpop: 'allowed' })
    const refusal = await refusalOf(verifier.authenticate(bound(), { scopes: ['admin'] }))

    expect(challengeOf(refusal)).toMatch(
      /^Bearer realm="api", scope="admin", DPoP realm="api", error="insufficient_scope", .*, scope="admin", algs="/,
    )
  })

  it('puts an error that concerns no scheme into each challenge', async () => {
    const verifier = makeVerifier({ dpop: 'allowed' })
    const refusal = await refusalOf(verifier.authenticate({ headers: {}, url: '/?access_token=a' }))

    expect(challengeOf(refusal)?.match(/error="invalid_request"/g)).toHaveLength(2)
  })

  it('algorithms limits the algorithms of proofs, and is what challenges list', async () => {
    const dpop = { algorithms: ['RS256'] }

    expect(await outcomeOfProof({}, { dpop })).toBe('proof_algorithm_not_allowed')
    expect(await outcomeOfProof({ key: proofKey('RS256') }, { dpop })).toBe('accepted')
    const refusal = await refusalOf(makeVerifier({ dpop }).authenticate(bound()))
    expect(challengeOf(refusal)).toMatch(/algs="RS256"$/)
  })
})

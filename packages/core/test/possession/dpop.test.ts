import { base64url, bearer, NOW, outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/adapter.ts'
import {
  boundToken,
  cacheBound,
  dpopRequest,
  makeProof,
  outcomeOfProof,
  proofKey,
  thumbprintOf,
  URL_OF_API,
} from '../support/proofs.ts'
import { makeVerifier } from '../support/verifiers.ts'

describe('a token that is bound by DPoP', () => {
  it('is accepted with a valid proof [DPOP-05] [DPOP-14]', async () => {
    const auth = await makeVerifier().authenticate(dpopRequest(boundToken(), makeProof()))

    expect(auth.confirmation).toEqual({ jkt: thumbprintOf(proofKey()) })
  })

  it.each(['ES256', 'ES384', 'ES512', 'EdDSA', 'RS256', 'PS256'])(
    'is accepted with a proof that is signed with %s',
    async (algorithm) => {
      expect(await outcomeOfProof({ key: proofKey(algorithm) })).toBe('accepted')
    },
  )

  it('is refused as a bearer token, with a proof or without [DPOP-15]', async () => {
    const token = boundToken()
    const request = dpopRequest(token, makeProof(), {
      headers: { ...bearer(token), dpop: makeProof() },
      rawHeaders: undefined,
    })

    for (const each of [request, { headers: bearer(token) }]) {
      expect(await outcomeOf(makeVerifier().authenticate(each))).toBe('sender_constrained')
    }
    expect(await outcomeOf(makeVerifier().verify(token))).toBe('sender_constrained')
  })

  it('needs a proof on every request, also from the token cache', async () => {
    const verifier = makeVerifier()
    const token = boundToken()
    for (let time = 0; time < 3; time++) {
      await verifier.authenticate(dpopRequest(token, makeProof({ token })))
    }
    const [stale, other] = [
      { claims: { iat: NOW - 66 } },
      { claims: { htu: 'https://api.example.com/other' } },
    ]

    expect(decide(verifier, dpopRequest(token, makeProof({ token })))).toBeInstanceOf(Promise)
    expect(() => decide(verifier, dpopRequest(token, ''))).toThrow(/has no DPoP proof/)
    expect(() => decide(verifier, dpopRequest(token, makeProof({ token, ...stale })))).toThrow(/too long ago/)
    expect(() => decide(verifier, dpopRequest(token, makeProof({ token, ...other })))).toThrow(/another URL/)
  })

  it('is refused if it is bound to a certificate as well, and the certificate is not checked', async () => {
    const cnf = { jkt: thumbprintOf(proofKey()), 'x5t#S256': 'a'.repeat(43) }

    expect(await outcomeOfProof({ token: boundToken(proofKey(), { cnf }) })).toBe('sender_constrained')
  })
})

describe('a token that is not bound', () => {
  it('is refused with the scheme DPoP, whatever proof comes with it [DPOP-22]', async () => {
    expect(await outcomeOfProof({ token: signToken() })).toBe('token_not_bound')
  })

  it('is accepted as before with the scheme Bearer, even with a proof, which proves nothing', async () => {
    const token = signToken()
    const headers = { ...bearer(token), dpop: makeProof({ token }) }

    expect(await outcomeOf(makeVerifier().authenticate({ headers }))).toBe('accepted')
    expect(await outcomeOf(makeVerifier({ dpop: 'allowed' }).authenticate({ headers }))).toBe('accepted')
  })
})

describe('the header DPoP', () => {
  const token = boundToken()
  const proof = makeProof({ token })
  const withHeaders = (dpop: unknown, raw?: readonly string[]) => ({
    ...dpopRequest(token, proof),
    headers: {
      authorization: `DPoP ${token}`,
      host: 'api.example.com',
      ...(dpop === undefined ? {} : { dpop }),
    },
    rawHeaders: raw,
  })

  it.each<[string, string, unknown, (readonly string[])?]>([
    ['that is missing [DPOP-01]', 'proof_missing', undefined],
    ['that is empty', 'proof_missing', ''],
    ['that is sent twice', 'multiple_proofs', `${proof}, ${proof}`],
    [
      'that is sent twice, of which a server keeps one',
      'multiple_proofs',
      proof,
      ['DPoP', proof, 'dpop', proof],
    ],
    ['that is a list of two', 'multiple_proofs', [proof, makeProof({ token })]],
    ['with a comma', 'multiple_proofs', `${proof},`],
    ['with text that is no JWT', 'proof_malformed', 'abc'],
    ['with two segments', 'proof_malformed', proof.split('.').slice(0, 2).join('.')],
    ['with a space', 'proof_malformed', `${proof} `],
    ['with padding', 'proof_malformed', `${proof}==`],
    ['with a JSON serialization', 'proof_malformed', '{"payload":"a"}'],
    ['with a number', 'proof_malformed', 1],
    ['of 8,192 characters', 'proof_malformed', 'a'.repeat(8_192)],
    ['of 8,193 characters', 'proof_too_large', 'a'.repeat(8_193)],
    ['of 1 MB', 'proof_too_large', 'a,'.repeat(500_000)],
    [
      'with duplicate members',
      'proof_malformed',
      `${base64url('{"alg":"ES256","alg":"ES256"}')}.${proof.split('.')[1]}.a`,
    ],
    ['with crit', 'proof_malformed', makeProof({ token, header: { crit: ['x'], x: 1 } })],
  ])('%s is refused', async (_title, code, dpop, raw) => {
    expect(await outcomeOf(makeVerifier().authenticate(withHeaders(dpop, raw) as never))).toBe(code)
  })

  it('that a Fetch request does not have is missing', async () => {
    const request = new Request(URL_OF_API, { headers: { authorization: `DPoP ${token}` } })

    expect(await outcomeOf(makeVerifier().authenticate(request))).toBe('proof_missing')
  })

  it('may be a list of one', async () => {
    expect(await outcomeOf(makeVerifier().authenticate(withHeaders([proof]) as never))).toBe('accepted')
  })

  it.each([
    ['accepted', proof, [proof]],
    ['accepted', undefined, [proof]],
    ['multiple_proofs', proof, [proof, makeProof({ token })]],
    ['multiple_proofs', proof, [makeProof({ token })]],
  ])('of a serverless event is read from both maps: %s', async (code, single, several) => {
    const { rawHeaders: _, ...event } = withHeaders(single)
    const multiValueHeaders = { Host: ['api.example.com'], DPoP: several }
    const request = { ...event, multiValueHeaders }

    expect(await outcomeOf(makeVerifier().authenticate(request as never))).toBe(code)
  })

  it('and a token in Proxy-Authorization count for nothing [DPOP-21]', async () => {
    const headers = { 'proxy-authorization': `DPoP ${token}`, dpop: proof }

    expect(await outcomeOf(makeVerifier().authenticate({ headers }))).toBe('missing_token')
  })
})

describe('the time of a proof', () => {
  it.each([
    [NOW - 64, {}, 'accepted'],
    [NOW - 65, {}, 'proof_too_old'],
    [NOW + 15, {}, 'accepted'],
    [NOW + 16, {}, 'proof_issued_in_future'],
    [NOW - 300, { dpop: { maxAge: 300 } }, 'accepted'],
    [NOW - 305, { dpop: { maxAge: 300 } }, 'proof_too_old'],
    [NOW - 61, { clockTolerance: 0 }, 'proof_too_old'],
    [NOW + 11, { clockTolerance: 0 }, 'proof_issued_in_future'],
    [NOW - 0.5, {}, 'accepted'],
    [0, {}, 'proof_too_old'],
    [-NOW, {}, 'proof_too_old'],
    [Number.MAX_VALUE, {}, 'proof_issued_in_future'],
  ])('%d with %j: %s [DPOP-11]', async (iat, options, expected) => {
    expect(await outcomeOfProof({ claims: { iat } }, options)).toBe(expected)
  })

  it('is compared again after the wait for the signature', async () => {
    const time = { now: NOW * 1_000 }
    const verifier = makeVerifier({ clock: () => time.now })
    const token = boundToken()
    await cacheBound(verifier, token)
    const decision = verifier.authenticate(dpopRequest(token, makeProof({ token })))
    time.now += 70_000

    expect(await outcomeOf(decision)).toBe('proof_too_old')
  })
})

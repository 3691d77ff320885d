import { bearer, outcomeOf, refusalOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { AccessTokenVerifier, Requirements, ResourceServerError } from '../../src/index.ts'
import { boundToken, dpopRequest, makeProof, ORIGIN, proofKey, thumbprintOf } from '../support/proofs.ts'
import { makeVerifier } from '../support/verifiers.ts'
import {
  boundToken as certificateBoundToken,
  DER,
  OTHER_DER,
  requestOverTls,
  thumbprint,
} from './certificates.ts'

const cnf = { jkt: thumbprintOf(proofKey()), 'x5t#S256': thumbprint(DER) }
const both = boundToken(proofKey(), { cnf })

/** A request with a proof, over a connection with this certificate. */
const request = (token: string, der?: Uint8Array, proof: string = makeProof({ token })) =>
  dpopRequest(token, proof, {
    socket: { encrypted: true, getPeerX509Certificate: () => der && { raw: der } },
  })

describe('a token that is bound to a key and to a certificate', () => {
  const verifier = makeVerifier({ dpop: 'allowed', mtls: 'allowed' })

  it('is accepted only with both, from the cache as well, and shows both', async () => {
    const otherKey = makeProof({ token: both, key: proofKey('ES256', 'other') })
    for (let time = 0; time < 3; time++) {
      expect((await verifier.authenticate(request(both, DER))).confirmation).toEqual(cnf)
      for (const [attempt, code] of [
        [request(both), 'certificate_missing'],
        [request(both, OTHER_DER), 'certificate_mismatch'],
        [requestOverTls(both, DER), 'sender_constrained'],
        [requestOverTls(both, DER, 'DPoP'), 'proof_missing'],
        [request(both, DER, otherKey), 'proof_key_mismatch'],
        [requestOverTls(both, undefined), 'certificate_missing'],
      ] as const) {
        expect(await outcomeOf(verifier.authenticate(attempt))).toBe(code)
      }
      expect(await outcomeOf(verifier.verify(both))).toBe('sender_constrained')
    }
  })

  it('does not use up a proof that comes over the wrong connection', async () => {
    const proof = makeProof({ token: both })
    expect(await outcomeOf(verifier.authenticate(request(both, OTHER_DER, proof)))).toBe(
      'certificate_mismatch',
    )
    expect(await outcomeOf(verifier.authenticate(request(both, DER, proof)))).toBe('accepted')
    expect(await outcomeOf(verifier.authenticate(request(both, DER, proof)))).toBe('proof_replayed')
  })

  it.each([
    ['required', 'required', 'accepted'],
    ['required', 'allowed', 'accepted'],
    ['allowed', 'required', 'accepted'],
    ['allowed', 'disabled', 'sender_constrained'],
    ['required', 'disabled', 'sender_constrained'],
    ['disabled', 'allowed', 'unsupported_scheme'],
  ] as const)('dpop %s, mtls %s: is %s', async (dpop, mtls, code) => {
    expect(await outcomeOf(makeVerifier({ dpop, mtls }).authenticate(request(both, DER)))).toBe(code)
  })

  it("is what is demanded if both options are 'required': a token with one binding is refused", async () => {
    const strict = makeVerifier({ dpop: 'required', mtls: 'required' })
    const [keyOnly, certificateOnly] = [boundToken(), certificateBoundToken(DER)]
    expect(await outcomeOf(strict.authenticate(request(keyOnly, DER)))).toBe('possession_required')
    expect(await outcomeOf(strict.authenticate(requestOverTls(certificateOnly, DER)))).toBe('dpop_required')
  })

  it('meets every requirement of possession', async () => {
    for (const possession of ['any', 'dpop', 'mtls'] as const) {
      expect(await outcomeOf(verifier.authenticate(request(both, DER), { possession }))).toBe('accepted')
    }
  })
})

const challengeOf = async (
  verifier: AccessTokenVerifier,
  attempt: object,
  requirements: Requirements,
): Promise<string | undefined> => {
  const refusal = await refusalOf(verifier.authenticate(attempt, requirements))
  return (refusal as unknown as ResourceServerError).headers['www-authenticate']
}

const ERROR =
  'error="invalid_token", error_description="The access token is not bound to its client as this request requires"'
const ALGS = 'algs="ES256"'

describe('the requirement possession, where DPoP is accepted', () => {
  const dpop = { mode: 'allowed', algorithms: ['ES256'] } as const
  const verifier = makeVerifier({ dpop, mtls: 'allowed' })
  const plain = () => ({ headers: bearer(signToken()) })
  const withKey = () => request(boundToken())
  const withCertificate = () => requestOverTls(certificateBoundToken(DER), DER)

  it.each([
    ['any', withKey],
    ['any', withCertificate],
    ['dpop', withKey],
    ['mtls', withCertificate],
  ] as const)('%s is met by a token with this binding', async (possession, attempt) => {
    for (let time = 0; time < 3; time++) {
      expect(await outcomeOf(verifier.authenticate(attempt(), { possession }))).toBe('accepted')
    }
  })

  it.each([
    ['any', plain, `Bearer realm="api", ${ERROR}, DPoP realm="api", ${ALGS}`],
    ['dpop', plain, `DPoP realm="api", ${ERROR}, ${ALGS}`],
    ['dpop', withCertificate, `DPoP realm="api", ${ERROR}, ${ALGS}`],
    ['mtls', plain, `Bearer realm="api", ${ERROR}`],
    // The error is in the challenge of the scheme that the request used, which is not one that helps.
    ['mtls', withKey, `Bearer realm="api", DPoP realm="api", ${ERROR}, ${ALGS}`],
  ] as const)(
    '%s names the schemes of tokens that meet it if the token does not',
    async (possession, attempt, challenge) => {
      for (let time = 0; time < 3; time++) {
        expect(await challengeOf(verifier, attempt(), { possession })).toBe(challenge)
      }
    },
  )

  it('names no scheme that is not accepted', async () => {
    const withoutDpop = makeVerifier({ dpop: 'disabled', mtls: 'allowed' })
    expect(await challengeOf(withoutDpop, plain(), { possession: 'dpop' })).toBe(
      `Bearer realm="api", ${ERROR}`,
    )
  })

  it('names DPoP alone where DPoP is required', async () => {
    const withDpop = makeVerifier({
      dpop: { mode: 'required', externalUrl: ORIGIN, algorithms: 'ES256' },
      mtls: 'allowed',
    })
    expect(await challengeOf(withDpop, withKey(), { possession: 'mtls' })).toBe(
      `DPoP realm="api", ${ERROR}, ${ALGS}`,
    )
  })

  it('is not met by a DPoP-bound token without its proof, whatever the requirement', async () => {
    const headers = { authorization: `DPoP ${boundToken()}` }
    for (const possession of ['any', 'dpop'] as const) {
      const refused = verifier.authenticate({ ...withKey(), headers, rawHeaders: [] }, { possession })
      expect(await outcomeOf(refused)).toBe('proof_missing')
    }
  })
})

describe('step-up authentication with a DPoP-bound token', () => {
  const authentication = { acrValues: ['phr', 'phrh'], maxAge: 60 }
  const description = 'error="insufficient_user_authentication", error_description="[^"]+"'

  it.each([undefined, 'allowed', 'required'] as const)(
    'has the error and the levels in the challenge of the scheme DPoP only; the option dpop is %s [STEP-01] [STEP-02]',
    async (dpop) => {
      const verifier = makeVerifier({ ...(dpop && { dpop }) })
      const refusal = await refusalOf(verifier.authenticate(request(boundToken()), { authentication }))
      const { status, headers } = refusal as unknown as ResourceServerError
      const [first = '', second] = String(headers['www-authenticate']).split(/(?=DPoP realm)/)
      const ofDpop = second ?? first

      expect(status).toBe(401)
      expect(ofDpop).toMatch(
        new RegExp(`^DPoP realm="api", ${description}, acr_values="phr phrh", max_age="60", algs="`),
      )
      if (dpop === 'required') expect(second).toBeUndefined()
      else expect(first).toBe('Bearer realm="api", ')
    },
  )

  it('has them in the challenge of the scheme Bearer for a bearer token [STEP-01]', async () => {
    const verifier = makeVerifier({ dpop: 'allowed' })
    const headers = bearer(signToken())
    expect(await challengeOf(verifier, { headers }, { authentication })).toMatch(
      new RegExp(
        `^Bearer realm="api", ${description}, acr_values="phr phrh", max_age="60", DPoP realm="api", algs="`,
      ),
    )
  })

  it('is not asked for before the proof was accepted [STEP-04]', async () => {
    const wrong = request(boundToken(), undefined, makeProof({ claims: { htm: 'PUT' } }))
    expect(await outcomeOf(makeVerifier().authenticate(wrong, { authentication }))).toBe(
      'proof_method_mismatch',
    )
  })
})

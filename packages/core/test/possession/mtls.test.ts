import { bearer, outcomeOf, refusalOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide, requireOn } from '../../src/adapter.ts'
import type { MtlsMode, ResourceServerError } from '../../src/index.ts'
import { makeVerifier, requestWith } from '../support/verifiers.ts'
import {
  base64,
  boundToken,
  DER,
  hexadecimal,
  OTHER_DER,
  requestOverTls,
  thumbprint,
} from './certificates.ts'

const bound = boundToken(DER)
const unbound = signToken()
const JKT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'

describe('the option mtls', () => {
  const outcomes = async (mode: MtlsMode | undefined): Promise<string[]> => {
    const verifier = makeVerifier(mode === undefined ? {} : { mtls: mode })
    const requests = [
      requestOverTls(unbound, undefined),
      requestOverTls(unbound, DER),
      requestOverTls(bound, DER),
      requestOverTls(bound, OTHER_DER),
      requestOverTls(bound, undefined),
    ]
    return Promise.all(requests.map((request) => outcomeOf(verifier.authenticate(request))))
  }

  it('refuses bound tokens unless it is set, whatever the certificate [MTLS-05]', async () => {
    for (const mode of [undefined, 'disabled'] as const) {
      const refused = Array.from({ length: 3 }, () => 'sender_constrained')
      expect(await outcomes(mode)).toEqual(['accepted', 'accepted', ...refused])
    }
  })

  it("'allowed' accepts unbound tokens, and bound ones with their certificate [MTLS-01] [MTLS-04]", async () => {
    expect(await outcomes('allowed')).toEqual([
      ...['accepted', 'accepted', 'accepted'],
      ...['certificate_mismatch', 'certificate_missing'],
    ])
  })

  it("'required' refuses unbound tokens, with or without a certificate", async () => {
    expect(await outcomes('required')).toEqual([
      ...['possession_required', 'possession_required', 'accepted'],
      ...['certificate_mismatch', 'certificate_missing'],
    ])
  })
})

describe('a bound token', () => {
  const verifier = makeVerifier({ mtls: 'allowed' })

  it('is accepted with the scheme Bearer only, and shows what it is bound to', async () => {
    const auth = await verifier.authenticate(requestOverTls(bound, DER))
    expect(auth.confirmation).toEqual({ 'x5t#S256': thumbprint(DER) })
    expect(await outcomeOf(verifier.authenticate(requestOverTls(bound, DER, 'DPoP')))).toBe('token_not_bound')
    expect((await verifier.authenticate(requestWith(unbound))).confirmation).toBeUndefined()
  })

  it('is refused with 401 invalid_token, and the answer is not to be stored [MTLS-02] [MTLS-07]', async () => {
    for (const der of [OTHER_DER, undefined]) {
      const refusal = await refusalOf(verifier.authenticate(requestOverTls(bound, der)))
      const error = refusal as unknown as ResourceServerError
      expect(error).toMatchObject({ status: 401, error: 'invalid_token' })
      expect(error.headers).toMatchObject({
        'www-authenticate': expect.stringMatching(/^Bearer realm="api", error="invalid_token", /),
        'cache-control': 'no-store',
      })
    }
  })

  it('is compared with the certificate of each request when it is cached [MTLS-01]', async () => {
    for (const der of [DER, DER, DER]) await verifier.authenticate(requestOverTls(bound, der))
    expect(decide(verifier, requestOverTls(bound, DER))).not.toBeInstanceOf(Promise)
    for (const [der, outcome] of [
      [OTHER_DER, 'certificate_mismatch'],
      [undefined, 'certificate_missing'],
      [DER, 'accepted'],
    ] as const) {
      expect(await outcomeOf(() => decide(verifier, requestOverTls(bound, der)))).toBe(outcome)
    }
  })

  it('is refused without a request, cached or not [MTLS-04]', async () => {
    const fresh = makeVerifier({ mtls: 'allowed' })
    expect(await outcomeOf(fresh.verify(bound))).toBe('sender_constrained')
    await fresh.authenticate(requestOverTls(bound, DER))
    await fresh.authenticate(requestOverTls(bound, DER))
    expect(await outcomeOf(fresh.verify(bound))).toBe('sender_constrained')
    expect(await outcomeOf(makeVerifier({ mtls: 'required' }).verify(unbound))).toBe('possession_required')
  })

  it('is refused for a request without a TLS connection of its own [MTLS-04]', async () => {
    for (const request of [
      { headers: bearer(bound) },
      new Request('https://api.example/', { headers: bearer(bound) }),
      { headers: bearer(bound), socket: null },
      { headers: bearer(bound), socket: { remoteAddress: '127.0.0.1' } },
      { headers: bearer(bound), rawHeaders: ['Client-Cert', `:${base64(DER)}:`] },
    ]) {
      expect(await outcomeOf(verifier.authenticate(request))).toBe('certificate_missing')
    }
  })

  it('is accepted from a wrapped request by the connection of the request inside', async () => {
    const raw = requestOverTls(bound, DER)
    expect(await outcomeOf(verifier.authenticate({ headers: raw.headers, raw }))).toBe('accepted')
    expect(await outcomeOf(verifier.authenticate({ raw }))).toBe('accepted')
  })

  it('is refused by a guard without a decision that accepted it', async () => {
    const request = requestOverTls(bound, OTHER_DER)
    expect(await outcomeOf(() => decide(verifier, request))).toBe('certificate_mismatch')
    expect(await outcomeOf(() => requireOn(request, undefined, { scopes: ['profile'] }))).toBe(
      'missing_token',
    )
  })

  it.each([
    [{ 'x5t#S256': thumbprint(DER), jwk: {} }],
    [{ 'x5t#S256': thumbprint(DER), kid: 'a' }],
    [{ 'x5t#S256': `${thumbprint(DER)}=` }],
    [{ 'x5t#S256': hexadecimal(DER) }],
    [{ 'x5t#S256': [thumbprint(DER)] }],
    [{ 'X5T#S256': thumbprint(DER) }],
    [{ x5t: thumbprint(DER) }],
    [{ kid: 'a' }],
  ])('is refused with what is not understood in cnf: %j [MTLS-05]', async (cnf) => {
    const token = signToken({ claims: { cnf } })
    expect(await outcomeOf(verifier.authenticate(requestOverTls(token, DER)))).toBe('sender_constrained')
  })
})

describe('a token with two bindings', () => {
  it('is refused although its certificate matches, if the other one is not proved', async () => {
    const verifier = makeVerifier({ mtls: 'allowed' })
    const token = signToken({ claims: { cnf: { jkt: JKT, 'x5t#S256': thumbprint(DER) } } })
    expect(await outcomeOf(verifier.authenticate(requestOverTls(token, DER)))).not.toBe('accepted')
    expect(await outcomeOf(verifier.authenticate(requestOverTls(token, OTHER_DER)))).toBe(
      'certificate_mismatch',
    )
  })
})

it("'required' refuses a token that is bound to a DPoP key only", async () => {
  const token = signToken({ claims: { cnf: { jkt: JKT } } })
  const verifier = makeVerifier({ mtls: 'required' })
  expect(await outcomeOf(verifier.authenticate(requestOverTls(token, DER)))).toBe('possession_required')
})

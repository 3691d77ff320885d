import { bearer, outcomeOf, refusalOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide, requireOn } from '../../src/adapter.ts'
import { clientCertHeader, errorResponse, type MtlsMode, type ResourceServerError } from '../../src/index.ts'
import { cache, makeVerifier, requestWith } from '../support/verifiers.ts'
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

describe('the function mtls.certificate', () => {
  const outcomeWith = (found: unknown): Promise<string> =>
    outcomeOf(
      makeVerifier({ mtls: { certificate: () => found as undefined } }).authenticate(
        requestOverTls(bound, DER),
      ),
    )

  it.each([
    ['an X509Certificate', { raw: DER, fingerprint: 'SHA-1' }],
    ['DER bytes', DER],
    ['the hash in hexadecimal', { sha256: hexadecimal(DER) }],
    ['the hash in upper case', { sha256: hexadecimal(DER).toUpperCase() }],
    ['the hash in base64url', { sha256: thumbprint(DER) }],
    ['the hash in base64', { sha256: Buffer.from(hexadecimal(DER), 'hex').toString('base64') }],
  ])('can return %s', async (_what, found) => {
    expect(await outcomeWith(found)).toBe('accepted')
  })

  it.each([
    ['nothing', undefined, 'certificate_missing'],
    ['null', null, 'certificate_missing'],
    // What getPeerCertificate() returns if there is no certificate.
    ['an empty object', {}, 'certificate_missing'],
    ['another certificate', OTHER_DER, 'certificate_mismatch'],
    ['no bytes', Buffer.alloc(0), 'certificate_mismatch'],
    ['a hash that is too short', { sha256: 'abc' }, 'certificate_malformed'],
    ['an empty hash', { sha256: '' }, 'certificate_malformed'],
  ])('that returns %s leads to a refusal [MTLS-04]', async (_what, found, code) => {
    expect(await outcomeWith(found)).toBe(code)
  })

  it.each([
    ['a promise', Promise.resolve({ raw: DER })],
    ['PEM text', 'PEM'],
    ['true', true],
    ['an object of another kind', { subject: 'CN=a' }],
    ['bytes under another type', { raw: base64(DER) }],
  ])('that returns %s is a fault of the application, and nothing is accepted', async (_what, found) => {
    await expect(outcomeWith(found)).rejects.toThrow(/^mtls\.certificate must return an X509Certificate/)
  })

  it('that throws is a fault of the application, whatever status the error has', async () => {
    const fault = Object.assign(new Error('no socket'), { status: 404, expose: true })
    const verifier = makeVerifier({
      mtls: {
        certificate: () => {
          throw fault
        },
      },
    })
    const error: unknown = await verifier.authenticate(requestOverTls(bound, DER)).catch((thrown) => thrown)
    expect(error).toMatchObject({ message: 'The function mtls.certificate threw an error', cause: fault })
    expect(errorResponse(error).status).toBe(500)
  })

  it('is not called for unbound tokens', async () => {
    let calls = 0
    const count = (): undefined => void calls++
    const verifier = makeVerifier({ mtls: { mode: 'allowed', certificate: count } })
    await cache(verifier, unbound)
    await verifier.authenticate(requestOverTls(unbound, DER))
    expect(calls).toBe(0)
  })

  it('replaces the connection, so that the certificate of a proxy is not taken for that of the client [MTLS-06]', async () => {
    const verifier = makeVerifier({ mtls: { certificate: clientCertHeader({ trustedPeers: '127.0.0.1' }) } })
    const request = requestOverTls(bound, DER)
    const throughProxy = (der: Uint8Array, remoteAddress: string) => ({
      ...request,
      rawHeaders: [...request.rawHeaders, 'Client-Cert', `:${base64(der)}:`],
      socket: { ...request.socket, remoteAddress },
    })
    expect(await outcomeOf(verifier.authenticate(request))).toBe('certificate_missing')
    expect(await outcomeOf(verifier.authenticate(throughProxy(DER, '127.0.0.1')))).toBe('accepted')
    expect(await outcomeOf(verifier.authenticate(throughProxy(OTHER_DER, '127.0.0.1')))).toBe(
      'certificate_mismatch',
    )
    expect(await outcomeOf(verifier.authenticate(throughProxy(DER, '192.0.2.1')))).toBe('certificate_missing')
    const twice = throughProxy(DER, '127.0.0.1')
    twice.rawHeaders.push('Client-Cert', `:${base64(DER)}:`)
    expect(await outcomeOf(verifier.authenticate(twice))).toBe('certificate_malformed')
  })

  it('can demand more than possession, such as a chain that the server has verified [MTLS-09]', async () => {
    type Tls = { readonly socket?: { readonly authorized?: boolean } & NonNullable<unknown> }
    const verifier = makeVerifier({
      mtls: {
        certificate: ({ socket }) =>
          (socket as Tls['socket'])?.authorized === true ? socket?.getPeerX509Certificate?.() : undefined,
      },
    })
    const over = (authorized: boolean) => {
      const request = requestOverTls(bound, DER)
      return { ...request, socket: { ...request.socket, authorized } }
    }
    expect(await outcomeOf(verifier.authenticate(over(true)))).toBe('accepted')
    expect(await outcomeOf(verifier.authenticate(over(false)))).toBe('certificate_missing')
  })
})

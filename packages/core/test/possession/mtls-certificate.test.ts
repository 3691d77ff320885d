import { outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { clientCertHeader, errorResponse } from '../../src/index.ts'
import { cache, makeVerifier } from '../support/verifiers.ts'
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

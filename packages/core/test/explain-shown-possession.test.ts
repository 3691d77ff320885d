import { NOW, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { AccessTokenVerifierOptions } from '../src/options/options.ts'
import type { RequestLike } from '../src/request/request.ts'
import { table } from './support/explanations.ts'
import { boundToken, dpopRequest, makeProof, type ProofOptions, URL_OF_API } from './support/proofs.ts'
import { makeVerifier, requestWith } from './support/verifiers.ts'

describe('what is found and wanted of possession', () => {
  const possessionOf = async (
    token: string | RequestLike,
    options: Partial<AccessTokenVerifierOptions> = {},
  ): Promise<unknown> => table(await makeVerifier(options).explain(token)).possession
  const withProof = (proof: ProofOptions = {}): RequestLike => dpopRequest(boundToken(), makeProof(proof))

  it('is no more than the modes for a bearer token', async () => {
    expect(await possessionOf(requestWith(signToken()))).toEqual([
      { scheme: 'Bearer', bound: 'no' },
      { dpop: 'unset', mtls: 'disabled' },
    ])
  })

  it('includes what the proof says and must say for a token that is bound by DPoP', async () => {
    const htu = `${URL_OF_API}?a=1`
    expect(await possessionOf(withProof({ claims: { htu } }))).toEqual([
      {
        ...{ scheme: 'DPoP', bound: ['jkt'], typ: 'dpop+jwt', alg: 'ES256', kty: 'EC', crv: 'P-256' },
        ...{ htm: 'GET', iat: NOW, htu: URL_OF_API, nonce: 'none' },
      },
      {
        ...{ dpop: 'unset', mtls: 'disabled', alg: ['ES256', 'ES384', 'ES512', 'Ed25519', 'RS256', 'PS256'] },
        ...{ htm: 'GET', htu: URL_OF_API, now: NOW, maxAge: 60, clockTolerance: 5 },
      },
    ])
  })

  it.each([
    ['without a key', { header: { jwk: undefined } }],
    ['whose key is null', { header: { jwk: null } }],
    ['whose key is a text', { header: { jwk: 'canary' } }],
  ])('includes what is left of a proof %s', async (_what, proof) => {
    const [found] = (await possessionOf(withProof(proof))) as object[]
    expect(found).toEqual({
      ...{ scheme: 'DPoP', bound: ['jkt'], typ: 'dpop+jwt', alg: 'ES256' },
      ...{ htm: 'GET', iat: NOW, htu: URL_OF_API, nonce: 'none' },
    })
  })

  it('includes no htu that is not a text', async () => {
    const [found] = (await possessionOf(withProof({ claims: { htu: 1 } }))) as object[]
    expect(found).not.toHaveProperty('htu')
    expect(found).toHaveProperty('htm')
  })

  it('includes nothing of a proof that cannot be read, or that is missing', async () => {
    const onlyToken = { scheme: 'DPoP', bound: ['jkt'] }
    for (const proof of ['', 'a.b.c']) {
      const [found, wanted] = (await possessionOf(dpopRequest(boundToken(), proof))) as object[]
      expect(found).toEqual(onlyToken)
      expect(wanted).toHaveProperty('htm', 'GET')
    }
  })

  it('includes no method and no URL if there is no request', async () => {
    const [found, wanted] = (await possessionOf(boundToken())) as object[]
    expect(found).toEqual({ scheme: 'Bearer', bound: ['jkt'] })
    expect(Object.keys(wanted as object)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^ht/)]))
    expect(wanted).toHaveProperty('maxAge', 60)
  })

  it('includes no URL if the function externalUrl fails, which then decides nothing', async () => {
    const externalUrl = (): never => {
      throw new Error('canary')
    }
    const request = withProof({ claims: { htm: 'PUT' } })
    const [, wanted] = (await possessionOf(request, { dpop: { externalUrl } })) as object[]
    expect(wanted).not.toHaveProperty('htu')
    expect(wanted).toHaveProperty('htm', 'GET')
  })

  it('includes the URL without its query, and whether there is a nonce, but not which', async () => {
    const externalUrl = (): string => `${URL_OF_API}?secret=canary`
    const request = withProof({ claims: { nonce: 'canary' } })
    const shown = (await possessionOf(request, { dpop: { externalUrl } })) as object[]
    expect(shown).toMatchObject([{ nonce: 'present' }, { htu: URL_OF_API }])
    expect(JSON.stringify(shown)).not.toContain('canary')
  })

  it('is no more than the modes if DPoP is disabled, or if the token is bound to a certificate only', async () => {
    const ofCertificate = signToken({ claims: { cnf: { 'x5t#S256': 'a'.repeat(43) } } })
    expect(await possessionOf(boundToken(), { dpop: 'disabled' })).toEqual([
      { scheme: 'Bearer', bound: ['jkt'] },
      { dpop: 'disabled', mtls: 'disabled' },
    ])
    expect(await possessionOf(ofCertificate, { mtls: 'allowed' })).toEqual([
      { scheme: 'Bearer', bound: ['x5t#S256'] },
      { dpop: 'unset', mtls: 'allowed' },
    ])
  })

  it('is a nonce instead of an age where nonces are asked for', async () => {
    const [, wanted] = (await possessionOf(withProof(), { dpop: { nonce: {} } })) as object[]
    expect(wanted).toMatchObject({ nonce: 'of this server', now: NOW })
    expect(wanted).not.toHaveProperty('maxAge')
  })

  it('is that the proof was not used before, once it is verified', async () => {
    expect(table(await makeVerifier().explain(withProof())).replay).toEqual([
      {},
      { proof: 'not used before' },
    ])
  })
})

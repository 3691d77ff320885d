import { NOW, outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { StoreError } from '../src/refusal/store-error.ts'
import { row } from './support/explanations.ts'
import {
  boundToken,
  dpopRequest,
  makeProof,
  type ProofOptions,
  proofKey,
  publicJwk,
  thumbprintOf,
} from './support/proofs.ts'
import { makeVerifier } from './support/verifiers.ts'

describe('step-up and possession', () => {
  const required = {
    authentication: { acrValues: ['phr'], maxAge: 60 },
    possession: 'mtls',
    scopes: ['profile'],
  } as const

  it('are explained with what was found and wanted, in the order in which they decide', async () => {
    const token = signToken({ claims: { acr: 'pwd', auth_time: NOW } })
    const explanation = await makeVerifier().explain(token, required)

    expect(explanation).toMatchObject({ accepted: false, code: 'possession_required' })
    const names = explanation.checks
      .map(({ check }) => check)
      .filter((name) => name.startsWith('requirement'))
    expect(names).toEqual(['requirement scopes', 'requirement possession', 'requirement authentication'])
    expect(row(explanation, 'requirement possession')).toMatchObject({
      ...{ outcome: 'failed', code: 'possession_required' },
      ...{ found: { cnf: [] }, wanted: { possession: 'mtls' } },
    })
    expect(row(explanation, 'requirement authentication')).toMatchObject({
      ...{ outcome: 'failed', code: 'insufficient_user_authentication' },
      found: { acr: 'pwd', auth_time: NOW },
      wanted: { authentication: { acrValues: ['phr'], maxAge: 60 } },
      hint: expect.stringContaining('acr_values'),
    })
  })

  it('are explained as the decision is, whatever the order in which they are written', async () => {
    const verifier = makeVerifier()
    const token = signToken({ claims: { scp: [] } })
    const { code } = await verifier.explain(token, required)
    expect(code).toBe(await outcomeOf(verifier.verify(token, required)))
  })
})

describe('a store that fails', () => {
  it('is explained with the reason and the code of its server', async () => {
    const isRevoked = (): never => {
      throw new StoreError('lost', 'OOM')
    }
    const { checks } = await makeVerifier({ revocation: { isRevoked } }).explain(signToken())

    expect(checks.find(({ code }) => code !== undefined)).toMatchObject({
      code: 'store_unavailable',
      found: { cause: 'lost', serverCode: 'OOM' },
    })
  })
})

describe('the check of possession', () => {
  const url = 'https://api.example.com/messages'
  const canary = 'canary-7Kq'
  const explain = (proof: ProofOptions, options: Parameters<typeof makeVerifier>[0] = {}) =>
    makeVerifier(options).explain(dpopRequest(boundToken(), makeProof(proof)))

  it('passes for a valid proof, and does not use it up', async () => {
    const verifier = makeVerifier()
    const request = dpopRequest(boundToken(), makeProof())
    const explanations = [await verifier.explain(request), await verifier.explain(request)]

    for (const explanation of explanations) {
      expect(explanation).toMatchObject({ accepted: true, code: undefined })
      expect(row(explanation, 'possession')).toMatchObject({
        outcome: 'passed',
        found: {
          scheme: 'DPoP',
          bound: ['jkt'],
          typ: 'dpop+jwt',
          alg: 'ES256',
          kty: 'EC',
          htm: 'GET',
          htu: url,
        },
        wanted: { dpop: 'unset', htm: 'GET', htu: url, now: NOW, maxAge: 60, clockTolerance: 5 },
        unverified: false,
      })
      expect(row(explanation, 'replay').outcome).toBe('not run')
    }
    expect((await verifier.authenticate(request)).confirmation).toBeDefined()
  })

  it('shows what a proof was made for, as unverified', async () => {
    const explanation = await explain({ claims: { htu: `${url}/other?secret=${canary}`, htm: 'PUT' } })

    expect(explanation).toMatchObject({ accepted: false, code: 'proof_method_mismatch' })
    expect(row(explanation, 'possession')).toMatchObject({
      outcome: 'failed',
      found: { htm: 'PUT', htu: `${url}/other` },
      hint: expect.stringContaining('htm'),
      unverified: true,
    })
    expect(row(explanation, 'audience').unverified).toBe(false)
  })

  it('shows neither nonce, identifier, hash nor key of a proof', async () => {
    const claims = { jti: canary, nonce: canary, ath: canary, extra: canary }
    const explanation = await explain({ claims, header: { kid: canary } })
    const shown = JSON.stringify(explanation)

    expect(row(explanation, 'possession').found).toMatchObject({ nonce: 'present' })
    for (const hidden of [canary, String(publicJwk(proofKey()).x), thumbprintOf(proofKey())]) {
      expect(shown).not.toContain(hidden)
    }
  })

  it('shows which nonces are wanted', async () => {
    const explanation = await explain({}, { dpop: { nonce: {} } })

    expect(explanation.code).toBe('proof_nonce_missing')
    expect(row(explanation, 'possession')).toMatchObject({
      found: { nonce: 'none' },
      wanted: { nonce: 'of this server' },
    })
  })

  it('says that a bound token needs a request, and that another one is not bound', async () => {
    const bare = await makeVerifier().explain(boundToken())
    const plain = await makeVerifier({ dpop: 'required' }).explain(signToken())

    expect(row(bare, 'possession')).toMatchObject({ code: 'sender_constrained', found: { bound: ['jkt'] } })
    expect(row(plain, 'possession')).toMatchObject({
      code: 'dpop_required',
      found: { scheme: 'Bearer', bound: 'no' },
      wanted: { dpop: 'required' },
    })
  })

  it('is run for proofs of every form', async () => {
    for (const dpop of ['', 'a', `${makeProof()},`, 'a.b.c']) {
      const request = { ...dpopRequest(boundToken(), ''), rawHeaders: undefined }
      const explanation = await makeVerifier().explain({
        ...request,
        headers: { ...request.headers, dpop },
      } as never)

      expect(row(explanation, 'possession').outcome).toBe('failed')
    }
  })
})

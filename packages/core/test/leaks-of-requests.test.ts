import { inspect } from 'node:util'
import { ISSUER } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide } from '../src/adapter.ts'
import { ConfigurationError } from '../src/index.ts'
import { createAccessTokenVerifier } from '../src/verifier.ts'
import { CANARY, expectNoCanary, refusalOf } from './support/canary.ts'
import { boundToken, dpopRequest, makeProof, type ProofOptions, proofKey } from './support/proofs.ts'
import { makeVerifier, recordMessages, untyped } from './support/verifiers.ts'

const C = CANARY

describe('nothing of a request is shown', () => {
  const authorization = `Bearer ${C}`

  it.each<[string, unknown]>([
    ['a malformed header', { headers: { authorization: `${authorization} ${C}` } }],
    ['another scheme', { headers: { authorization: `${C} ${C}` } }],
    ['several headers', { headers: { authorization: [authorization, authorization] } }],
    [
      'a second header in the raw ones',
      { headers: {}, rawHeaders: ['authorization', C, 'Authorization', C] },
    ],
    ['a token in the query', { headers: {}, url: `/${C}?access_token=${C}` }],
    ['tokens in header and query', { headers: { authorization }, url: `/?access_token=${C}` }],
    [
      'a token in the form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: { access_token: C } },
    ],
    ['no token', { headers: { cookie: C }, url: `/${C}`, body: { access_token: C } }],
    ['a token that is too large', { headers: { authorization: `Bearer ${C.repeat(2_000)}` } }],
  ])('by the refusal of %s', async (_title, request) => {
    await refusalOf(() => decide(makeVerifier(), untyped(request)))
  })
})

describe('nothing of a proof is shown', () => {
  const token = boundToken()
  const canary = { jti: C, nonce: C, htu: `https://${C}.example/${C}?${C}`, htm: C, ath: C, extra: C }
  const header = { kid: C, extra: C }
  const { jti, nonce, htu, htm, ath } = canary

  it.each<[string, ProofOptions]>([
    ['proof_type_invalid', { header: { typ: C } }],
    ['proof_algorithm_not_allowed', { header: { alg: C } }],
    ['proof_key_private', { header: { jwk: { kty: C, d: C } } }],
    ['proof_key_unsuitable', { header: { jwk: { kty: C, x: C } } }],
    ['proof_claim_malformed', { claims: { iat: C } }],
    ['proof_method_mismatch', { claims: { htm } }],
    ['proof_url_mismatch', { claims: { htu } }],
    ['proof_token_mismatch', { claims: { ath } }],
    ['proof_too_old', { claims: { iat: 1 } }],
    ['proof_key_mismatch', { key: proofKey('ES256', 'other') }],
  ])('by the refusal %s', async (code, differs) => {
    const [verifier, messages] = [makeVerifier(), recordMessages()]
    const claims = { jti, nonce, extra: C, ...differs.claims }
    const proof = makeProof({ ...differs, token, claims, header: { ...header, ...differs.header } })
    const request = dpopRequest(token, proof)

    expect((await refusalOf(() => verifier.authenticate(request), proof)).code).toBe(code)
    expectNoCanary(inspect(messages, { depth: Number.POSITIVE_INFINITY, showHidden: true }), proof)
  })

  it('by an acceptance, a refusal as used, and what is kept', async () => {
    const [verifier, messages] = [makeVerifier(), recordMessages()]
    const proof = makeProof({ token, claims: { jti, nonce, extra: C }, header })
    const auth = await verifier.authenticate(dpopRequest(token, proof))
    const refusal = await refusalOf(() => verifier.authenticate(dpopRequest(token, proof)), proof)
    const options = { depth: Number.POSITIVE_INFINITY, showHidden: true }

    expect(refusal.code).toBe('proof_replayed')
    expectNoCanary(inspect([auth, messages, verifier], options), proof)
  })
})

describe('nothing of an option is shown', () => {
  it.each([
    { issuer: `https://someone:${C}@example.com` },
    { issuer: `https://example.com/?secret=${C}` },
    { issuer: C },
    { jwksUri: `http://${C}.example.com/keys` },
    { audience: ` ${C}` },
    { clientIds: [`{${C}}`] },
    { algorithms: [C] },
    { profile: C },
    { cacheMaxAge: C },
    { jwks: C },
    { fetch: C },
    { tokenCache: C },
    { maxTokenSize: C },
    { realm: `"${C}"` },
    { dpop: C },
    { dpop: { mode: C } },
    { dpop: { algorithms: [C] } },
    { dpop: { nonce: { secrets: [C] } } },
    { dpop: { externalUrl: `https://a:${C}@api.example.com` } },
    { dpop: { replayStore: C } },
  ])('by the error about it: %o', (options) => {
    const create = (): unknown =>
      createAccessTokenVerifier(untyped({ issuer: ISSUER, audience: 'a', ...options }))
    expect(create).toThrow(ConfigurationError)
    try {
      create()
    } catch (error) {
      expectNoCanary(`${(error as Error).message} ${JSON.stringify(error)}`)
    }
  })
})

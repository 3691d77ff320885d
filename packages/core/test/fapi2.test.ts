import {
  keySet,
  NOW,
  outcomeOf,
  type SigningKey,
  scriptedFetch,
  signingKey,
  signToken,
} from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import type { AccessTokenVerifierOptions } from '../src/options/options.ts'
import type { Requirements } from '../src/policy/requirements.ts'
import { errorResponse } from '../src/refusal/response.ts'
import { memoryRevocationStore } from '../src/stores/memory-revocation-store.ts'
import { type AccessTokenVerifier, createAccessTokenVerifier } from '../src/verifier.ts'
import {
  dpopRequest,
  makeProof,
  ORIGIN,
  type ProofOptions,
  proofKey,
  thumbprintOf,
} from './support/proofs.ts'

const BANK = 'https://as.bank.example'
const OTHER = 'https://as.other.example'
const FAPI_KEYS = ['PS256', 'ES256', 'EdDSA'].map((algorithm) => signingKey(algorithm, 'bank'))
const [PS, ES] = FAPI_KEYS as [SigningKey, SigningKey]
const RS = signingKey('RS256', 'bank')
const clock = () => NOW * 1_000
const store = memoryRevocationStore({ clock })

/** A verifier as `docs/fapi.md` configures it. */
function makeBank(options: Partial<AccessTokenVerifierOptions> = {}): AccessTokenVerifier {
  return createAccessTokenVerifier({
    ...{ issuer: BANK, audience: ORIGIN, fapi2: true, clock, jwks: keySet(...FAPI_KEYS, RS) },
    dpop: { mode: 'required', externalUrl: ORIGIN },
    revocation: { isRevoked: store },
    ...options,
  } as AccessTokenVerifierOptions)
}

/** A token that is bound to {@link proofKey}. */
function bankToken(claims: Readonly<Record<string, unknown>> = {}, key: SigningKey = ES): string {
  const own = { iss: BANK, aud: ORIGIN, client_id: 'app', cid: undefined, scp: undefined, scope: 'accounts' }
  const cnf = { jkt: thumbprintOf(proofKey()) }
  return signToken({ key, header: { typ: 'at+jwt' }, claims: { ...own, cnf, ...claims } })
}

let verifier: AccessTokenVerifier
beforeEach(() => {
  verifier = makeBank()
})

const send = (token: string, proof: ProofOptions = {}, details: object = {}, requirements?: Requirements) =>
  outcomeOf(
    verifier.authenticate(
      dpopRequest(token, makeProof({ token, ...proof }), details as Record<string, unknown>),
      requirements,
    ),
  )

describe('an API with fapi2', () => {
  it.each(FAPI_KEYS)(
    'accepts a bound token in the header, signed with $algorithm [FAPI-01] [FAPI-05] [FAPI-06]',
    async (key) => {
      expect(await send(bankToken({}, key))).toBe('accepted')
    },
  )

  it('does not accept a token in the query, alone or beside the header [FAPI-02]', async () => {
    const token = bankToken()
    const url = `/messages?access_token=${token}`
    expect(await send(token, {}, { url })).toBe('multiple_tokens')
    expect(await outcomeOf(verifier.authenticate({ headers: {}, url }))).toBe('token_in_query')
  })

  it.each<[string, string, string]>([
    ['has expired', bankToken({ exp: NOW - 60 }), 'token_expired'],
    ['is for another API', bankToken({ aud: 'https://other.example' }), 'audience_mismatch'],
    [
      'was changed',
      bankToken().replace(/\.[^.]+\./, `.${bankToken({ sub: 'x' }).split('.')[1]}.AAAA`),
      'signature_invalid',
    ],
    [
      'refers to a status list',
      bankToken({ status: { status_list: { idx: 1, uri: 'https://s.example' } } }),
      'status_not_supported',
    ],
  ])('refuses a token that %s [FAPI-03]', async (_title, token, code) => {
    expect(await send(token)).toBe(code)
  })

  it('refuses a revoked token, also a cached one [FAPI-03]', async () => {
    const token = bankToken({ jti: 'revoked-1' })
    for (let time = 0; time < 3; time++) expect(await send(token)).toBe('accepted')
    await store.revoke({ issuer: BANK, jti: 'revoked-1' })
    expect(await send(token)).toBe('token_revoked')
  })

  it('refuses a token of which the issuer says that it is not active [FAPI-03]', async () => {
    let active = true
    const { fetch } = scriptedFetch(() =>
      Response.json(active ? { active, aud: ORIGIN, exp: NOW + 600 } : { active }),
    )
    const introspection = { clientId: 'api', clientSecret: 'the-secret', endpoint: `${BANK}/introspect` }
    const options = {
      fetch,
      revocation: undefined,
      introspection: { ...introspection, when: 'always', cacheMaxAge: 0 },
    }
    verifier = makeBank(options as never)
    const token = bankToken()
    for (let time = 0; time < 3; time++) expect(await send(token)).toBe('accepted')
    active = false
    expect(await send(token)).toBe('token_inactive')
  })

  it('answers a token that does not suffice with 403 and insufficient_scope [FAPI-04]', async () => {
    const token = bankToken({ authorization_details: [{ type: 'payment', limit: 10 }] })
    const insufficient = [
      { scopes: ['payments'] },
      { authorizationDetails: { type: 'payment' } },
      { claims: { tenant: 'a' } },
    ]
    for (const requirements of insufficient) {
      const error = await verifier
        .authenticate(dpopRequest(token, makeProof({ token })), requirements)
        .catch((reason: unknown) => reason)
      const { status, headers } = errorResponse(error)
      expect(status).toBe(403)
      expect(headers['www-authenticate']).toMatch(/^DPoP .*error="insufficient_scope"/)
    }
    expect(await send(token, {}, {}, { scopes: ['accounts'] })).toBe('accepted')
  })

  it('refuses a token that is not bound, and one that is used without its key [FAPI-05]', async () => {
    const unbound = bankToken({ cnf: undefined })
    const headers = (token: string) => ({ authorization: `Bearer ${token}` })
    expect(await outcomeOf(verifier.authenticate({ headers: headers(unbound) }))).toBe('possession_required')
    expect(await outcomeOf(verifier.authenticate({ headers: headers(bankToken()) }))).toBe(
      'sender_constrained',
    )
    expect(await outcomeOf(verifier.verify(unbound))).toBe('possession_required')
    expect(await send(bankToken(), { key: proofKey('ES256', 'thief') })).toBe('proof_key_mismatch')
  })

  it('accepts either kind of binding where both are allowed, and no token without one [FAPI-05]', async () => {
    const [sha256, other] = ['ab'.repeat(32), 'cd'.repeat(32)] as const
    const [x5t, otherX5t] = [sha256, other].map((hex) => Buffer.from(hex, 'hex').toString('base64url'))
    verifier = makeBank({
      dpop: { mode: 'allowed', externalUrl: ORIGIN },
      mtls: { mode: 'allowed', certificate: () => ({ sha256 }) },
    })
    const asBearer = (token: string) =>
      outcomeOf(verifier.authenticate({ headers: { authorization: `Bearer ${token}` } }))
    expect(await asBearer(bankToken({ cnf: { 'x5t#S256': x5t } }))).toBe('accepted')
    expect(await asBearer(bankToken({ cnf: { 'x5t#S256': otherX5t } }))).toBe('certificate_mismatch')
    expect(await asBearer(bankToken({ cnf: undefined }))).toBe('possession_required')
    expect(await send(bankToken())).toBe('accepted')
    const introspection = { clientId: 'api', clientSecret: 'the-secret', endpoint: `${BANK}/introspect` }
    verifier = makeBank({
      ...{ dpop: { mode: 'allowed', externalUrl: ORIGIN }, mtls: 'allowed', revocation: undefined },
      fetch: async () => Response.json({ active: true, aud: ORIGIN, exp: NOW + 600 }),
      introspection: { ...introspection, when: 'always' },
    } as never)
    const unbound = bankToken({ cnf: undefined })
    for (let time = 0; time < 3; time++) expect(await asBearer(unbound)).toBe('possession_required')
    verifier = makeBank({
      dpop: undefined,
      mtls: { mode: 'required', certificate: () => ({ sha256 }) },
    } as never)
    expect(await asBearer(bankToken({ cnf: { 'x5t#S256': x5t } }))).toBe('accepted')
    expect(await asBearer(bankToken({ cnf: undefined }))).toBe('possession_required')
  })

  it('refuses tokens and proofs with other algorithms, RS256 and none among them [FAPI-06]', async () => {
    expect(await send(bankToken({}, RS))).toBe('algorithm_not_allowed')
    expect(await send(bankToken({}, signingKey('ES384', 'bank')))).toBe('algorithm_not_allowed')
    const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${bankToken().split('.')[1]}.AAAA`
    expect(await send(none)).toBe('algorithm_not_allowed')
    for (const algorithm of ['RS256', 'ES384']) {
      const key = proofKey(algorithm)
      const token = bankToken({ cnf: { jkt: thumbprintOf(key) } })
      expect(await send(token, { key })).toBe('proof_algorithm_not_allowed')
    }
  })

  it('accepts proofs with each algorithm of FAPI 2.0 [FAPI-06]', async () => {
    for (const algorithm of ['PS256', 'ES256', 'EdDSA']) {
      const key = proofKey(algorithm)
      expect(await send(bankToken({ cnf: { jkt: thumbprintOf(key) } }), { key })).toBe('accepted')
    }
  })

  it('chooses among keys with one kid by type, use and algorithm [FAPI-10]', async () => {
    const kid = ES.kid
    const encryption = { ...signingKey('ES256', 'enc').jwk, use: 'enc', kid }
    const jwks = { keys: [{ ...RS.jwk, kid }, encryption, { ...PS.jwk, kid }, ES.jwk] }
    verifier = makeBank({ jwks })
    expect(await send(bankToken())).toBe('accepted')
    expect(await send(bankToken({}, { ...PS, kid }))).toBe('accepted')
    expect(await send(bankToken({}, { ...signingKey('ES256', 'enc'), kid }))).toBe('signature_invalid')
  })

  it('refuses a proof that was used, and one that is too old [FAPI-12]', async () => {
    const token = bankToken()
    const proof = makeProof({ token })
    const request = () => dpopRequest(token, proof)
    expect(await outcomeOf(verifier.authenticate(request()))).toBe('accepted')
    expect(await outcomeOf(verifier.authenticate(request()))).toBe('proof_replayed')
    expect(await send(token, { claims: { iat: NOW - 120 } })).toBe('proof_too_old')
  })

  it('refuses tokens of other issuers; a route can require one of several [FAPI-13]', async () => {
    expect(await send(bankToken({ iss: OTHER }))).toBe('issuer_not_allowed')
    const jwks = keySet(...FAPI_KEYS)
    verifier = makeBank({
      issuer: [
        { issuer: BANK, jwks },
        { issuer: OTHER, jwks },
      ],
      jwks: undefined,
    } as never)
    const expected = { claims: { iss: BANK } }
    expect(await send(bankToken({ iss: OTHER }))).toBe('accepted')
    expect(await send(bankToken({ iss: OTHER }), {}, {}, expected)).toBe('insufficient_claims')
    expect(await send(bankToken(), {}, {}, expected)).toBe('accepted')
  })
})

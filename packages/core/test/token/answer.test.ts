import { NOW, outcomeOf, signingKey, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { AccessTokenVerifierOptions } from '../../src/options/options.ts'
import { API, AS, activeAnswer, askingVerifier, OPAQUE } from '../support/introspection.ts'
import { dpopRequest, makeProof, proofKey, thumbprintOf } from '../support/proofs.ts'

type Members = Readonly<Record<string, unknown>>

const BOUND = { token_type: 'DPoP', cnf: { jkt: thumbprintOf(proofKey()) } }

/** A verifier whose authorization server answers this about every token. */
function verifierFor(
  answer: Members,
  options: Partial<AccessTokenVerifierOptions> = {},
  when: 'opaque' | 'always' = 'opaque',
) {
  const { verifier, server } = askingVerifier({ when }, options)
  server.reply = () => Response.json(activeAnswer(answer))
  return verifier
}

describe('a JWT about which the authorization server is asked', () => {
  const jwt = (claims: Members): string =>
    signToken({
      header: { typ: 'at+jwt' },
      claims: { iss: AS, aud: API, client_id: 'client-1', cid: undefined, scp: undefined, ...claims },
    })
  const verify = (claims: Members, answer: Members, options: Partial<AccessTokenVerifierOptions> = {}) =>
    verifierFor(answer, { jwks: { keys: [signingKey().jwk] }, ...options }, 'always').verify(jwt(claims))

  it.each<[string, Members, Members, readonly string[]]>([
    ['of the answer, in scp', { scope: 'admin' }, { scope: undefined, scp: ['profile'] }, ['profile']],
    ['of the answer, in scope', { scp: ['admin'] }, { scope: 'profile' }, ['profile']],
    ['of the JWT, if the answer has none', { scope: 'admin' }, { scope: undefined }, ['admin']],
  ])('has the scopes %s', async (_title, claims, answer, scopes) => {
    expect((await verify(claims, answer)).scopes).toEqual(scopes)
  })

  it.each([
    [60, 600],
    [600, 60],
  ])('expires at the earlier of both ends: %d or %d seconds from now', async (own, answered) => {
    const auth = await verify({ exp: NOW + own }, { exp: NOW + answered })
    expect(auth.expiresAt).toBe(NOW + 60)
  })

  it('is refused from the cache once it is older than maxTokenAge by the first of both times of issue', async () => {
    let now = NOW * 1_000
    const options = {
      jwks: { keys: [signingKey().jwk] },
      clock: () => now,
      clockTolerance: 0,
      maxTokenAge: 60,
    }
    const verifier = verifierFor({ iat: NOW }, options, 'always')
    const token = jwt({ iat: NOW - 50 })
    for (let time = 0; time < 3; time++) await verifier.verify(token)
    now += 10_001
    expect(await outcomeOf(verifier.verify(token))).toBe('token_too_old')
  })

  it('is valid from the later of both times of issue and of both beginnings', async () => {
    const outcome = (claims: Members, answer: Members, options: Partial<AccessTokenVerifierOptions> = {}) =>
      outcomeOf(verify(claims, answer, options))

    expect(await outcome({ nbf: NOW - 60 }, { nbf: NOW + 60 })).toBe('token_not_yet_valid')
    expect(await outcome({ iat: NOW - 60 }, { iat: NOW + 60 })).toBe('token_issued_in_future')
    expect(await outcome({ iat: NOW - 60 }, { iat: undefined }, { maxTokenAge: 3_600 })).toBe('accepted')
  })
})

describe('an opaque token', () => {
  it('is asked about again once the answer is too old, even if it is cached', async () => {
    let now = NOW * 1_000
    const { verifier, calls } = askingVerifier({ cacheMaxAge: 60_000 }, { clock: () => now })
    for (let time = 0; time < 3; time++) await verifier.verify(OPAQUE)
    expect(calls).toHaveLength(1)
    now += 60_000
    await verifier.verify(OPAQUE)
    expect(calls).toHaveLength(2)
  })

  it('is refused from the cache once it has expired', async () => {
    let now = NOW * 1_000
    const options = { jwks: { keys: [signingKey().jwk] }, clock: () => now, clockTolerance: 0 }
    const verifier = verifierFor({ exp: NOW + 10 }, options)
    for (let time = 0; time < 3; time++) await verifier.verify(OPAQUE)
    now += 10_000
    expect(await outcomeOf(verifier.verify(OPAQUE))).toBe('token_expired')
  })

  it('has no claims that the answer does not have', async () => {
    const { claims } = await verifierFor({}).verify(OPAQUE)
    const { active: _, ...answered } = activeAnswer()
    expect(Object.keys(claims).sort()).toEqual(Object.keys(answered).sort())
  })

  it('of a server other than Okta does not show the caller by uid', async () => {
    const verifying = verifierFor({ uid: '00u1' }).verify(OPAQUE, { caller: 'user' })
    await expect(verifying).rejects.toMatchObject({ code: 'caller_not_allowed' })
  })

  it.each<[string, Members, Partial<AccessTokenVerifierOptions>?]>([
    ['for this API', {}],
    [
      'without an audience, where none is wanted',
      { aud: undefined },
      { audience: null, clientIds: 'client-1' },
    ],
  ])('that is bound by DPoP is accepted with its proof, %s', async (_title, answer, options) => {
    const request = dpopRequest(OPAQUE, makeProof({ token: OPAQUE }))
    const auth = await verifierFor({ ...BOUND, ...answer }, options).authenticate(request)
    expect(auth.confirmation).toEqual(BOUND.cnf)
  })
})

import {
  AUDIENCE,
  CLIENT_ID,
  ISSUER,
  keySet,
  NOW,
  scriptedFetch,
  signingKey,
  signSegments,
  signToken,
  type TokenOptions,
} from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import { ConfigurationError } from '../src/index.ts'
import { EACH_TIME, ONCE } from '../src/token/checks.ts'
import { outcomes, row } from './support/explanations.ts'
import { FORGED, makeVerifier, recordMessages, remoteVerifier, requestWith } from './support/verifiers.ts'

describe('the checks of an explanation', () => {
  it('all pass for a token that is accepted', async () => {
    const explanation = await makeVerifier().explain(signToken(), { scopes: ['messages:read'] })

    expect(explanation).toMatchObject({ accepted: true, code: undefined })
    expect(new Set(Object.values(outcomes(explanation)))).toEqual(new Set(['passed']))
    expect(explanation.checks.every(({ unverified }) => !unverified)).toBe(true)
  })

  it('are those that decide, in their order, each once', async () => {
    const { checks } = await makeVerifier().explain(signToken())
    const concernsFew = (name: string): boolean => /^(?:active|answer|status list)/.test(name)
    const names = [...[...ONCE, ...EACH_TIME].map(({ name }) => name), 'possession'].filter(
      (name) => !concernsFew(name),
    )

    expect(checks.map(({ check }) => check)).toEqual([...new Set(names)])
  })

  it('go on after one has failed', async () => {
    const token = signToken({ claims: { exp: NOW - 60, aud: 'api://other', cid: 'another' } })
    const explanation = await makeVerifier({ clientIds: CLIENT_ID }).explain(token, { scopes: ['missing'] })

    expect(explanation).toMatchObject({ accepted: false, code: 'token_expired' })
    expect(row(explanation, 'times')).toMatchObject({ outcome: 'failed', code: 'token_expired' })
    expect(row(explanation, 'signature').outcome).toBe('passed')
    expect(row(explanation, 'audience')).toMatchObject({
      outcome: 'failed',
      code: 'audience_mismatch',
      found: { aud: 'api://other' },
      wanted: { aud: [AUDIENCE] },
    })
    expect(row(explanation, 'client')).toMatchObject({ outcome: 'failed', wanted: { client: [CLIENT_ID] } })
  })

  it('are not run where they depend on one that failed, and still show what they would look at', async () => {
    const explanation = await makeVerifier().explain(signToken(FORGED))

    expect(outcomes(explanation)).toMatchObject({
      issuer: 'passed',
      times: 'passed',
      signature: 'failed',
      audience: 'not run',
      client: 'not run',
      scopes: 'not run',
    })
    expect(row(explanation, 'audience')).toMatchObject({
      found: { aud: AUDIENCE },
      wanted: { aud: [AUDIENCE] },
    })
    expect(explanation.checks.every(({ unverified }) => unverified)).toBe(true)
  })

  it.each(['none', 'HS256'])(
    'verify no signature of the algorithm %s, and fetch no key for it',
    async (alg) => {
      const { verifier, requestCount } = remoteVerifier([signingKey()])
      const explanation = await verifier.explain(signToken({ header: { alg } }))

      expect(outcomes(explanation)).toMatchObject({ algorithm: 'failed', signature: 'not run' })
      expect(requestCount()).toBe(0)
    },
  )

  it('need only checks that come before them', () => {
    const names = ONCE.map(({ name }) => name)
    for (const [index, { needs = [] }] of ONCE.entries()) {
      for (const needed of needs) expect(names.slice(0, index)).toContain(needed)
    }
  })

  it('include one for each requirement, with the claims that it names', async () => {
    const explanation = await makeVerifier().explain(signToken({ claims: { department: 'sales' } }), {
      scopes: ['profile'],
      claims: { department: 'legal', level: (value: unknown) => value === 3 },
    })

    expect(explanation).toMatchObject({ accepted: false, code: 'insufficient_claims' })
    expect(row(explanation, 'requirement scopes')).toMatchObject({ outcome: 'passed' })
    expect(row(explanation, 'requirement claims')).toMatchObject({
      outcome: 'failed',
      found: { department: 'sales' },
      wanted: { claims: { department: 'legal', level: 'a function' } },
    })
  })

  it('show no claim that the token lacks, even if every object has such a member', async () => {
    const claims = { toString: 'x', level: 3 }
    const explanation = await makeVerifier().explain(signToken(), { claims })
    const found = row(explanation, 'requirement claims').found as object
    expect(Object.keys(found)).toEqual([])
  })
})

describe('explain', () => {
  it('calls functions of requirements only once the signature is verified', async () => {
    const department = vi.fn(() => true)
    const verifier = makeVerifier()

    const forged = await verifier.explain(signToken(FORGED), { claims: { department } })
    expect(row(forged, 'requirement claims').outcome).toBe('not run')
    expect(department).not.toHaveBeenCalled()

    await verifier.explain(signToken(), { claims: { department } })
    expect(department).toHaveBeenCalledOnce()
  })

  it.each<[string, TokenOptions]>([
    ['forged', FORGED],
    ['for another API', { claims: { aud: 'api://other' } }],
  ])('lists the checks of a request, but asks no store, for a token that is %s', async (_title, token) => {
    const isRevoked = vi.fn(() => false)
    const verifier = makeVerifier({ revocation: { isRevoked } })

    const refused = await verifier.explain(requestWith(signToken(token)))
    expect(refused.checks.map(({ check }) => check).slice(-4)).toEqual([
      ...['issuer usable', 'key published', 'possession', 'revocation'],
    ])
    expect(outcomes(refused)).toMatchObject({ possession: 'not run', revocation: 'not run' })
    expect(outcomes(await makeVerifier().explain(signToken(token)))).not.toHaveProperty('revocation')
    expect(isRevoked).not.toHaveBeenCalled()

    expect(outcomes(await verifier.explain(requestWith(signToken())))).toMatchObject({ revocation: 'passed' })
    expect(isRevoked).toHaveBeenCalledOnce()
  })

  it('caches no token, and publishes no decision', async () => {
    const verifier = makeVerifier()
    const messages = recordMessages()
    for (let i = 0; i < 3; i++) await verifier.explain(signToken())
    expect(messages).toEqual([])

    await verifier.verify(signToken())
    expect(messages).toMatchObject([['token.accepted', { cached: false }]])
  })

  it.each([
    ['no JWT', 'opaque-token', 'token_malformed'],
    ['an empty string', '', 'token_malformed'],
    ['too large a token', 'x'.repeat(20_000), 'token_too_large'],
    ['an encrypted token', 'a.b.c.d.e', 'token_encrypted'],
    ['claims that are no object', signSegments('{"alg":"ES256"}', '[]', signingKey()), 'token_malformed'],
    [
      'claims of the wrong types',
      signToken({ claims: { iss: 1, aud: {}, scp: 2, cid: [] } }),
      'issuer_not_allowed',
    ],
  ])('does not throw for %s', async (_what, token, code) => {
    await expect(makeVerifier().explain(token)).resolves.toMatchObject({ accepted: false, code })
  })

  it('says why keys are unavailable', async () => {
    const { fetch } = scriptedFetch(() => new Response('', { status: 503 }))
    const explanation = await makeVerifier({ jwksUri: `${ISSUER}/v1/keys`, fetch }).explain(signToken())

    expect(explanation.code).toBe('keys_unavailable')
    expect(row(explanation, 'signature').found).toMatchObject({
      cause: 'http_status',
      status: 503,
      url: `${ISSUER}/v1/keys`,
    })
  })

  it('does not throw after close()', async () => {
    const verifier = makeVerifier()
    verifier.close()

    await expect(verifier.explain(signToken())).resolves.toMatchObject({ code: 'verifier_closed' })
  })

  it('throws for wrong requirements and for what is neither token nor request', async () => {
    const verifier = makeVerifier()

    await expect(verifier.explain(signToken(), {})).rejects.toThrow(ConfigurationError)
    await expect(verifier.explain(undefined as never)).rejects.toThrow(TypeError)
    await expect(verifier.explain({} as never)).rejects.toThrow(TypeError)
  })

  it('returns an object that is frozen', async () => {
    const explanation = await makeVerifier().explain(signToken())

    expect(Object.isFrozen(explanation)).toBe(true)
    expect(Object.isFrozen(explanation.checks)).toBe(true)
    expect(explanation.checks.every(Object.isFrozen)).toBe(true)
  })
})

describe('a token that expires while its keys are fetched', () => {
  it('is not accepted', async () => {
    const time = { now: NOW * 1_000 }
    const verifier = makeVerifier({
      jwksUri: `${ISSUER}/v1/keys`,
      clock: () => time.now,
      fetch: async () => {
        time.now += 7_200_000
        return Response.json(keySet(signingKey()))
      },
    })
    const explanation = await verifier.explain(signToken({ claims: { exp: NOW + 3_600 } }))
    verifier.close()

    expect(row(explanation, 'signature').outcome).toBe('passed')
    expect(explanation).toMatchObject({ accepted: false, code: 'token_expired' })
    expect(explanation.checks).toContainEqual(expect.objectContaining({ check: 'times', outcome: 'failed' }))
  })
})

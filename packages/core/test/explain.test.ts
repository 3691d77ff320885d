import {
  AUDIENCE,
  CLIENT_ID,
  ISSUER,
  keySet,
  NOW,
  outcomeOf,
  scriptedFetch,
  signingKey,
  signSegments,
  signToken,
  type TokenOptions,
} from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import { ConfigurationError, createAccessTokenVerifier } from '../src/index.ts'
import { StoreError } from '../src/refusal/store-error.ts'
import { EACH_TIME, ONCE } from '../src/token/checks.ts'
import type { ExplainedCheck, Explanation } from '../src/token/explanation.ts'
import {
  boundToken,
  dpopRequest,
  makeProof,
  type ProofOptions,
  proofKey,
  publicJwk,
  thumbprintOf,
} from './support/proofs.ts'
import { makeVerifier, recordMessages, remoteVerifier, requestWith } from './support/verifiers.ts'

const OTHER_KEY = signingKey('ES256', 'attacker')
const FORGED = { key: OTHER_KEY, header: { kid: signingKey().kid } }

function row({ checks }: Explanation, name: string): ExplainedCheck {
  const found = checks.find(({ check }) => check === name)
  if (found === undefined) throw new Error(`there is no check ${name}`)
  return found
}

const outcomes = ({ checks }: Explanation): Record<string, string> =>
  Object.fromEntries(checks.map(({ check, outcome }) => [check, outcome]))

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
})

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

describe('the hint', () => {
  it('names a slash at the end that makes the difference', async () => {
    const explanation = await makeVerifier().explain(signToken({ claims: { iss: `${ISSUER}/` } }))

    expect(row(explanation, 'issuer')).toMatchObject({
      code: 'issuer_not_allowed',
      found: { iss: `${ISSUER}/` },
      wanted: { iss: [ISSUER] },
      unverified: true,
      hint: expect.stringContaining('slash'),
    })
  })

  it('names upper and lower case that make the difference, and nothing for another issuer', async () => {
    const hintFor = async (iss: string): Promise<string | undefined> =>
      row(await makeVerifier().explain(signToken({ claims: { iss } })), 'issuer').hint

    expect(await hintFor(ISSUER.toUpperCase())).toContain('upper and lower case')
    expect(await hintFor('https://other.example.com')).not.toContain('case')
  })

  it('names the profile that the token matches', async () => {
    const claims = { cid: undefined, client_id: CLIENT_ID, scp: undefined, scope: 'messages:read' }
    const explanation = await makeVerifier().explain(signToken({ claims }))

    expect(row(explanation, 'type')).toMatchObject({
      code: 'not_an_access_token',
      hint: expect.stringContaining("set profile to ['okta', 'rfc9068', 'generic']"),
    })
  })

  it("names the profile okta for Okta's tokens, of users and of agents", async () => {
    const agent = { cid: undefined, scp: undefined, scope: 'messages:read', sub_profile: 'ai_agent' }
    for (const claims of [{}, agent]) {
      const explanation = await makeVerifier({ profile: 'rfc9068' }).explain(signToken({ claims }))
      expect(row(explanation, 'type').hint).toContain("set profile to ['rfc9068', 'okta']")
    }
  })

  it.each([{ nonce: 'n' }, { at_hash: 'h' }, { scope: undefined }, { token_use: 'refresh' }])(
    'names no profile for a token that may be another kind of token: %o',
    async (marks) => {
      const claims = { cid: undefined, scp: undefined, scope: 'openid', ...marks }
      const explanation = await makeVerifier().explain(signToken({ claims }))
      expect(row(explanation, 'type').hint).not.toContain('set profile')
    },
  )

  it('says that a token whose audience is its client was requested without the API', async () => {
    const explanation = await makeVerifier().explain(signToken({ claims: { aud: CLIENT_ID } }))

    expect(row(explanation, 'audience').hint).toContain('must request a token for this API')
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

describe('a request', () => {
  it('is explained as far as its token', async () => {
    const explanation = await makeVerifier().explain(requestWith(signToken()))

    expect(explanation.accepted).toBe(true)
    expect(row(explanation, 'credentials')).toMatchObject({
      outcome: 'passed',
      found: { authorization: 'Bearer', query: 'no access_token', form: 'no access_token' },
      wanted: { authorization: 'Bearer or DPoP', query: 'no access_token', form: 'no access_token' },
      unverified: true,
    })
  })

  it.each([
    ['no header', {}, '', 'missing_token', { authorization: 'none' }],
    ['a header that is null', { authorization: null }, '', 'missing_token', { authorization: 'none' }],
    ['no header in a Fetch request', new Headers(), '', 'missing_token', { authorization: 'none' }],
    [
      'another scheme',
      { authorization: 'Basic c2VjcmV0' },
      '',
      'unsupported_scheme',
      { authorization: 'Basic' },
    ],
    ['a token in the query', {}, '?access_token=secret', 'token_in_query', { query: 'access_token' }],
    [
      'a header that is no text',
      { authorization: 7 },
      '',
      'malformed_authorization_header',
      { authorization: 'a value without a known scheme' },
    ],
    [
      'two headers',
      { authorization: ['Bearer a', 'Bearer b'] },
      '',
      'multiple_authorization_headers',
      { authorization: ['Bearer', 'Bearer'] },
    ],
  ])('with %s shows where the token was looked for', async (_what, headers, query, code, found) => {
    const explanation = await makeVerifier().explain({ headers: headers as never, url: `/${query}` })

    expect(explanation.code).toBe(code)
    expect(row(explanation, 'credentials').found).toMatchObject(found)
    expect(JSON.stringify(explanation)).not.toMatch(/secret|c2VjcmV0/)
  })

  it('with a token in a form shows that it was looked for there', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const explanation = await makeVerifier().explain({ headers, body: { access_token: 'secret' } })

    expect(explanation.code).toBe('token_in_body')
    expect(row(explanation, 'credentials')).toMatchObject({
      ...{ found: { form: 'access_token' }, wanted: { form: 'no access_token' } },
    })
    expect(JSON.stringify(explanation)).not.toContain('secret')
  })

  it('with a header that Node.js reads once shows how often it was sent', async () => {
    const rawHeaders = ['Authorization', 'Bearer a', 'host', 'authorization', 'authorization', 'Bearer b']
    const explanation = await makeVerifier().explain({
      headers: { authorization: 'Bearer a' },
      rawHeaders,
    } as never)

    expect(row(explanation, 'credentials').found.authorization).toEqual(['Bearer', 'Bearer'])
  })

  it('with two headers that are both passed on shows both', async () => {
    const explanation = await makeVerifier().explain({
      headers: { authorization: ['Bearer a', 'Basic b'] },
      rawHeaders: ['authorization', 'Bearer a', 'authorization', 'Basic b'],
    } as never)

    expect(row(explanation, 'credentials').found.authorization).toEqual(['Bearer', 'Basic'])
  })

  it('whose header has a token without a scheme does not show the token', async () => {
    const token = signToken()
    const explanation = await makeVerifier().explain({ headers: { authorization: token } })

    expect(row(explanation, 'credentials').found.authorization).toBe('a value without a known scheme')
    expectNoToken(explanation, token)
  })
})

function expectNoToken(explanation: Explanation, token: string): void {
  const text = JSON.stringify(explanation)
  expect(text).not.toContain(token)
  for (const segment of token.split('.')) if (segment.length > 8) expect(text).not.toContain(segment)
}

describe('what an explanation shows', () => {
  const CANARY = 'canary7Kq'

  it.each([
    ['accepted', {}],
    ['forged', FORGED],
    ['expired', { claims: { exp: NOW - 60 } }],
    ['of another issuer', { claims: { iss: 'https://other.example' } }],
    ['an ID token', { claims: { nonce: CANARY, at_hash: CANARY, c_hash: CANARY } }],
    ['with an unknown key', { header: { kid: 'other' } }],
    ['bound to a key', { claims: { cnf: { jkt: CANARY } } }],
    ['with claims that no check looks at', { claims: { email: CANARY, groups: [CANARY] } }],
    ['with header parameters that no check looks at', { header: { jku: CANARY, x5u: CANARY } }],
  ])(
    'contains neither the token nor its signature, nor claims that were not requested: %s',
    async (_what, options) => {
      const token = signToken(options)
      const explanation = await makeVerifier().explain(token, { claims: { department: 'x' } })

      expectNoToken(explanation, token)
      expect(JSON.stringify(explanation)).not.toContain(CANARY)
    },
  )

  it('is bounded, whatever the token contains', async () => {
    const long = 'x'.repeat(5_000)
    const deep = (levels: number): unknown => (levels === 0 ? long : { a: deep(levels - 1) })
    const claims = {
      iss: long,
      aud: Array.from({ length: 30 }, () => long),
      jti: long,
      sub: { [long]: deep(20) },
      department: Array.from({ length: 100 }, () => deep(5)),
    }
    const token = signToken({ claims, header: { kid: long } })
    const explanation = await makeVerifier({ maxTokenSize: 1_000_000 }).explain(token, {
      claims: { department: 'x' },
    })

    expect(explanation.code).toBe('issuer_not_allowed')
    const texts = JSON.stringify(explanation).match(/x{100,}/g) ?? []
    expect(texts.length).toBeGreaterThan(0)
    for (const text of texts) expect(text).toHaveLength(200)
    expect(JSON.stringify(explanation).length).toBeLessThan(50_000)
  })

  it('has a hint for each check that failed', async () => {
    const { checks } = await makeVerifier({ clientIds: 'other' }).explain(
      signToken({ claims: { exp: 1, aud: 'x', cnf: {} } }),
    )
    const failed = checks.filter(({ outcome }) => outcome === 'failed')

    expect(failed).toHaveLength(4)
    for (const { hint } of failed) expect(hint).toEqual(expect.any(String))
  })
})

it('explains tokens of several issuers with the options of each', async () => {
  const second = 'https://second.example'
  const jwks = keySet(signingKey())
  const verifier = createAccessTokenVerifier({
    issuer: [
      { issuer: ISSUER, jwks },
      { issuer: second, jwks, audience: 'api://second' },
    ],
    audience: AUDIENCE,
    clock: () => NOW * 1_000,
  })
  const explanation = await verifier.explain(requestWith(signToken({ claims: { iss: second } })))

  expect(row(explanation, 'issuer').wanted).toEqual({ iss: [ISSUER, second] })
  expect(row(explanation, 'audience').wanted).toEqual({ aud: ['api://second'] })
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

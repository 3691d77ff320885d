import {
  AUDIENCE,
  CLIENT_ID,
  ISSUER,
  keySet,
  NOW,
  signingKey,
  signToken,
  type TokenOptions,
} from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { AccessTokenVerifierOptions } from '../src/options/options.ts'
import type { RequestLike } from '../src/request/request.ts'
import type { Explanation } from '../src/token/explanation.ts'
import { AS, askingVerifier } from './support/introspection.ts'
import { boundToken, dpopRequest, makeProof, type ProofOptions, URL_OF_API } from './support/proofs.ts'
import { createTenants, KEY, tenant, tokenOf } from './support/tenants.ts'
import { makeVerifier, requestWith } from './support/verifiers.ts'

const table = ({ checks }: Explanation): Record<string, unknown> =>
  Object.fromEntries(checks.map(({ check, found, wanted }) => [check, [found, wanted]]))

type Claims = Readonly<Record<string, unknown>>
type Options = Partial<AccessTokenVerifierOptions>

const tableOf = async (claims: Claims, options: Options = {}, header: TokenOptions['header'] = {}) =>
  table(await makeVerifier(options).explain(signToken({ claims, header })))

const hintOf = async (claims: Claims, name: string, options: Options = {}): Promise<string | undefined> => {
  const { checks } = await makeVerifier(options).explain(signToken({ claims }))
  return checks.find(({ check }) => check === name)?.hint
}

describe('what is found and wanted', () => {
  it('is shown of every claim and parameter that a check reads', async () => {
    const claims = {
      ...{ token_use: 'access', nonce: 'n', events: {}, purpose: 'p', jti: 'j', unknown: 'u' },
      ...{ status: { status_list: {} }, cnf: { jkt: 'x' }, act: { sub: 'a' } },
    }
    const token = signToken({ claims })
    const options = {
      clientIds: CLIENT_ID,
      algorithms: ['ES256' as const],
      revocation: { isRevoked: () => false },
    }

    expect(table(await makeVerifier(options).explain(token))).toEqual({
      form: [
        { characters: token.length, segments: 3, alg: 'ES256', kid: 'ES256-main' },
        { characters: 'at most 16384', segments: 3 },
      ],
      kind: [{ token_use: 'access', events: 'present', purpose: 'present' }, { kind: 'an access token' }],
      issuer: [{ iss: ISSUER }, { iss: [ISSUER] }],
      algorithm: [{ alg: 'ES256' }, { alg: ['ES256'] }],
      times: [
        { exp: NOW + 3_540, iat: NOW - 60 },
        { now: NOW, clockTolerance: 5 },
      ],
      type: [{ nonce: 'present', cid: 'present', scp: 'present' }, { profile: ['okta', 'rfc9068'] }],
      kid: [{ kid: 'ES256-main' }, {}],
      signature: [{ alg: 'ES256', kid: 'ES256-main' }, { kid: ['ES256-main'] }],
      audience: [{ aud: AUDIENCE }, { aud: [AUDIENCE] }],
      client: [{ cid: CLIENT_ID }, { client: [CLIENT_ID] }],
      identifiers: [
        { sub: 'someone@example.com', jti: 'j' },
        { sub: 'a string, if present', jti: 'a string, if present' },
      ],
      scopes: [{ scp: ['messages:read', 'profile'] }, {}],
      confirmation: [{ cnf: 'present' }, {}],
      status: [{ status: 'present' }, { status: 'no reference to a status list' }],
      actor: [{ act: { sub: 'a' } }, { act: 'an object, at most 8 levels and 4096 characters, if present' }],
      // Not run, because the token is refused before.
      'issuer usable': [{}, {}],
      'key published': [{}, {}],
      possession: [{}, {}],
      revocation: [{}, {}],
    })
  })

  it('is shown of everything that can say that a token is no access token', async () => {
    const kinds = {
      ...{ typ: 'a', token_use: 'b', tokenName: 'c', tokenType: 'd', TokenType: 'e', token_type: 'f' },
    }
    const names = [
      ...['events', 'token_introspection', 'status_list', 'purpose', 'type', 'tok_type', 'drn', 'tokenUse'],
      ...['tokenKind', 'token_kind', 'granted_scopes'],
    ]
    const marks = ['nonce', 'at_hash', 'c_hash', 's_hash', 'amr', 'idp', 'cid', 'scp', 'scope', 'sub_profile']
    const present = (claims: readonly string[]): Claims =>
      Object.fromEntries(claims.map((name) => [name, 'present']))
    const claims = { ...present([...names, ...marks]), ...kinds }
    const found = await tableOf(claims, {}, { typ: 'at+jwt', cty: 'unknown' })

    expect(found.kind).toEqual([
      { 'header typ': 'at+jwt', ...kinds, ...present(names) },
      { kind: 'an access token' },
    ])
    expect(found.type).toEqual([
      { 'header typ': 'at+jwt', ...present(marks) },
      { profile: ['okta', 'rfc9068'] },
    ])
    expect(found.form).toMatchObject([{ typ: 'at+jwt' }, {}])
  })

  it('is shown of every claim that can name the client', async () => {
    const clients = { cid: 'a', client_id: 'b', azp: 'c', appid: 'd' }
    expect((await tableOf(clients)).client).toEqual([clients, {}])
  })

  it('is shown of times, and of the limit of the age', async () => {
    const times = { exp: NOW + 10, nbf: NOW - 10, iat: NOW - 20 }
    expect((await tableOf(times, { maxTokenAge: 60, clock: () => NOW * 1_000 + 999 })).times).toEqual([
      times,
      { now: NOW, clockTolerance: 5, maxTokenAge: 60 },
    ])
  })

  it('is shown of scopes in scope, in scp, or in the claim that scopeClaim names', async () => {
    const claims = { scope: 'read', scp: ['read'], permissions: ['write'] }
    const { scope, scp, permissions } = claims
    expect((await tableOf(claims)).scopes).toEqual([{ scope, scp }, {}])
    expect((await tableOf(claims, { scopeClaim: 'permissions' })).scopes).toEqual([{ permissions }, {}])
  })

  it('is shown of the status, depending on what is done about it', async () => {
    const wantedBy = async (options: Options): Promise<unknown> =>
      ((await tableOf({}, options)).status as unknown[])[1]
    expect(await wantedBy({})).toEqual({})
    expect(await wantedBy({ revocation: { isRevoked: () => false } })).toEqual({
      status: 'no reference to a status list',
    })
    expect(await wantedBy({ statusListHosts: 'status.example' })).toEqual({
      status: 'valid',
      statusListHosts: ['status.example', new URL(ISSUER).host],
    })
  })

  it('is shown of an audience that is not wanted, and of a kid that is', async () => {
    const options = { audience: null, clientIds: CLIENT_ID, profile: 'generic' } as const
    expect((await tableOf({}, options)).audience).toEqual([{ aud: AUDIENCE }, { aud: 'none' }])

    const agent = { cid: undefined, scp: undefined, scope: 'read', sub_profile: 'ai_agent' }
    expect((await tableOf(agent)).kid).toEqual([{ kid: 'ES256-main' }, { kid: 'present' }])
  })

  it('is shown of the keys that are known: the kid of each that has one', async () => {
    const wantedBy = async (options: Options): Promise<unknown> =>
      ((await tableOf({}, options)).signature as unknown[])[1]
    const [main, rsa, other] = [signingKey(), signingKey('RS256'), signingKey('ES256', 'other')]
    const keys = [main.jwk, { ...rsa.jwk, kid: main.kid }, { ...other.jwk, kid: undefined }]
    expect(await wantedBy({ jwks: { keys } })).toEqual({ kid: [main.kid] })
    expect(await wantedBy({ jwksUri: `${ISSUER}/v1/keys` })).toEqual({ kid: [] })

    const { verifier } = createTenants()
    const found = table(await verifier.explain(tokenOf(tenant('one'))))
    expect(found.signature).toEqual([{ alg: 'ES256', kid: KEY.kid }, { kid: [KEY.kid] }])
  })

  it('is what is known for a token that is malformed, or of an unknown issuer', async () => {
    const malformed = table(await makeVerifier().explain('a.b'))
    expect(malformed).toMatchObject({
      form: [
        { characters: 3, segments: 2 },
        { characters: 'at most 16384', segments: 3 },
      ],
      kind: [{}, { kind: 'an access token' }],
      algorithm: [{}, {}],
      kid: [{}, {}],
      signature: [{}, {}],
      audience: [{}, {}],
      scopes: [{}, {}],
    })
    const unknown = await tableOf({ iss: 'https://other.example.com' })
    expect(unknown).toMatchObject({ audience: [{ aud: AUDIENCE }, {}], signature: [{ alg: 'ES256' }, {}] })
  })

  it('is shown of the answer of the authorization server about an opaque token', async () => {
    const { verifier } = askingVerifier()

    expect(table(await verifier.explain('opaque-1'))).toMatchObject({
      form: [{ characters: 8, segments: 1 }, { characters: 'at most 16384' }],
      issuer: [{}, { iss: [AS] }],
      active: [{ active: true }, { active: true }],
      'answer: kind': [{ token_type: 'Bearer' }, { kind: 'an access token' }],
      'answer: times': [{ exp: NOW + 3_600, iat: NOW - 60 }, {}],
      'answer: client': [{ client_id: 'client-1' }, {}],
      'answer: identifiers': [{ sub: 'someone' }, {}],
      'answer: scopes': [{ scope: 'messages:read profile' }, {}],
      possession: [
        { scheme: 'Bearer', bound: 'no' },
        { dpop: 'unset', mtls: 'disabled' },
      ],
    })
  })
})

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

describe('advice that depends on the token', () => {
  it('says that only the slash at the end differs, and which form to configure', async () => {
    expect(await hintOf({ iss: `${ISSUER}/` }, 'issuer')).toMatch(/only by the slash.*, with the slash/)
    expect(await hintOf({ iss: 'https://other.example.com/' }, 'issuer')).not.toContain('only by the slash')
  })

  it('says so if the configured issuer has the slash', async () => {
    const issuer = 'https://as.example.com/'
    const hint = await hintOf({ iss: 'https://as.example.com' }, 'issuer', { issuer })
    expect(hint).toMatch(/only by the slash.*, without the slash/)
  })

  it('says that only upper and lower case differ, from one of several issuers', async () => {
    const jwks = keySet(signingKey())
    const issuer = [ISSUER, 'https://second.example'].map((name) => ({ issuer: name, jwks }))
    expect(await hintOf({ iss: 'https://SECOND.example' }, 'issuer', { issuer })).toContain(
      'upper and lower case',
    )
    expect(await hintOf({ iss: 'https://third.example' }, 'issuer', { issuer })).not.toContain('case')
  })

  it('is given only for the error that it is about', async () => {
    const verifier = makeVerifier()
    verifier.close()
    const { checks } = await verifier.explain(signToken())
    const closed = checks.find(({ check }) => check === 'issuer')
    expect(closed?.code).toBe('verifier_closed')
    expect(closed?.hint).not.toContain('issuers differ')

    expect(await hintOf({ aud: undefined, cid: undefined }, 'audience')).not.toContain('the client itself')
    expect(await hintOf({ scp: undefined, cid: undefined }, 'type')).not.toContain('matches the profile')
  })

  it('says that the audience is the client, if it is', async () => {
    for (const name of ['cid', 'client_id', 'azp', 'appid']) {
      const claims = { cid: undefined, aud: ['x', 'the-client'], [name]: 'the-client' }
      expect(await hintOf(claims, 'audience')).toContain('The audience is the client itself')
    }
    expect(await hintOf({ aud: CLIENT_ID }, 'audience')).toContain('The audience is the client itself')
    expect(await hintOf({ aud: 'api://other' }, 'audience')).not.toContain('the client itself')
  })
})

it('a function chooseIssuer that throws is explained, and nothing counts as verified', async () => {
  const chooseIssuer = (): never => {
    throw new Error('canary')
  }
  const introspection = { clientId: 'api', clientSecret: 'the-secret', endpoint: `${AS}/introspect` }
  const options = { issuer: [{ issuer: AS, introspection }], introspection: undefined as never, chooseIssuer }
  const { verifier } = askingVerifier({}, options)
  const explanation = await verifier.explain(requestWith('opaque-1'))

  expect(explanation).toMatchObject({ accepted: false, code: 'issuer_unavailable' })
  expect(explanation.checks.map(({ unverified }) => unverified)).not.toContain(false)
  expect(JSON.stringify(explanation)).not.toContain('canary')
})

import {
  AUDIENCE,
  CLIENT_ID,
  ISSUER,
  NOW,
  signingKey,
  signToken,
  type TokenOptions,
} from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { AccessTokenVerifierOptions } from '../src/options/options.ts'
import { table } from './support/explanations.ts'
import { AS, askingVerifier } from './support/introspection.ts'
import { createTenants, KEY, tenant, tokenOf } from './support/tenants.ts'
import { makeVerifier, requestWith } from './support/verifiers.ts'

type Claims = Readonly<Record<string, unknown>>
type Options = Partial<AccessTokenVerifierOptions>

const tableOf = async (claims: Claims, options: Options = {}, header: TokenOptions['header'] = {}) =>
  table(await makeVerifier(options).explain(signToken({ claims, header })))

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
      ...['token_usage', 'tokenKind', 'token_kind', 'granted_scopes'],
    ]
    const marks = [
      ...['nonce', 'at_hash', 'c_hash', 's_hash', 'ds_hash', 'amr', 'idp'],
      ...['cid', 'scp', 'scope', 'sub_profile'],
    ]
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

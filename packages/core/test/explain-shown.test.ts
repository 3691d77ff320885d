import { AUDIENCE, CLIENT_ID, ISSUER, NOW, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { RequestLike } from '../src/request/request.ts'
import type { Explanation } from '../src/token/explanation.ts'
import { AS, askingVerifier } from './support/introspection.ts'
import { boundToken, dpopRequest, makeProof } from './support/proofs.ts'
import { makeVerifier, requestWith } from './support/verifiers.ts'

const table = ({ checks }: Explanation): Record<string, unknown> =>
  Object.fromEntries(checks.map(({ check, found, wanted }) => [check, [found, wanted]]))

const hintOf = async (
  claims: Readonly<Record<string, unknown>>,
  name: string,
): Promise<string | undefined> => {
  const { checks } = await makeVerifier().explain(signToken({ claims }))
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
  const possessionOf = async (token: string | RequestLike): Promise<unknown> =>
    table(await makeVerifier().explain(token)).possession

  it('is no more than the modes for a bearer token', async () => {
    expect(await possessionOf(requestWith(signToken()))).toEqual([
      { scheme: 'Bearer', bound: 'no' },
      { dpop: 'unset', mtls: 'disabled' },
    ])
  })

  it('includes what the proof must say for a token that is bound by DPoP', async () => {
    const [found, wanted] = (await possessionOf(dpopRequest(boundToken(), makeProof()))) as object[]
    expect(found).toMatchObject({ scheme: 'DPoP', bound: ['jkt'] })
    expect(wanted).toMatchObject({ dpop: 'unset', htm: 'GET', now: NOW, maxAge: 60, clockTolerance: 5 })
  })
})

describe('advice that depends on the token', () => {
  it('says that only the slash at the end differs, and which form to configure', async () => {
    expect(await hintOf({ iss: `${ISSUER}/` }, 'issuer')).toMatch(/only by the slash.*, with the slash/)
    expect(await hintOf({ iss: 'https://other.example.com/' }, 'issuer')).not.toContain('only by the slash')
  })

  it('says that the audience is the client, if it is', async () => {
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

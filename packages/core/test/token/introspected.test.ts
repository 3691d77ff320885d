import { NOW, signingKey } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { AccessTokenVerifierOptions } from '../../src/options/options.ts'
import {
  API,
  AS,
  activeAnswer,
  askingVerifier,
  JKT,
  jwt,
  OPAQUE,
  outcomeOfAnswer,
} from '../support/introspection.ts'
import { recordMessages } from '../support/verifiers.ts'

const key = signingKey()
const jwks = { keys: [key.jwk] }

describe('an opaque token', () => {
  it('becomes a verified access token, without a header', async () => {
    const { verifier, calls } = askingVerifier()
    const auth = await verifier.verify(OPAQUE, { scopes: ['messages:read'] })

    expect(auth).toEqual({
      claims: { ...activeAnswer(), active: undefined },
      header: {},
      scopes: ['messages:read', 'profile'],
      issuer: AS,
      subject: 'someone',
      clientId: 'client-1',
      expiresAt: NOW + 3_600,
      confirmation: undefined,
    })
    expect('active' in auth.claims).toBe(false)
    expect(Object.isFrozen(auth.claims)).toBe(true)
    expect(calls.map(({ form }) => [...form])).toEqual([
      [
        ['token', OPAQUE],
        ['token_type_hint', 'access_token'],
      ],
    ])
  })

  it('may have maxTokenSize bytes, and no more', async () => {
    const { outcome, calls } = askingVerifier({}, { maxTokenSize: 2_000 })

    expect(await outcome('a'.repeat(2_000))).toBe('accepted')
    expect(await outcome('a'.repeat(2_001))).toBe('token_too_large')
    expect(calls).toHaveLength(1)
  })

  it('has frozen claims at every level', async () => {
    const { verifier, server } = askingVerifier()
    server.reply = () => Response.json(activeAnswer({ nested: { list: [{ a: 1 }] } }))
    const { claims } = await verifier.verify(OPAQUE)
    const nested = claims.nested as { list: [object] }

    expect([nested, nested.list, nested.list[0]].every(Object.isFrozen)).toBe(true)
  })

  it('is refused if the authorization server says that it is not active [INTR-02]', async () => {
    const { server, outcome } = askingVerifier()
    for (const active of [false, 'true', 1, null, {}, []]) {
      server.reply = () => Response.json(activeAnswer({ active }))
      expect([active, await outcome(`${OPAQUE}${JSON.stringify(active).length}${typeof active}`)]).toEqual([
        active,
        'token_inactive',
      ])
    }
  })

  it('is refused as malformed if no issuer can be asked', async () => {
    const { calls, outcome } = askingVerifier({}, { issuer: 'https://example.okta.com/oauth2/default' })
    expect(await outcome(OPAQUE)).toBe('token_malformed')
    expect(calls).toEqual([])
  })

  it.each(['', ' ', 'a b', 'a\nb', 'ä', 'a&token=b', '"a"'])(
    'is never sent with characters that no token has: %j',
    async (token) => {
      const { calls, outcome } = askingVerifier()
      expect(await outcome(token)).toBe('token_malformed')
      expect(calls).toEqual([])
    },
  )

  it('is never sent if it is too large', async () => {
    const { calls, outcome } = askingVerifier({}, { maxTokenSize: 100 })
    expect(await outcome('a'.repeat(101))).toBe('token_too_large')
    expect(calls).toEqual([])
  })
})

describe('the answer about a token passes the checks of a JWT: it is refused if it [INTR-05]', () => {
  it.each<[string, object, string, Partial<AccessTokenVerifierOptions>?]>([
    ['names another issuer', { iss: `${AS}/` }, 'issuer_not_allowed'],
    ['names an issuer that is no string', { iss: [AS] }, 'issuer_not_allowed'],
    ['has no audience', { aud: undefined }, 'audience_missing'],
    ['has the audience null', { aud: null }, 'audience_missing'],
    ['has another audience', { aud: 'https://other.example.com' }, 'audience_mismatch'],
    ['has other audiences', { aud: [`${API}/`, 'api'] }, 'audience_mismatch'],
    ['has an audience of another type', { aud: [API, 1] }, 'claim_malformed'],
    ['has no expiry', { exp: undefined }, 'expiry_missing'],
    ['has an expiry of another type', { exp: String(NOW + 60) }, 'claim_malformed'],
    ['has expired', { exp: NOW - 60 }, 'token_expired'],
    ['is not yet valid', { nbf: NOW + 60 }, 'token_not_yet_valid'],
    ['was issued in the future', { iat: NOW + 60 }, 'token_issued_in_future'],
    ['is too old', { iat: NOW - 100 }, 'token_too_old', { maxTokenAge: 60 }],
    ['has no iat where the age is limited', { iat: undefined }, 'token_too_old', { maxTokenAge: 60 }],
    ['has another client', { client_id: 'client-2' }, 'client_not_allowed', { clientIds: 'client-1' }],
    ['has no client', { client_id: undefined }, 'client_not_allowed', { clientIds: 'client-1' }],
    ['names two clients', { cid: 'client-2' }, 'claim_malformed'],
    ['has scopes of another type', { scope: 1 }, 'claim_malformed'],
    ['has a subject of another type', { sub: 1 }, 'claim_malformed'],
    ['is bound to a key of an unknown kind', { cnf: { 'x5t#S1': JKT } }, 'sender_constrained'],
    [
      'is bound to a key, and the token is sent as a bearer token',
      { cnf: { jkt: JKT } },
      'sender_constrained',
    ],
    ['says DPoP, but not to which key it is bound', { token_type: 'DPoP' }, 'sender_constrained'],
  ])('%s', async (_title, answer, code, options) => {
    expect(await outcomeOfAnswer(answer as Record<string, unknown>, options)).toBe(code)
  })

  it.each<[string, object, Partial<AccessTokenVerifierOptions>?]>([
    ['no issuer', { iss: undefined }],
    ['one of several audiences', { aud: ['https://other.example.com', API] }],
    ['no time of issue, no type and no subject', { iat: undefined, token_type: undefined, sub: undefined }],
    ['no audience, where none is wanted', { aud: undefined }, { audience: null, clientIds: 'client-1' }],
    ['an end within the tolerance', { exp: NOW - 4 }],
    ['members that are null', { nbf: null, jti: null, cnf: null, username: null }],
  ])('but not if it has %s', async (_title, answer, options) => {
    expect(await outcomeOfAnswer(answer as Record<string, unknown>, options)).toBe('accepted')
  })

  it('requirements are checked', async () => {
    const { verifier } = askingVerifier()
    await expect(verifier.verify(OPAQUE, { scopes: ['admin'] })).rejects.toMatchObject({ status: 403 })
  })
})

describe('ID tokens and refresh tokens, about which servers answer that they are active, are refused', () => {
  it.each<[string, object, string]>([
    ['an ID token of Okta', { jti: 'ID.abc' }, 'id_token'],
    ['a token with a hash', { at_hash: 'abc' }, 'id_token'],
    ['a token with a nonce and without scopes', { nonce: 'n', scope: undefined }, 'id_token'],
    ['an ID token of Keycloak', { typ: 'ID' }, 'id_token'],
    ['a refresh token of Keycloak', { typ: 'Refresh' }, 'refresh_token'],
    ['a refresh token of Ory Hydra', { token_use: 'refresh_token' }, 'refresh_token'],
    ['a refresh token by its type', { token_type: 'refresh_token' }, 'refresh_token'],
    ['a token that is no access token (RFC 8693)', { token_type: 'N_A' }, 'not_an_access_token'],
    ['a refresh token of oidc-provider', { aud: undefined, token_type: undefined }, 'audience_missing'],
    ['a logout token', { events: {} }, 'security_event_token'],
    ['an introspection response', { token_introspection: {} }, 'introspection_response'],
  ])('%s', async (_title, answer, code) => {
    expect(await outcomeOfAnswer(answer as Record<string, unknown>)).toBe(code)
  })

  it('a token without audience and type, where tokens have no audience', async () => {
    const options = { audience: null, clientIds: 'client-1' } as const
    const answer = { aud: undefined, token_type: undefined }
    expect(await outcomeOfAnswer(answer, options)).toBe('not_an_access_token')
  })
})

describe('the actor of a token that the issuer is asked about', () => {
  const act = { sub: 'agent', act: { sub: 'earlier' } }

  it('is that of the answer, without the actors before it [DEL-01]', async () => {
    const { verifier, server } = askingVerifier()
    server.reply = () => Response.json(activeAnswer({ act }))
    const auth = await verifier.verify(OPAQUE, { delegation: { actors: ['agent'] } })

    expect(auth.actor).toEqual({ sub: 'agent' })
    expect(Object.isFrozen(auth.actor)).toBe(true)
  })

  it.each([[1], [[act]], [{}], [{ sub: 1 }], [{ sub: 'x'.repeat(5_000) }]])(
    'must be well-formed: %j [DEL-05]',
    async (malformed) => {
      expect(await outcomeOfAnswer({ act: malformed })).toBe('claim_malformed')
    },
  )

  it('is that of the JWT where the answer names none, so that no delegation is lost', async () => {
    const { verifier } = askingVerifier({ when: 'always' }, { jwks })
    const token = jwt({ act })

    expect((await verifier.verify(token)).actor).toEqual({ sub: 'agent' })
    const { checks, code } = await verifier.explain(token, { delegation: 'none' })
    expect(code).toBe('delegation_not_allowed')
    expect(checks.find(({ check }) => check === 'answer: actor')).toMatchObject({ found: { act } })
  })
})

describe('a token that refers to a status list, and that the issuer is asked about', () => {
  const status = { status_list: { idx: 1, uri: 'https://status.example/1' } }

  it('is accepted without a warning, because the issuer says that it is active [REV-04]', async () => {
    const messages = recordMessages()
    expect(await outcomeOfAnswer({ status })).toBe('accepted')
    expect(messages.map(([channel]) => channel)).not.toContain('status.unchecked')
  })

  it('is refused where revocation is configured [REV-04]', async () => {
    const revocation = { isRevoked: () => false }
    expect(await outcomeOfAnswer({ status }, { revocation })).toBe('status_not_supported')
  })
})

import { createHash } from 'node:crypto'
import { base64url, NOW, signingKey, signSegments, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { AccessTokenVerifierOptions } from '../../src/options/options.ts'
import { API, AS, activeAnswer, askingVerifier } from '../support/introspection.ts'
import { recordMessages } from '../support/verifiers.ts'

const OPAQUE = 'mF_9.B5f-4.1JqM'
const key = signingKey()
const jwks = { keys: [key.jwk] }
const thumbprint = (text: string): string => createHash('sha256').update(text).digest('base64url')
const [JKT, OTHER_JKT] = [thumbprint('one'), thumbprint('other')]

/** A JWT of the authorization server. */
const jwt = (claims: object = {}, header: object = {}): string =>
  signToken({
    header: { typ: 'at+jwt', ...header },
    claims: {
      ...{ iss: AS, aud: API, client_id: 'client-1', scope: 'messages:read', cid: undefined, scp: undefined },
      ...claims,
    },
  })

/** The outcome for an opaque token about which the authorization server answers this. */
function outcomeOfAnswer(
  answer: Readonly<Record<string, unknown>>,
  options: Partial<AccessTokenVerifierOptions> = {},
): Promise<string> {
  const { server, outcome } = askingVerifier({}, options)
  server.reply = () => Response.json(activeAnswer(answer))
  return outcome(OPAQUE)
}

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

describe("with when: 'opaque'", () => {
  it('a JWT of the issuer is verified with its keys, and the server is not asked', async () => {
    const { verifier, calls } = askingVerifier({}, { jwks })
    expect((await verifier.verify(jwt())).header.alg).toBe('ES256')
    expect(calls).toEqual([])
  })

  it.each([
    ['a JWT of another issuer', jwt({ iss: 'https://other.example.com' }), 'issuer_not_allowed'],
    ['a JWT without issuer', jwt({ iss: undefined }), 'issuer_missing'],
    ['a forged JWT', signToken({ key: signingKey('ES256', 'attacker'), claims: { iss: AS } }), 'key_unknown'],
    ['an unsigned JWT', `${base64url('{"alg":"none"}')}.${base64url('{}')}.`, 'token_malformed'],
    // 65 characters of the signature are left, which are base64url of nothing.
    ['a JWT that was cut', jwt().slice(0, -21), 'token_malformed'],
    ['a JWT in two parts', jwt().split('.').slice(0, 2).join('.'), 'token_malformed'],
    ['a JWT with a broken header', `${base64url('{"alg":"ES256"')}.e30.AAAA`, 'token_malformed'],
    [
      'a JWT with a header in another encoding',
      `${base64url(Buffer.from('{"a', 'utf16le'))}.e30.AA`,
      'token_malformed',
    ],
    ...[' {"', '{ "', '\n\n{\t}', '\ufeff{"', '\0{\0"'].map((start): [string, string, string] => [
      `a token that begins like JSON: ${JSON.stringify(start)}`,
      `${base64url(start)}.e30.AAAA`,
      'token_malformed',
    ]),
    ['a JWT whose header has no alg', `${base64url('{"typ":"JWT"}')}.e30.AAAA`, 'token_malformed'],
    ['a JWT with an empty header', `${base64url('{}')}.e30.AAAA`, 'token_malformed'],
    ['a JWE', `${base64url('{"alg":"dir","enc":"A128GCM"}')}..AA.AA.AA`, 'token_encrypted'],
    ['a JWE with a part too many', `${base64url('{"alg":"dir"}')}.AA.AA.AA.AA.AA`, 'token_malformed'],
    ['an introspection response', jwt({}, { typ: 'token-introspection+jwt' }), 'introspection_response'],
  ])('%s is refused and never sent [INTR-08]', async (_title, token, code) => {
    const { calls, outcome } = askingVerifier({}, { jwks })
    expect(await outcome(token)).toBe(code)
    expect(calls).toEqual([])
  })

  it.each([
    ...['a.b', 'a.b.c', 'eyJ', 'ya29.a0AfH6SMBx.y', `${base64url(Buffer.from([0x7b, 0x80, 0x81]))}.a.b`],
    // The JSON {"a":1} without dots, and with one too early.
    ...['eyJhIjoxfQ', 'ey.JhIjoxfQ'],
    // JSON that does not begin the first part, and a brace that begins no JSON.
    ...['x{"a":1}', '{x"a":1}'].map((text) => `${base64url(text)}.a.b`),
  ])('a token that is no JWT is sent, with dots and without: %s', async (token) => {
    const { tokens, outcome } = askingVerifier()
    expect(await outcome(token)).toBe('accepted')
    expect(tokens()).toEqual([token])
  })
})

describe("with when: 'always'", () => {
  const always = () => askingVerifier({ when: 'always' }, { jwks })

  it('a JWT is verified, and then the server is asked', async () => {
    const { verifier, tokens } = always()
    const token = jwt({ tenant: 'a', acr: 'phr' })
    const auth = await verifier.verify(token)

    expect(tokens()).toEqual([token])
    // What the answer lacks comes from the JWT; where both have something, the answer counts.
    expect(auth.claims).toMatchObject({ tenant: 'a', acr: 'phr', sub: 'someone' })
    expect(auth.scopes).toEqual(['messages:read', 'profile'])
    expect(auth.header.alg).toBe('ES256')
  })

  it.each([
    [
      'forged',
      signSegments(
        JSON.stringify({ alg: 'ES256', kid: key.kid, typ: 'at+jwt' }),
        JSON.stringify({ iss: AS, aud: API, exp: NOW + 60 }),
        signingKey('ES256', 'x'),
      ),
      'signature_invalid',
    ],
    ['for another audience', jwt({ aud: 'https://other.example.com' }), 'audience_mismatch'],
    ['expired', jwt({ exp: NOW - 60 }), 'token_expired'],
    ['of another issuer', jwt({ iss: 'https://other.example.com' }), 'issuer_not_allowed'],
  ])('a JWT that is %s is refused without a call', async (_title, token, code) => {
    const { calls, outcome } = always()
    expect(await outcome(token)).toBe(code)
    expect(calls).toEqual([])
  })

  it('a revoked JWT is refused', async () => {
    const { server, outcome } = always()
    server.reply = () => Response.json({ active: false })
    expect(await outcome(jwt())).toBe('token_inactive')
  })

  it.each<[string, object, string]>([
    ['another audience', { aud: 'https://other.example.com' }, 'audience_mismatch'],
    ['no audience', { aud: undefined }, 'audience_missing'],
    ['no expiry', { exp: undefined }, 'expiry_missing'],
    ['another issuer', { iss: 'https://other.example.com' }, 'issuer_not_allowed'],
    ['another client', { client_id: 'client-2' }, 'client_not_allowed'],
  ])('a JWT is refused if the answer has %s', async (_title, answer, code) => {
    const { server, outcome } = askingVerifier({ when: 'always' }, { jwks, clientIds: 'client-1' })
    server.reply = () => Response.json(activeAnswer(answer as Record<string, unknown>))
    expect(await outcome(jwt())).toBe(code)
  })

  it('the scopes of the answer replace those of the JWT', async () => {
    const { verifier, server } = always()
    server.reply = () => Response.json(activeAnswer({ scope: 'profile' }))
    expect((await verifier.verify(jwt({ scope: 'messages:read admin' }))).scopes).toEqual(['profile'])
  })

  it('the token ends with the earlier of both ends', async () => {
    const { verifier, server } = always()
    server.reply = () => Response.json(activeAnswer({ exp: NOW + 10 }))
    expect((await verifier.verify(jwt({ exp: NOW + 100 }))).expiresAt).toBe(NOW + 10)
    server.reply = () => Response.json(activeAnswer({ exp: NOW + 100 }))
    expect((await verifier.verify(jwt({ exp: NOW + 20 }))).expiresAt).toBe(NOW + 20)
  })

  it('an opaque token is asked about, too', async () => {
    const { tokens, outcome } = always()
    expect(await outcome(OPAQUE)).toBe('accepted')
    expect(tokens()).toEqual([OPAQUE])
  })

  it.each<[string, object, object, string]>([
    ['the JWT alone is bound', { cnf: { jkt: JKT } }, {}, 'sender_constrained'],
    ['the answer alone is bound', {}, { cnf: { jkt: JKT } }, 'sender_constrained'],
    [
      'they are bound to different keys',
      { cnf: { jkt: JKT } },
      { cnf: { jkt: OTHER_JKT } },
      'claim_malformed',
    ],
    ['they are bound to the same key', { cnf: { jkt: JKT } }, { cnf: { jkt: JKT } }, 'sender_constrained'],
  ])('the binding counts if %s', async (_title, claims, answer, code) => {
    const { server, outcome } = always()
    server.reply = () => Response.json(activeAnswer(answer as Record<string, unknown>))
    expect(await outcome(jwt(claims))).toBe(code)
  })
})

describe("with when: 'only'", () => {
  const only = (options: Partial<AccessTokenVerifierOptions> = {}) =>
    askingVerifier({ when: 'only' }, options)

  it('every token is asked about, and no key is fetched', async () => {
    const { verifier, tokens, others } = only()
    const token = jwt({ sub: 'written by anyone', admin: true })
    const auth = await verifier.verify(token)

    expect(auth).toMatchObject({ subject: 'someone', header: {} })
    expect(auth.claims).not.toHaveProperty('admin')
    expect(await verifier.verify(OPAQUE)).toMatchObject({ subject: 'someone' })
    expect(tokens()).toEqual([token, OPAQUE])
    await verifier.ready()
    expect(verifier.status()).toMatchObject({ ready: true, issuers: [{ keys: 0, ready: true }] })
    expect(others).toEqual([])
  })

  it.each([
    ['of another issuer', jwt({ iss: 'https://other.example.com' }), 'issuer_not_allowed'],
    ['without issuer', jwt({ iss: undefined }), 'issuer_missing'],
    ['that has expired', jwt({ exp: NOW - 60 }), 'token_expired'],
    ['without expiry', jwt({ exp: undefined }), 'expiry_missing'],
    ['that is an ID token by its claims', jwt({ nonce: 'n', scope: undefined }, { typ: 'JWT' }), 'id_token'],
    ['that is a logout token', jwt({}, { typ: 'logout+jwt' }), 'logout_token'],
    ['that is broken', `${base64url('{"alg":"ES256"}')}.e30`, 'token_malformed'],
  ])('a JWT %s is refused without a call', async (_title, token, code) => {
    const { calls, outcome } = only()
    expect(await outcome(token)).toBe(code)
    expect(calls).toEqual([])
  })

  it('the binding of the JWT counts where the answer does not say, and a contradiction is refused', async () => {
    const { server, outcome } = only()
    expect(await outcome(jwt({ cnf: { jkt: JKT } }))).toBe('sender_constrained')
    server.reply = () => Response.json(activeAnswer({ cnf: { jkt: OTHER_JKT } }))
    expect(await outcome(jwt({ cnf: { jkt: JKT }, jti: '2' }))).toBe('claim_malformed')
  })

  it('the actor of the JWT counts where the answer does not say, so that no delegation is lost [DEL-02]', async () => {
    const { verifier, server, outcome } = only()
    const token = jwt({ act: { sub: 'agent' } })
    expect((await verifier.verify(token)).actor).toEqual({ sub: 'agent' })
    await expect(verifier.verify(token, { delegation: 'none' })).rejects.toMatchObject({
      code: 'delegation_not_allowed',
    })
    expect(await outcome(jwt({ act: null }))).toBe('claim_malformed')
    server.reply = () => Response.json(activeAnswer({ act: { sub: 'another' } }))
    expect((await verifier.verify(jwt({ act: { sub: 'agent' }, jti: '2' }))).actor).toEqual({
      sub: 'another',
    })
  })
})

describe('Okta', () => {
  const ORG = 'https://example.okta.com'
  const orgToken = (
    claims: object = {},
    typ: string | undefined = 'application/okta-internal-at+jwt',
  ): string =>
    signSegments(
      JSON.stringify({ kid: key.kid, alg: 'ES256', typ }),
      JSON.stringify({
        ver: 1,
        jti: 'AT.abc',
        iss: ORG,
        aud: ORG,
        exp: NOW + 60,
        cid: 'client-1',
        ...claims,
      }),
      key,
    )
  const org = () => {
    const asking = askingVerifier({ when: 'only' }, { issuer: ORG, audience: ORG })
    asking.server.reply = () => Response.json(activeAnswer({ iss: ORG, aud: ORG, uid: '00u1' }))
    return asking
  }

  it('tokens of the org authorization server are accepted if it says that they are active', async () => {
    const { verifier, server, outcome } = org()
    expect((await verifier.verify(orgToken(), { caller: 'user' })).subject).toBe('someone')
    server.reply = () => Response.json({ active: false })
    expect(await outcome(orgToken({ jti: 'AT.2' }))).toBe('token_inactive')
  })

  it.each([
    ['a refresh token', 'aB3_refreshTokenOfOkta-XYZ', 'token_malformed'],
    ['a device secret', 'ds-0123456789abcdef.ghij', 'token_malformed'],
    ['an ID token', orgToken({ jti: 'ID.abc', aud: 'client-1' }, 'JWT'), 'id_token'],
    ['an expired token', orgToken({ exp: NOW - 60 }), 'token_expired'],
    [
      'a token of a custom authorization server',
      orgToken({ iss: `${ORG}/oauth2/default` }),
      'issuer_not_allowed',
    ],
    ['a token of another org', orgToken({ iss: 'https://other.okta.com' }), 'issuer_not_allowed'],
  ])('%s is refused without a call', async (_title, token, code) => {
    const { calls, outcome } = org()
    expect(await outcome(token)).toBe(code)
    expect(calls).toEqual([])
  })

  it('an ID token that it answers is active is refused by its audience', async () => {
    const { server, outcome } = org()
    server.reply = () => Response.json(activeAnswer({ iss: ORG, aud: 'client-1', jti: 'ID.abc' }))
    expect(await outcome(orgToken())).toBe('id_token')
    server.reply = () => Response.json(activeAnswer({ iss: ORG, aud: 'client-1' }))
    expect(await outcome(orgToken({ jti: 'AT.2' }))).toBe('audience_mismatch')
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

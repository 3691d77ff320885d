import { base64url, NOW, signingKey, signSegments, signToken } from '@okta-resource-server/testing'
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
  OTHER_JKT,
} from '../support/introspection.ts'

const key = signingKey()
const jwks = { keys: [key.jwk] }

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

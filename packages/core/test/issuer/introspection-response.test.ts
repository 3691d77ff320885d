import { base64url, NOW, refusalOf, signingKey, signSegments } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { API, AS, activeAnswer, askingVerifier } from '../support/introspection.ts'

const TOKEN = 'opaque-token-1'
const key = signingKey()
const MEDIA_TYPE = 'application/token-introspection+jwt'

describe('an answer in JSON', () => {
  it('is asked for as JSON', async () => {
    const { outcome, calls } = askingVerifier()
    await outcome(TOKEN)
    expect(calls[0]?.headers.get('accept')).toBe('application/json')
    expect(calls[0]?.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
  })

  it.each([
    ['a duplicate member', '{"active":false,"active":true}'],
    ['a list', '[{"active":true}]'],
    ['null', 'null'],
    ['true', 'true'],
    ['an empty text', ''],
    ['HTML', '<html>active</html>'],
    ['a JSON object without active', '{}'],
    ['an error with status 200', '{"error":"invalid_token"}'],
    ['too many levels', `{"active":true,"a":${'['.repeat(100)}${']'.repeat(100)}}`],
    ['a member __proto__', '{"active":true,"__proto__":{"aud":"https://api.example.com"}}'],
    ['active in a prototype', '{"constructor":{"prototype":{"active":true}}}'],
  ])('is no answer if it is %s', async (_title, body) => {
    const { verifier, server } = askingVerifier()
    server.reply = () => new Response(body, { headers: { 'content-type': 'application/json' } })
    const { status, cause } = await refusalOf(verifier.verify(TOKEN))
    expect(status).toBe(503)
    expect((cause as Error).message).toMatch(/not a well-formed JSON object|no member active/)
    expect(({} as { aud?: unknown }).aud).toBeUndefined()
  })

  it('may have any content type', async () => {
    for (const type of ['text/plain', 'application/json; charset=utf-8', '']) {
      const { server, outcome } = askingVerifier()
      server.reply = () => new Response(JSON.stringify(activeAnswer()), { headers: { 'content-type': type } })
      expect(await outcome(TOKEN)).toBe('accepted')
    }
  })

  it('that is signed although it was not asked for is no answer', async () => {
    const { server, outcome } = askingVerifier()
    server.reply = () => new Response('a.b.c', { headers: { 'content-type': MEDIA_TYPE } })
    expect(await outcome(TOKEN)).toBe('introspection_unavailable')
  })
})

describe('a signed answer', () => {
  const envelope = (claims: object = {}) => ({
    iss: AS,
    aud: 'api',
    iat: NOW,
    token_introspection: activeAnswer(),
    ...claims,
  })
  const signed = (claims: object = {}, header: object = {}, by = key): string =>
    signSegments(
      JSON.stringify({ alg: by.algorithm, kid: by.kid, typ: 'token-introspection+jwt', ...header }),
      JSON.stringify(envelope(claims)),
      by,
    )
  const asking = (text: string, type = MEDIA_TYPE) => {
    const found = askingVerifier({ signedResponse: true }, { jwks: { keys: [key.jwk] } })
    found.server.reply = () => new Response(text, { headers: { 'content-type': type } })
    return found
  }

  it('is asked for, and verified with the keys of the issuer [INTR-07]', async () => {
    const { verifier, calls } = asking(signed())
    expect(await verifier.verify(TOKEN)).toMatchObject({ subject: 'someone', header: {} })
    expect(calls[0]?.headers.get('accept')).toBe(MEDIA_TYPE)
  })

  it('has its data in token_introspection and nowhere else', async () => {
    const { verifier } = asking(signed({ sub: 'wrong', scope: 'admin', exp: 1 }))
    expect(await verifier.verify(TOKEN)).toMatchObject({
      subject: 'someone',
      scopes: ['messages:read', 'profile'],
      expiresAt: NOW + 3_600,
    })
  })

  it('may say that the token is not active', async () => {
    expect(await asking(signed({ token_introspection: { active: false } })).outcome(TOKEN)).toBe(
      'token_inactive',
    )
  })

  it.each<[string, string, string?]>([
    [
      'its media type has parameters and another case',
      signed(),
      'Application/Token-Introspection+JWT; charset=utf-8',
    ],
    ['it is followed by a line break', `${signed()}\n`],
    ['it is for several clients', signed({ aud: ['other', 'api'] })],
    ['it names the API by the audience of its tokens', signed({ aud: API })],
    ['its typ has a prefix and another case', signed({}, { typ: 'application/Token-Introspection+JWT' })],
  ])('is accepted if %s', async (_title, text, type) => {
    expect(await asking(text, type).outcome(TOKEN)).toBe('accepted')
  })

  it.each<[string, string, string, string?]>([
    ['it is plain JSON', JSON.stringify(activeAnswer()), 'wrong_shape', 'application/json'],
    ['it is plain JSON with the media type of a signed one', JSON.stringify(activeAnswer()), 'wrong_shape'],
    ['its media type is that of a JWT', signed(), 'wrong_shape', 'application/jwt'],
    ['its typ is missing', signed({}, { typ: undefined }), 'wrong_shape'],
    ['its typ is that of an access token', signed({}, { typ: 'at+jwt' }), 'wrong_shape'],
    ['it has critical extensions', signed({}, { crit: ['b64'] }), 'wrong_shape'],
    ['its issuer is another', signed({ iss: `${AS}/` }), 'issuer_mismatch'],
    ['its issuer is missing', signed({ iss: undefined }), 'issuer_mismatch'],
    ['it is for another client', signed({ aud: 'other' }), 'wrong_shape'],
    ['it is for another API', signed({ aud: [`${API}/other`, { id: API }] }), 'wrong_shape'],
    ['it is for no client', signed({ aud: undefined }), 'wrong_shape'],
    ['it has no iat', signed({ iat: undefined }), 'wrong_shape'],
    ['it is old', signed({ iat: NOW - 120 }), 'wrong_shape'],
    ['it is from the future', signed({ iat: NOW + 60 }), 'wrong_shape'],
    [
      'it has no token_introspection',
      signed({ token_introspection: undefined, active: true }),
      'wrong_shape',
    ],
    ['its token_introspection is a list', signed({ token_introspection: [activeAnswer()] }), 'wrong_shape'],
    ['its token_introspection is a text', signed({ token_introspection: '{"active":true}' }), 'wrong_shape'],
    [
      'it is signed with another key',
      signed({}, { kid: key.kid }, signingKey('ES256', 'x')),
      'signature_invalid',
    ],
    ['it is signed with an unknown key', signed({}, {}, signingKey('ES256', 'x')), 'signature_invalid'],
    [
      'it is not signed',
      `${base64url('{"alg":"none","typ":"token-introspection+jwt"}')}.${base64url(JSON.stringify(envelope()))}.`,
      'signature_invalid',
    ],
    ['its algorithm is symmetric', signed({}, { alg: 'HS256' }), 'signature_invalid'],
    ['it is encrypted', 'a.b.c.d.e', 'wrong_shape'],
    ['it has a duplicate member', signSegments('{"alg":"ES256","alg":"ES256"}', '{}', key), 'wrong_shape'],
  ])('is no answer if %s', async (_title, text, code, type) => {
    const { verifier } = asking(text, type)
    await expect(verifier.verify(TOKEN)).rejects.toMatchObject({
      code: 'introspection_unavailable',
      status: 503,
      cause: { code },
    })
  })

  it.each<[string, string]>([
    ['another issuer', signed({ iss: `${AS}/` })],
    ['another API', signed({ aud: 'other' })],
    ['no iat', signed({ iat: String(NOW) })],
    ['no token_introspection', signed({ token_introspection: undefined })],
    ['no member active', signed({ token_introspection: {} })],
  ])('that is no answer is reported with the reason: %s', async (reason, text) => {
    const { cause } = await refusalOf(asking(text).verifier.verify(TOKEN))
    expect((cause as Error).message).toContain(reason)
  })

  it.each([
    [NOW - 65, 'accepted'],
    [NOW - 66, 'introspection_unavailable'],
    [NOW + 5, 'accepted'],
    [NOW + 6, 'introspection_unavailable'],
  ])('may be a minute old, and five seconds from the future: %i is %s', async (iat, outcome) => {
    expect(await asking(signed({ iat })).outcome(TOKEN)).toBe(outcome)
  })

  it('needs the keys of the issuer, without which there is no answer', async () => {
    const found = askingVerifier({ signedResponse: true, when: 'only' }, { jwksUri: `${AS}/keys` })
    found.server.reply = () => new Response(signed(), { headers: { 'content-type': MEDIA_TYPE } })
    expect(await found.outcome(TOKEN)).toBe('keys_unavailable')
    expect(found.others).toEqual([`${AS}/keys`])
  })

  it('is never accepted as an access token [INTR-08]', async () => {
    const { verifier, calls } = asking(signed())
    await expect(verifier.verify(signed())).rejects.toMatchObject({ code: 'introspection_response' })
    expect(calls).toEqual([])
  })
})

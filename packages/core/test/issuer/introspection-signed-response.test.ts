import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  base64url,
  keySet,
  NOW,
  refusalOf,
  type SigningKey,
  signingKey,
  signSegments,
} from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { API, AS, activeAnswer, askingVerifier, ENDPOINT, TOKEN, ticking } from '../support/introspection.ts'
import { HOUR, pass, stopTime } from '../support/time.ts'

const key = signingKey()
const MEDIA_TYPE = 'application/token-introspection+jwt'

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
    ['there is a space after its media type', signed(), `${MEDIA_TYPE} ; charset=utf-8`],
    ['it is for several clients', signed({ aud: ['other', 'api'] })],
    ['it names the API by the audience of its tokens', signed({ aud: API })],
    ['its typ has a prefix and another case', signed({}, { typ: 'application/Token-Introspection+JWT' })],
    ['it is a minute old, and clocks differ', signed({ iat: NOW - 65 })],
    ['it is a little ahead, since clocks differ', signed({ iat: NOW + 5 })],
    ['there is white space around it', `\n${signed()}\n`],
  ])('is accepted if %s', async (_title, text, type) => {
    expect(await asking(text, type).outcome(TOKEN)).toBe('accepted')
  })

  it.each<[string, string, string, string, string?]>([
    [
      'it is plain JSON',
      JSON.stringify(activeAnswer()),
      'wrong_shape',
      'the answer is not signed; its type is not application/token-introspection+jwt',
      'application/json',
    ],
    [
      'it is plain JSON with the media type of a signed one',
      JSON.stringify(activeAnswer()),
      'wrong_shape',
      'is not a signed JWT',
    ],
    ['its media type is that of a JWT', signed(), 'wrong_shape', 'is not signed', 'application/jwt'],
    ['its typ is missing', signed({}, { typ: undefined }), 'wrong_shape', 'typ'],
    ['its typ is that of an access token', signed({}, { typ: 'at+jwt' }), 'wrong_shape', 'typ'],
    ['it has critical extensions', signed({}, { crit: ['b64'] }), 'wrong_shape', 'typ'],
    ['its issuer is another', signed({ iss: `${AS}/` }), 'issuer_mismatch', 'another issuer'],
    ['its issuer is missing', signed({ iss: undefined }), 'issuer_mismatch', 'another issuer'],
    ['it is for another client', signed({ aud: 'other' }), 'wrong_shape', '(aud)'],
    ['it is for another API', signed({ aud: [`${API}/other`, { id: API }] }), 'wrong_shape', '(aud)'],
    ['it is for the client null', signed({ aud: [null] }), 'wrong_shape', '(aud)'],
    ['it is for no client', signed({ aud: undefined }), 'wrong_shape', '(aud)'],
    ['it has no iat', signed({ iat: undefined }), 'wrong_shape', 'no iat, or is not new'],
    ['its iat is a text', signed({ iat: `${NOW}` }), 'wrong_shape', 'no iat, or is not new'],
    ['it is old', signed({ iat: NOW - 66 }), 'wrong_shape', 'is not new'],
    ['it is from the future', signed({ iat: NOW + 6 }), 'wrong_shape', 'is not new'],
    [
      'it has no token_introspection',
      signed({ token_introspection: undefined, active: true }),
      'wrong_shape',
      'token_introspection',
    ],
    [
      'its token_introspection is a list',
      signed({ token_introspection: [activeAnswer()] }),
      'wrong_shape',
      'token_introspection',
    ],
    [
      'its token_introspection is a text',
      signed({ token_introspection: '{"active":true}' }),
      'wrong_shape',
      'token_introspection',
    ],
    ['its token_introspection has no active', signed({ token_introspection: {} }), 'wrong_shape', 'active'],
    [
      'it is signed with another key',
      signed({}, { kid: key.kid }, signingKey('ES256', 'x')),
      'signature_invalid',
      'no key of the issuer',
    ],
    [
      'it is signed with an unknown key',
      signed({}, {}, signingKey('ES256', 'x')),
      'signature_invalid',
      'no key of the issuer',
    ],
    [
      'it is not signed',
      `${base64url('{"alg":"none","typ":"token-introspection+jwt"}')}.${base64url(JSON.stringify(envelope()))}.`,
      'signature_invalid',
      'algorithm that is not allowed',
    ],
    [
      'its algorithm is symmetric',
      signed({}, { alg: 'HS256' }),
      'signature_invalid',
      'algorithm that is not allowed',
    ],
    ['it is encrypted', 'a.b.c.d.e', 'wrong_shape', 'is not a signed JWT'],
    ['it has five parts', `${signed()}.e.e`, 'wrong_shape', 'is not a signed JWT'],
    ['it names no algorithm', signed({}, { alg: undefined }), 'wrong_shape', 'is not a signed JWT'],
    [
      'its claims are no object',
      signSegments('{"alg":"ES256"}', '[]', key),
      'wrong_shape',
      'is not a signed JWT',
    ],
    [
      'it has a duplicate member',
      signSegments('{"alg":"ES256","alg":"ES256"}', '{}', key),
      'wrong_shape',
      'is not a signed JWT',
    ],
  ])('is no answer if %s', async (_title, text, code, message, type) => {
    const { verifier } = asking(text, type)
    await expect(verifier.verify(TOKEN)).rejects.toMatchObject({
      code: 'introspection_unavailable',
      status: 503,
      cause: { code, status: 200, url: ENDPOINT, message: expect.stringContaining(message) },
    })
  })

  it('about a token without audience is for the client of the API', async () => {
    const options = { audience: null, clientIds: 'client-1', jwks: { keys: [key.jwk] } } as const
    const { verifier, server, outcome } = askingVerifier({ signedResponse: true }, options)
    const token_introspection = activeAnswer({ aud: undefined })
    server.reply = () =>
      new Response(signed({ token_introspection }), { headers: { 'content-type': MEDIA_TYPE } })
    expect(await outcome(TOKEN)).toBe('accepted')
    server.reply = () => new Response(signed({ aud: API }), { headers: { 'content-type': MEDIA_TYPE } })
    await expect(verifier.verify('opaque-token-2')).rejects.toMatchObject({ cause: { code: 'wrong_shape' } })
  })

  it('has a URL without query in a failure', async () => {
    const { verifier, server } = askingVerifier({ signedResponse: true, endpoint: `${ENDPOINT}?key=canary` })
    server.reply = () => Response.json({})
    await expect(verifier.verify(TOKEN)).rejects.toMatchObject({
      cause: { url: ENDPOINT, message: expect.not.stringContaining('canary') },
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

  it('is verified with keys that are fetched again when they are due, if only answers need them', async () => {
    stopTime()
    const next = signingKey('ES256', 'next')
    const { server, others, outcome } = askingVerifier(
      { signedResponse: true, when: 'only', cacheMaxAge: 0 },
      { jwksUri: `${AS}/keys`, ...ticking },
    )
    const published = (...keys: SigningKey[]) => {
      server.document = () => Response.json(keySet(...keys))
    }
    server.reply = () =>
      new Response(signed({ iat: Date.now() / 1_000 }), { headers: { 'content-type': MEDIA_TYPE } })
    published(key)
    expect(await outcome(TOKEN)).toBe('accepted')
    published(next)
    pass(HOUR)
    await outcome(TOKEN)
    await nextTurn()
    expect(others).toEqual([`${AS}/keys`, `${AS}/keys`])
    expect(await outcome(TOKEN)).toBe('introspection_unavailable')
  })

  it('is never accepted as an access token [INTR-08]', async () => {
    const { verifier, calls } = asking(signed())
    await expect(verifier.verify(signed())).rejects.toMatchObject({ code: 'introspection_response' })
    expect(calls).toEqual([])
  })
})

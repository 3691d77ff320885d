import { describe, expect, it } from 'vitest'
import {
  AUDIENCE,
  AUTHORIZATION,
  listedStore,
  okta,
  push,
  SET_HEADERS,
  send,
  signalReceiver,
  useOkta,
} from './support/setting.ts'
import type { Json } from './support/transmitter.ts'

useOkta()

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
type Case = readonly [name: string, err: string, make: () => Promise<string>]
const claims = (changes: Json) => () => okta.sessionRevoked('a', {}, { claims: changes })
const subject = (value: unknown) => () => okta.sessionRevoked('a', { subject: value })
const user = (changes: Json = {}): Json => ({ format: 'iss_sub', iss: okta.issuer, sub: 'a', ...changes })

const CASES: readonly Case[] = [
  ['no JWT', 'invalid_request', async () => 'rubbish'],
  ['an empty body', 'invalid_request', async () => ''],
  ['a list of tokens', 'invalid_request', async () => JSON.stringify([await okta.sessionRevoked('a')])],
  [
    'a token without typ',
    'invalid_request',
    () => okta.sessionRevoked('a', {}, { header: { typ: undefined } }),
  ],
  ['an access token', 'invalid_request', () => okta.accessToken('a')],
  ['a token of typ JWT', 'invalid_request', () => okta.sessionRevoked('a', {}, { header: { typ: 'JWT' } })],
  [
    'a token that another key has signed [SET-02]',
    'invalid_key',
    () => okta.sessionRevoked('a', {}, { foreignKey: true }),
  ],
  [
    'a token with a key that is not known',
    'invalid_key',
    () => okta.sessionRevoked('a', {}, { header: { kid: 'x' } }),
  ],
  ['a token with another algorithm', 'invalid_key', async () => forged('PS256')],
  ['a token that is not signed', 'invalid_key', async () => forged('none')],
  ['the token of another issuer [SET-02]', 'invalid_issuer', claims({ iss: 'https://other.okta.com' })],
  ['a token without iss', 'invalid_issuer', claims({ iss: undefined })],
  [
    'the token of another receiver [SET-02]',
    'invalid_audience',
    claims({ aud: 'https://other.example.com' }),
  ],
  ['a token without aud', 'invalid_audience', claims({ aud: undefined })],
  ['a token with sub [SET-02]', 'invalid_request', claims({ sub: 'a' })],
  ['a token with exp [SET-02]', 'invalid_request', claims({ exp: 4_000_000_000 })],
  ['a token without jti', 'invalid_request', claims({ jti: undefined })],
  ['a token without iat', 'invalid_request', claims({ iat: undefined })],
  ['a token without events', 'invalid_request', claims({ events: undefined })],
  ['a token with an empty list of events', 'invalid_request', claims({ events: {} })],
  ['events that are a list', 'invalid_request', claims({ events: [`${CAEP}session-revoked`] })],
  ['an event that is a text', 'invalid_request', claims({ events: { [`${CAEP}session-revoked`]: 'a' } })],
  ['a stream status that is not known', 'invalid_request', () => okta.streamUpdated('gone')],
  ['an event without subject', 'invalid_request', subject(undefined)],
  ['a subject that is a text', 'invalid_request', subject('a')],
  ['a subject without user', 'invalid_request', subject({ session: { format: 'opaque', id: 's' } })],
  [
    'a subject of another issuer',
    'invalid_request',
    () => okta.sessionRevoked('a', { subject: user({ iss: 'https://other.okta.com' }) }),
  ],
  [
    'a subject without issuer',
    'invalid_request',
    () => okta.sessionRevoked('a', { subject: user({ iss: undefined }) }),
  ],
  ['an empty subject', 'invalid_request', () => okta.sessionRevoked('a', { subject: user({ sub: '' }) })],
  [
    'a subject that is an email address',
    'invalid_request',
    subject({ format: 'email', email: 'a@example.com' }),
  ],
  [
    'two different subjects',
    'invalid_request',
    () => okta.sessionRevoked('a', {}, { claims: { sub_id: user({ sub: 'b' }) } }),
  ],
]

function forged(alg: string): string {
  const encode = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = { alg, kid: okta.jwks.keys[0]?.kid, typ: 'secevent+jwt' }
  const payload = { iss: okta.issuer, aud: AUDIENCE, iat: 1, jti: 'j', events: {} }
  return `${encode(header)}.${encode(payload)}.${encode({})}`
}

describe('a signal receiver', () => {
  it.each(CASES)('answers %s with 400 %s, and revokes nothing [SET-03]', async (_, err, make) => {
    const store = listedStore()
    const { status, headers, json } = await push(signalReceiver({ store }), await make())
    expect({ status, err: json.err }).toEqual({ status: 400, err })
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'content-language': 'en' })
    expect(json.description).toMatch(/^[A-Z][\w '.,]+$/)
    expect(store.written).toEqual([])
  })

  it.each([
    ['none', {}],
    ['others', { authorization: 'Bearer another-secret-of-it' }],
    ['an empty one', { authorization: '' }],
    ['a prefix', { authorization: AUTHORIZATION.slice(0, -1) }],
    ['ones in another case', { authorization: AUTHORIZATION.toLowerCase() }],
    ['two in one header', { authorization: `${AUTHORIZATION}, ${AUTHORIZATION}` }],
  ])('answers credentials, %s, with 400 before it reads the body [SET-03]', async (_, credentials) => {
    const headers = { 'content-type': 'application/secevent+jwt', ...credentials }
    const answer = await send(signalReceiver(), await okta.sessionRevoked('a'), { headers })
    expect(answer).toMatchObject({ status: 400, bodyWasRead: false, json: { err: 'authentication_failed' } })
  })

  it('accepts each value of a list of credentials, so that one can be replaced', async () => {
    const receiver = signalReceiver({ authorization: ['Bearer the-next-secret-of-it', AUTHORIZATION] })
    for (const authorization of ['Bearer the-next-secret-of-it', AUTHORIZATION]) {
      expect(await push(receiver, await okta.verification(), { authorization })).toMatchObject({
        status: 202,
      })
    }
  })

  it.each(['application/jwt', 'text/plain', ''])('answers the media type "%s" with 400', async (type) => {
    const answer = await push(signalReceiver(), await okta.verification(), { 'content-type': type })
    expect(answer).toMatchObject({ status: 400, bodyWasRead: false, json: { err: 'invalid_request' } })
  })

  it('accepts a media type in capitals and with a parameter', async () => {
    const type = 'Application/SecEvent+JWT; charset=utf-8'
    const answer = await push(signalReceiver(), await okta.verification(), { 'content-type': type })
    expect(answer.status).toBe(202)
  })

  it.each(['SecEvent+JWT', 'Application/secevent+jwt'])(
    'accepts the typ %s, which means the same',
    async (typ) => {
      const answer = await push(signalReceiver(), await okta.verification({ header: { typ } }))
      expect(answer.status).toBe(202)
    },
  )

  it('answers another method with 405', async () => {
    const answer = await send(signalReceiver(), '', { method: 'GET', headers: SET_HEADERS })
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' }, bodyWasRead: false })
  })

  it('answers a body of more than 64 KiB with 400, and one that is not UTF-8 [SET-05]', async () => {
    const answer = await push(signalReceiver(), 'a'.repeat(65_537))
    expect(answer).toMatchObject({ status: 400, json: { description: 'The body is too large' } })
    const request = { method: 'POST', header: (name: string) => SET_HEADERS[name as 'authorization'] }
    const bytes = { ...request, readBody: async () => Uint8Array.of(0xff, 0xfe) }
    expect((await signalReceiver().receive(bytes)).status).toBe(400)
  })

  it('checks the type before it fetches a key', async () => {
    const before = okta.keyRequests
    await push(signalReceiver(), await okta.accessToken('a'))
    expect(okta.keyRequests).toBe(before)
  })

  it('answers with 503 and no err while the keys cannot be fetched, since the token may be good', async () => {
    okta.isDown = true
    const receiver = signalReceiver()
    const { status, headers, body } = await push(receiver, await okta.sessionRevoked('a'))
    okta.isDown = false
    expect({ status, body }).toEqual({ status: 503, body: '' })
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  })

  it('answers with 503 if a function of the application throws, and shows nothing of it', async () => {
    const { subscribe, unsubscribe } = await import('node:diagnostics_channel')
    const messages: { error: Error }[] = []
    const listen = (message: unknown): void => void messages.push(message as { error: Error })
    subscribe('okta-resource-server:signal.failed', listen)
    const revokes = (): boolean => {
      throw new Error('no such user: ada@example.com')
    }
    const answer = await push(signalReceiver({ revokes }), await okta.sessionRevoked('a'))
    unsubscribe('okta-resource-server:signal.failed', listen)
    expect(answer.status).toBe(503)
    expect(messages.map(({ error }) => error.message)).toEqual([
      'The store or function threw an error; log it there',
    ])
  })

  it('reports a refusal by its code, without anything of the token', async () => {
    const { subscribe, unsubscribe } = await import('node:diagnostics_channel')
    const messages: unknown[] = []
    const listen = (message: unknown): void => void messages.push(message)
    subscribe('okta-resource-server:signal.refused', listen)
    await push(signalReceiver(), await okta.sessionRevoked('00u1secret', { subject: undefined }))
    unsubscribe('okta-resource-server:signal.refused', listen)
    expect(messages).toEqual([{ receiver: 'events', issuer: okta.issuer, code: 'subject_missing' }])
  })
})

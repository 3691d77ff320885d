import { deflateSync } from 'node:zlib'
import {
  ISSUER,
  keySet,
  NOW,
  outcomeOf,
  type ScriptedAnswer,
  scriptedFetch,
  signingKey,
  verifierOptions,
} from '@okta-resource-server/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAccessTokenVerifier } from '../../src/index.ts'
import {
  HOST,
  LIST,
  listResponse,
  listToken,
  lookingUp,
  PUBLISHED,
  packed,
  tokenAt,
} from '../support/status-lists.ts'

describe('a status list', () => {
  const large = { bits: 1, lst: deflateSync(Buffer.alloc(4_194_305)).toString('base64url') }
  it.each<[string, () => ScriptedAnswer, string, string?]>([
    [
      'it is for another address',
      () => listResponse(listToken({ sub: `${LIST}/` })),
      'wrong_shape',
      '(sub, iss)',
    ],
    ['it has no sub', () => listResponse(listToken({ sub: undefined })), 'wrong_shape', '(sub, iss)'],
    [
      'it has another issuer',
      () => listResponse(listToken({ iss: `${ISSUER}/` })),
      'wrong_shape',
      '(sub, iss)',
    ],
    ['it has expired', () => listResponse(listToken({ exp: NOW })), 'wrong_shape', 'out of date'],
    [
      'its exp is a text',
      () => listResponse(listToken({ exp: `${NOW + 60}` })),
      'wrong_shape',
      'out of date',
    ],
    ['it has no iat', () => listResponse(listToken({ iat: undefined })), 'wrong_shape', 'out of date'],
    ['it is from the future', () => listResponse(listToken({ iat: NOW + 60 })), 'wrong_shape', 'out of date'],
    [
      'it has 3 bits',
      () => listResponse(listToken({ status_list: { ...PUBLISHED[1], bits: 3 } })),
      'wrong_shape',
      'no bits or lst',
    ],
    [
      'its bits are a text',
      () => listResponse(listToken({ status_list: { ...PUBLISHED[1], bits: '1' } })),
      'wrong_shape',
      'no bits or lst',
    ],
    ['it has no list', () => listResponse(listToken({ status_list: null })), 'wrong_shape', 'no bits or lst'],
    [
      'its list is not compressed',
      () => listResponse(listToken({ status_list: { bits: 1, lst: 'AAAA' } })),
      'wrong_shape',
      'no zlib data, or too large',
    ],
    [
      'its list is large after decompression',
      () => listResponse(listToken({ status_list: large })),
      'wrong_shape',
      'too large',
    ],
    ['it is large', () => listResponse(' '.repeat(1_048_577)), 'too_large'],
    [
      'it has another typ',
      () => listResponse(listToken({}, { typ: 'JWT' })),
      'wrong_shape',
      'typ of the signed answer is not statuslist+jwt',
    ],
    ['it has critical extensions', () => listResponse(listToken({}, { crit: ['b64'] })), 'wrong_shape'],
    ['it is plain JSON', () => Response.json({ status_list: PUBLISHED[1] }), 'wrong_shape'],
    [
      'it has the media type of another JWT',
      () => listResponse(listToken(), 'application/jwt'),
      'wrong_shape',
      'its type is not application/statuslist+jwt',
    ],
    [
      'another key has signed it',
      () => listResponse(listToken({}, {}, signingKey('RS256', 'other'))),
      'signature_invalid',
    ],
    ['it is not signed', () => listResponse(listToken({}, { alg: 'none' })), 'signature_invalid'],
    ['its algorithm is symmetric', () => listResponse(listToken({}, { alg: 'HS256' })), 'signature_invalid'],
    ['it redirects to another origin', () => Response.redirect('https://other.example/'), 'redirect_refused'],
    ['there is none', () => new Response('', { status: 404 }), 'http_status'],
    ['the network fails', () => new Error('refused'), 'network'],
    [
      'its list is no text',
      () => listResponse(listToken({ status_list: { bits: 1, lst: 5 } })),
      'wrong_shape',
      'no bits or lst',
    ],
  ])('that cannot be used is a 503, never a 401: %s [REV-04]', async (_title, reply, code, message = '') => {
    const { verifier, server } = lookingUp()
    server.reply = reply
    await expect(verifier.verify(tokenAt(1))).rejects.toMatchObject({
      code: 'status_unavailable',
      status: 503,
      retryAfter: 1,
      cause: { code, url: LIST, message: expect.stringContaining(message) },
    })
  })

  it('may be from a clock that is ahead by clockTolerance', async () => {
    const { server, outcome } = lookingUp()
    server.reply = () => listResponse(listToken({ iat: NOW + 5 }))
    expect(await outcome(tokenAt(1))).toBe('accepted')
  })

  it('may be empty, and then has no status', async () => {
    const { server, outcome, requests } = lookingUp()
    server.reply = () => listResponse(listToken({ status_list: packed(1) }))
    expect([await outcome(tokenAt(0)), await outcome(tokenAt(1))]).toEqual(Array(2).fill('claim_malformed'))
    expect(requests).toHaveLength(1)
  })

  it('may have four megabytes; beyond eight such lists, the one that was used longest ago is dropped', async () => {
    const { server, outcome, requests } = lookingUp()
    const most = { bits: 1, lst: deflateSync(Buffer.alloc(4_194_304)).toString('base64url') }
    server.reply = (url) => listResponse(listToken({ sub: url, status_list: most }))
    const uris = Array.from({ length: 9 }, (_, index) => `${LIST}${index}`)
    const first = tokenAt(1, uris[0])
    for (let time = 0; time < 3; time++) expect(await outcome(first)).toBe('accepted')
    for (const uri of uris.slice(1)) expect(await outcome(tokenAt(33_554_431, uri))).toBe('accepted')
    expect(await outcome(tokenAt(33_554_432, uris[8]))).toBe('claim_malformed')
    expect(requests).toHaveLength(9)
    // The cached token, whose list was dropped, as well.
    expect(await outcome(first)).toBe('accepted')
    expect(requests).toHaveLength(10)
  })

  it('may be signed with a key that was published later', async () => {
    const [old, next] = [signingKey(), signingKey('RS256', 'next')]
    let keys = [old]
    const { jwks: _, ...options } = verifierOptions()
    const { fetch } = scriptedFetch((url) =>
      url === LIST ? listResponse(listToken({}, {}, next)) : Response.json(keySet(...keys)),
    )
    const verifier = createAccessTokenVerifier({
      ...options,
      jwksUri: `${ISSUER}/v1/keys`,
      statusListHosts: HOST,
      fetch,
    })
    onTestFinished(() => verifier.close())
    await verifier.ready()
    keys = [old, next]
    expect(await outcomeOf(verifier.verify(tokenAt(1)))).toBe('accepted')
  })
})

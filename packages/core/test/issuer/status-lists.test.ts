import { deflateSync } from 'node:zlib'
import {
  accessTokenClaims,
  ISSUER,
  keySet,
  NOW,
  outcomeOf,
  type ScriptedAnswer,
  type SigningKey,
  scriptedFetch,
  signingKey,
  signSegments,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type AccessTokenVerifierOptions, createAccessTokenVerifier } from '../../src/index.ts'
import { pass, START, stepWallClock, stopTime } from '../support/time.ts'
import { cache, decideNow, recordMessages } from '../support/verifiers.ts'

const HOST = 'status.example'
const LIST = `https://${HOST}/lists/1`
const TYPE = 'statuslist+jwt'
/** The lists of section 4.1 of the specification. */
const ONE_BIT = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
const TWO_BITS = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
const base64url = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url')
const PUBLISHED = {
  1: { bits: 1, lst: base64url('78dadbb918000217015d') },
  2: { bits: 2, lst: base64url('78da3be9f2130003df0207') },
} as const

const packed = (bits: number, ...bytes: readonly number[]) => ({
  bits,
  lst: deflateSync(Buffer.from(bytes)).toString('base64url'),
})

type Claims = Readonly<Record<string, unknown>>

function listToken(claims: Claims = {}, header: Claims = {}, key: SigningKey = signingKey()): string {
  const { kid, algorithm: alg } = key
  const payload = { sub: LIST, iat: NOW, status_list: PUBLISHED[1], ...claims }
  return signSegments(JSON.stringify({ typ: TYPE, alg, kid, ...header }), JSON.stringify(payload), key)
}

const listResponse = (text: string, type = `application/${TYPE}`): Response =>
  new Response(text, { headers: { 'content-type': type } })

const tokenAt = (idx: unknown, uri: unknown = LIST, more: Claims = {}): string =>
  signToken({ claims: { status: { status_list: { idx, uri } }, ...more } })

/** A verifier that fetches lists, and the server that has them. */
function lookingUp(options: Partial<AccessTokenVerifierOptions> = {}) {
  const server: { reply: (url: string) => ScriptedAnswer | Promise<ScriptedAnswer> } = {
    reply: () => listResponse(listToken()),
  }
  const { fetch, requests } = scriptedFetch((url) => server.reply(url))
  const verifier = createAccessTokenVerifier({
    ...verifierOptions(),
    statusListHosts: HOST,
    fetch,
    ...options,
  })
  onTestFinished(() => verifier.close())
  return { verifier, server, requests, outcome: (token: string) => outcomeOf(verifier.verify(token)) }
}

describe('a token that refers to a status list', () => {
  it.each([
    [1, ONE_BIT],
    [2, TWO_BITS],
  ] as const)(
    'is accepted if its status in a list of %d bits is 0, and refused otherwise [REV-04]',
    async (bits, values) => {
      const { server, outcome } = lookingUp()
      server.reply = () => listResponse(listToken({ status_list: PUBLISHED[bits] }))
      for (const [index, value] of values.entries()) {
        expect([index, await outcome(tokenAt(index))]).toEqual([
          index,
          value === 0 ? 'accepted' : 'token_revoked',
        ])
      }
    },
  )

  it.each([
    [4, [0, 15, 1], [0xf0, 0x01]],
    [8, [0, 255, 2], [0, 255, 2]],
  ])('is read from a list of %d bits', async (bits, values, bytes) => {
    const { server, outcome } = lookingUp()
    server.reply = () => listResponse(listToken({ status_list: packed(bits, ...bytes) }))
    const outcomes = await Promise.all(values.map((_, index) => outcome(tokenAt(index))))
    expect(outcomes).toEqual(['accepted', 'token_revoked', 'token_revoked'])
  })

  it('is looked up with the options of an issuer that a function has found', async () => {
    const { clock, audience, jwks } = verifierOptions()
    const server = scriptedFetch(() => listResponse(listToken()))
    const issuer = () => ({ jwks, statusListHosts: HOST })
    const verifier = createAccessTokenVerifier({ issuer, audience, clock, fetch: server.fetch })
    onTestFinished(() => verifier.close())
    expect(await outcomeOf(verifier.verify(tokenAt(1)))).toBe('accepted')
    expect(await outcomeOf(verifier.verify(tokenAt(0)))).toBe('token_revoked')
    expect(server.requests).toHaveLength(1)
  })

  it('is refused if its index is out of bounds, or its reference is malformed [REV-04]', async () => {
    const { outcome } = lookingUp()
    for (const idx of [16, 1e9, Number.MAX_SAFE_INTEGER, 2 ** 53, -1, 0.5, '1', null, [1], undefined]) {
      expect([idx, await outcome(tokenAt(idx))]).toEqual([idx, 'claim_malformed'])
    }
    for (const uri of ['', 'lists/1', 1, null, {}, [LIST]]) {
      expect([uri, await outcome(tokenAt(1, uri))]).toEqual([uri, 'claim_malformed'])
    }
    for (const reference of [null, 1, 'x', [], {}]) {
      const token = signToken({ claims: { status: { status_list: reference } } })
      expect([reference, await outcome(token)]).toEqual([reference, 'claim_malformed'])
    }
  })

  it('is refused if it refers to anything but a status list', async () => {
    const { outcome, requests } = lookingUp()
    for (const status of [{}, [], { identifier_list: { id: '1', uri: LIST } }]) {
      expect(await outcome(signToken({ claims: { status } }))).toBe('status_not_supported')
    }
    expect(requests).toEqual([])
  })

  it('is refused without a request if the list is on another host', async () => {
    const { outcome, requests } = lookingUp()
    for (const uri of [
      'https://other.example/lists/1',
      `https://${HOST}:8443/lists/1`,
      `https://${HOST}.other.example/1`,
      `https://${HOST}@other.example/1`,
      'file:///etc/hosts',
    ]) {
      expect([uri, await outcome(tokenAt(1, uri))]).toEqual([uri, 'status_not_supported'])
    }
    expect(requests).toEqual([])
  })

  it('may have its list on the host of the issuer', async () => {
    const uri = `${new URL(ISSUER).origin}/status`
    const { server, outcome, requests } = lookingUp({ statusListHosts: [] })
    server.reply = () => listResponse(listToken({ sub: uri }))
    expect(await outcome(tokenAt(1, uri))).toBe('accepted')
    expect(await outcome(tokenAt(1))).toBe('status_not_supported')
    expect(requests.map(({ url }) => url)).toEqual([uri])
  })

  it('is looked up only if it is valid otherwise [REV-04]', async () => {
    const { outcome, requests } = lookingUp()
    const forged = signToken({
      claims: { status: { status_list: { idx: 1, uri: LIST } } },
      key: signingKey('RS256', 'attacker'),
    })
    for (const token of [tokenAt(1, LIST, { exp: NOW - 60 }), tokenAt(1, LIST, { aud: 'other' }), forged]) {
      expect(await outcome(token)).not.toBe('accepted')
    }
    expect(requests).toEqual([])
  })

  it('is accepted with fapi2 or revocation, and without a warning', async () => {
    const messages = recordMessages()
    const { outcome } = lookingUp({ revocation: { isRevoked: () => false } })
    expect(await outcome(tokenAt(1))).toBe('accepted')
    expect(await outcome(tokenAt(0))).toBe('token_revoked')
    expect(messages.map(([channel]) => channel)).not.toContain('status.unchecked')
  })

  it('is not looked up if the authorization server is asked about the token anyway', async () => {
    const introspection = {
      ...{ clientId: 'api', clientSecret: 'the-secret', endpoint: `${ISSUER}/v1/introspect` },
      when: 'always',
    } as const
    const { server, outcome, requests } = lookingUp({ introspection })
    const { aud, exp } = accessTokenClaims()
    server.reply = () => Response.json({ active: true, aud, exp })
    expect(await outcome(tokenAt(1))).toBe('accepted')
    expect(requests.map(({ url }) => url)).toEqual([introspection.endpoint])
  })

  it('is explained', async () => {
    const { verifier } = lookingUp()
    const { checks, code } = await verifier.explain(tokenAt(0))
    expect(code).toBe('token_revoked')
    expect(checks.find(({ check }) => check === 'status list')).toMatchObject({
      outcome: 'failed',
      found: { status: 'present' },
    })
    const other = await verifier.explain(signToken())
    expect(other.checks.map(({ check }) => check)).not.toContain('status list')
  })
})

describe('a status list', () => {
  it('is asked for by its type, and fetched once for all tokens that wait for it', async () => {
    const { requests, outcome } = lookingUp()
    const outcomes = await Promise.all(ONE_BIT.map((_, index) => outcome(tokenAt(index))))
    expect(outcomes.filter((each) => each === 'accepted')).toHaveLength(7)
    expect(requests).toHaveLength(1)
    expect(new Headers(requests[0]?.init.headers).get('accept')).toBe(`application/${TYPE}`)
  })

  it.each<[string, Claims, number]>([
    ['ttl', { ttl: 20 }, 20_000],
    ['exp', { ttl: 20, exp: NOW + 10 }, 10_000],
    ['a minute if it does not say', {}, 60_000],
    ['a minute if ttl is negative', { ttl: -1 }, 60_000],
    ['a minute if ttl is 0', { ttl: 0 }, 60_000],
    ['a minute if ttl is a text', { ttl: '20' }, 60_000],
    ['five minutes at most', { ttl: 86_400, exp: NOW + 86_400 }, 300_000],
    ['a second at least', { ttl: 0.001 }, 1_000],
  ])('is used for %s, by cached tokens too [REV-04]', async (_title, claims, age) => {
    stopTime({ timers: true })
    const { server, outcome, requests } = lookingUp({ clock: Date.now })
    server.reply = () => listResponse(listToken(claims))
    const token = tokenAt(1)
    for (let time = 0; time < 3; time++) expect(await outcome(token)).toBe('accepted')
    server.reply = () =>
      listResponse(listToken({ ...claims, iat: NOW, exp: NOW + 3_600, status_list: packed(1, 255) }))
    pass(age - 1)
    expect(await outcome(token)).toBe('accepted')
    expect(requests).toHaveLength(1)
    pass(1)
    expect(await outcome(token)).toBe('token_revoked')
    expect(requests).toHaveLength(2)
  })

  it('is not used for longer if the wall clock is set back', async () => {
    stopTime({ timers: true })
    const { server, outcome } = lookingUp({ clock: Date.now })
    const token = tokenAt(1, LIST, { iat: NOW - 4_000, exp: NOW + 4_000 })
    for (let time = 0; time < 3; time++) expect(await outcome(token)).toBe('accepted')
    server.reply = () => listResponse(listToken({ iat: NOW - 3_600, status_list: packed(1, 255) }))
    stepWallClock(-3_600_000)
    pass(60_000)
    expect(Date.now()).toBeLessThan(START)
    expect(await outcome(token)).toBe('token_revoked')
  })

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

  it('is no reason to verify its tokens on every request: they are cached', async () => {
    const { verifier } = lookingUp()
    const token = tokenAt(1)
    await cache(verifier, token)
    expect(decideNow(verifier, token)).toBeDefined()
  })

  it('that cannot be fetched is asked for again after a second, and other tokens stay accepted', async () => {
    stopTime({ timers: true })
    const { server, outcome, requests } = lookingUp({ clock: Date.now })
    server.reply = () => new Response('', { status: 500 })
    for (let time = 0; time < 10; time++) expect(await outcome(tokenAt(1))).toBe('status_unavailable')
    expect(await outcome(signToken())).toBe('accepted')
    expect(requests).toHaveLength(1)
    server.reply = () => listResponse(listToken())
    pass(1_000)
    expect(await outcome(tokenAt(1))).toBe('accepted')
  })

  it('that cannot be fetched has a retry-after of what is left of the second', async () => {
    stopTime({ timers: true })
    const { verifier, server } = lookingUp({ clock: Date.now })
    server.reply = () => new Response('', { status: 500 })
    const refusal = { code: 'status_unavailable', status: 503, retryAfter: 1 }
    await expect(verifier.verify(tokenAt(1))).rejects.toMatchObject(refusal)
    pass(500)
    await expect(verifier.verify(tokenAt(1))).rejects.toMatchObject(refusal)
  })

  it('has a URL without query in a failure', async () => {
    const { verifier, server } = lookingUp()
    server.reply = () => listResponse(listToken())
    await expect(verifier.verify(tokenAt(1, `${LIST}?key=canary`))).rejects.toMatchObject({
      cause: { url: LIST, message: expect.not.stringContaining('canary') },
    })
  })

  it('is requested with the name of this package', async () => {
    const { requests, outcome } = lookingUp()
    await outcome(tokenAt(1))
    expect(requests[0]?.init.method).toBe('GET')
    expect(new Headers(requests[0]?.init.headers).get('user-agent')).toBe('okta-resource-server')
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

  it('that becomes too old while the request is decided is a 503', async () => {
    stopTime({ timers: true })
    const isRevoked = () => {
      pass(60_000)
      return Promise.resolve(false)
    }
    const { outcome } = lookingUp({ clock: Date.now, revocation: { isRevoked } })
    expect(await outcome(tokenAt(1))).toBe('status_unavailable')
  })

  it('is used where timers are numbers, as in Cloudflare Workers', async () => {
    const start = setTimeout
    vi.stubGlobal('setTimeout', (...parameters: Parameters<typeof start>) => Number(start(...parameters)))
    onTestFinished(() => void vi.unstubAllGlobals())
    expect(await lookingUp().outcome(tokenAt(1))).toBe('accepted')
  })

  it('leaves no timer once the verifier is closed', async () => {
    stopTime({ timers: true })
    const { verifier, outcome } = lookingUp({ clock: Date.now, tokenCache: false })
    expect(await outcome(tokenAt(1))).toBe('accepted')
    expect(vi.getTimerCount()).toBe(1)
    verifier.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('that does not come is given up after timeoutDuration', async () => {
    const { verifier, server } = lookingUp({ timeoutDuration: 100 })
    server.reply = () => new Promise<ScriptedAnswer>(() => {})
    await expect(verifier.verify(tokenAt(1))).rejects.toMatchObject({
      code: 'status_unavailable',
      cause: { code: 'timeout' },
    })
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

  it('is no longer waited for once the verifier is closed', async () => {
    const { verifier, server } = lookingUp()
    server.reply = () => new Promise<ScriptedAnswer>(() => {})
    const waiting = outcomeOf(verifier.verify(tokenAt(1)))
    await new Promise((resolve) => setTimeout(resolve, 20))
    verifier.close()
    expect(await waiting).toBe('verifier_closed')
  })
})

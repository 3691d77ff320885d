import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { bearerToken, type RequestLike } from '../src/authorization-header.ts'
import type { ResourceServerError } from '../src/errors.ts'
import { outcome, refusalOf } from './support/tokens.ts'

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2lnbmF0dXJl-_~+/=='
const FORM = 'application/x-www-form-urlencoded'

const from = (authorization: unknown): string => bearerToken({ headers: { authorization } } as RequestLike)
const codeOf = (request: unknown): Promise<string> => outcome(() => bearerToken(request as RequestLike))

describe('the credentials', () => {
  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('may spell the scheme %s', (scheme) => {
    expect(from(`${scheme} ${TOKEN}`)).toBe(TOKEN)
  })

  it.each([1, 2, 7])('may put %i spaces between scheme and token', (count) => {
    expect(from(`Bearer${' '.repeat(count)}${TOKEN}`)).toBe(TOKEN)
  })

  it.each(['a', '0', '-._~+/', 'a=', 'a===', 'A.B.C', '...'])('may be any b64token, such as %s', (token) => {
    expect(from(`Bearer ${token}`)).toBe(token)
  })

  it.each([
    ['no token', 'Bearer'],
    ['no token but a space', 'Bearer '],
    ['a space behind', `Bearer ${TOKEN} `],
    ['a space before', ` Bearer ${TOKEN}`],
    ['a tab between', `Bearer\t${TOKEN}`],
    ['a tab among the spaces', `Bearer \t${TOKEN}`],
    ['a line break behind', `Bearer ${TOKEN}\n`],
    ['a no-break space between', `Bearer\u00a0${TOKEN}`],
    ['a space within', 'Bearer abc def'],
    ['quotation marks', `Bearer "${TOKEN}"`],
    ['a comma', 'Bearer abc,def'],
    ['two tokens joined by a comma', 'Bearer abc, Bearer def'],
    ['two tokens joined without a space', 'Bearer abc,Bearer def'],
    ['a token, then another scheme', 'Bearer abc, Basic def'],
    ['a parameter', 'Bearer token="abc"'],
    ['an equals sign within', 'Bearer a=b'],
    ['only equals signs', 'Bearer =='],
    ['a character outside of the alphabet', 'Bearer abc$def'],
    ['a letter beyond ASCII', 'Bearer abcé'],
    ['a long s, which is no s', 'Bearer abc\u017f'],
    ['a Kelvin sign, which is no k', 'Bearer abc\u212a'],
    ['a NUL', 'Bearer abc\u0000'],
    ['a percent-encoded character', 'Bearer abc%2E'],
    ['a lone surrogate', 'Bearer abc\ud800'],
    ['the scheme twice', 'Bearer Bearer abc'],
    ['only a comma', ','],
    ['only spaces', '   '],
    ['only a token that is no scheme', 'abc/def'],
  ])('with %s are malformed: 400', async (_title, value) => {
    const error = await refusalOf(() => from(value))
    expect(error).toMatchObject({
      status: 400,
      error: 'invalid_request',
      code: 'malformed_authorization_header',
    })
  })

  it.each([
    'Basic dXNlcjpwYXNz',
    'DPoP abc',
    'Digest username="x"',
    'BearerX abc',
    'Bearer. abc',
    'forBearer ',
    'Token',
    'B abc',
  ])('of another scheme are as good as none: %s', async (value) => {
    const error = await refusalOf(() => from(value))
    expect(error).toMatchObject({ status: 401, error: undefined, code: 'unsupported_scheme' })
  })

  it.each(['Basic abc, Bearer def', 'Basic abc,bearer def', 'Basic abc, \t BEARER', 'Negotiate,Bearer x'])(
    'of Bearer are not hidden behind another scheme: %s',
    async (value) => {
      const code = await codeOf({ headers: { authorization: value } })
      expect(['multiple_authorization_headers', 'malformed_authorization_header']).toContain(code)
    },
  )

  it('are told from a word that only ends in Bearer', async () => {
    expect(await codeOf({ headers: { authorization: 'Basic abc, forbearer x' } })).toBe('unsupported_scheme')
  })

  it('are refused unread beyond the size limit', async () => {
    const padded = (spaces: number): string => `Bearer${' '.repeat(spaces)}${'a'.repeat(16_384)}`
    expect(from(padded(58))).toHaveLength(16_384)
    expect(await codeOf({ headers: { authorization: padded(59) } })).toBe('token_too_large')
    expect(from(`Bearer ${'a'.repeat(16_384)}`)).toHaveLength(16_384)
    for (const length of [16_442, 1_000_000]) {
      expect(await codeOf({ headers: { authorization: `Bearer ${'a'.repeat(length)}` } })).toBe(
        'token_too_large',
      )
    }
    expect(await codeOf({ headers: { authorization: `Bearer${' '.repeat(1_000_000)}a` } })).toBe(
      'token_too_large',
    )
  })
})

describe('a request without credentials', () => {
  it.each([
    ['no request', undefined],
    ['null', null],
    ['text', 'Bearer abc'],
    ['nothing', {}],
    ['null headers', { headers: null }],
    ['headers that are text', { headers: 'authorization: Bearer abc' }],
    ['no headers', { headers: {} }],
    ['an undefined header', { headers: { authorization: undefined } }],
    ['a null header', { headers: { Authorization: null } }],
    ['an empty header', { headers: { authorization: '' } }],
    ['an empty list', { headers: { authorization: [] } }],
    ['Fetch headers without it', { headers: new Headers({ accept: '*/*' }) }],
    ['a header whose name is as long', { headers: { 'x-fake-bearer': `Bearer ${TOKEN}` } }],
    ['a header of a proxy', { headers: { 'proxy-authorization': `Bearer ${TOKEN}` } }],
    ['a header whose name resembles it', { headers: { authorızation: `Bearer ${TOKEN}` } }],
    [
      'a token in the form only, which is not taken',
      { headers: { 'content-type': FORM }, body: { access_token: 'a' } },
    ],
    ['a cookie', { headers: { cookie: `access_token=${TOKEN}` } }],
  ])('(%s) gets a 401', async (_title, request) => {
    expect(await codeOf(request)).toBe('missing_token')
  })
})

describe('headers of any kind', () => {
  it.each(['authorization', 'Authorization', 'AUTHORIZATION', 'aUTHORIZATION'])(
    'a plain object with %s',
    (name) => {
      expect(bearerToken({ headers: { [name]: `Bearer ${TOKEN}`, accept: '*/*' } })).toBe(TOKEN)
      expect(bearerToken({ headers: { [name]: [`Bearer ${TOKEN}`] } })).toBe(TOKEN)
      expect(bearerToken({ headers: { [name]: `Bearer ${TOKEN}` }, rawHeaders: [] })).toBe(TOKEN)
    },
  )

  it.each([undefined, null])('a plain object with %s in another casing', (nothing) => {
    const [lower, upper] = [{ authorization: nothing }, { Authorization: `Bearer ${TOKEN}` }]
    for (const headers of [
      { ...lower, ...upper },
      { ...upper, ...lower },
    ])
      expect(bearerToken({ headers } as RequestLike)).toBe(TOKEN)
  })

  it('an object without a prototype', () => {
    const headers = Object.assign(Object.create(null), { Authorization: `Bearer ${TOKEN}` })
    expect(bearerToken({ headers })).toBe(TOKEN)
  })

  it('Fetch Headers and a Fetch Request', () => {
    const headers = new Headers({ Authorization: `Bearer ${TOKEN}` })
    expect(bearerToken({ headers })).toBe(TOKEN)
    expect(bearerToken(new Request('https://api.example.com/a?b=c', { headers }))).toBe(TOKEN)
  })

  it('metadata whose get answers with a list, as in gRPC', async () => {
    const metadata = (...values: unknown[]): unknown => ({ headers: { get: () => values } })
    expect(bearerToken(metadata(`Bearer ${TOKEN}`) as RequestLike)).toBe(TOKEN)
    expect(await codeOf(metadata())).toBe('missing_token')
    expect(await codeOf(metadata('Bearer a', 'Bearer b'))).toBe('multiple_authorization_headers')
    expect(await codeOf(metadata(Buffer.from('Bearer a')))).toBe('malformed_authorization_header')
  })

  it.each([1, true, {}, ['x', 'y'].entries(), [['Bearer a']], [7]])(
    'a value that is no text is malformed: %o',
    async (value) => {
      expect(await codeOf({ headers: { authorization: value } })).toBe('malformed_authorization_header')
    },
  )
})

describe('several Authorization headers are refused with 400', () => {
  it.each([
    ['a list', { headers: { authorization: ['Bearer a', 'Bearer b'] } }],
    ['the same token twice', { headers: { authorization: ['Bearer a', 'Bearer a'] } }],
    ['two casings', { headers: { authorization: 'Bearer a', Authorization: 'Bearer b' } }],
    ['two casings, none of them lower', { headers: { AUTHORIZATION: 'Basic a', Authorization: 'Bearer b' } }],
    [
      'two casings, one of them a list',
      { headers: { authorization: 'Bearer a', Authorization: ['Bearer b'] } },
    ],
    [
      'raw headers',
      {
        headers: { authorization: 'Bearer a' },
        rawHeaders: ['Authorization', 'Bearer a', 'AUTHORIZATION', 'Basic b'],
      },
    ],
    [
      'raw headers, with one of another name as long between them',
      {
        headers: { authorization: 'Bearer a' },
        rawHeaders: ['authorization', 'Bearer a', 'If-None-Match', '*', 'authorization', 'Bearer a'],
      },
    ],
  ])('%s', async (_title, request) => {
    expect(await codeOf(request)).toBe('multiple_authorization_headers')
  })

  it('two that Fetch joined', async () => {
    const headers = new Headers({ authorization: 'Bearer a' })
    headers.append('Authorization', 'Bearer b')
    expect(await codeOf({ headers })).toBe('malformed_authorization_header')
    const mixed = new Headers({ authorization: 'Basic a' })
    mixed.append('Authorization', 'Bearer b')
    expect(await codeOf({ headers: mixed })).toBe('multiple_authorization_headers')
  })

  it('but not one whose value is Authorization, nor raw headers of an odd form', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` }
    const rawHeaders = ['Authorization', `Bearer ${TOKEN}`, 'Access-Control-Request-Headers', 'Authorization']
    expect(bearerToken({ headers, rawHeaders })).toBe(TOKEN)
    // Another name as long, so that names are compared and not only counted.
    expect(bearerToken({ headers, rawHeaders: [...rawHeaders, 'If-None-Match', 'Authorization'] })).toBe(
      TOKEN,
    )
    expect(await codeOf({ headers, rawHeaders: 'authorization' })).toBe('accepted')
    expect(await codeOf({ headers, rawHeaders: [null, 1, {}, undefined] })).toBe('accepted')
    const compared = ['Authorization', '', 'If-None-Match', '']
    expect(await codeOf({ headers, rawHeaders: [...compared, null, 1, { length: 13 }] })).toBe('accepted')
  })
})

describe("Node's own request", () => {
  /** What `take` says of a request whose lines come over a real socket. */
  async function overSocket(lines: readonly string[], target = '/'): Promise<string | ResourceServerError> {
    const server = createServer((_request, response) => void response.end()).listen(0, '127.0.0.1')
    const requested = new Promise<IncomingMessage>((resolve) => server.once('request', resolve))
    await new Promise((listening) => server.once('listening', listening))
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(
      [`GET ${target} HTTP/1.1`, 'Host: api.example.com', 'Connection: close', ...lines, '', ''].join('\r\n'),
    )
    socket.resume()
    const request = await requested
    await new Promise((closed) => server.close(closed))
    try {
      return bearerToken(request)
    } catch (error) {
      return error as ResourceServerError
    }
  }

  it('gives its token', async () => {
    expect(await overSocket([`authorization: Bearer ${TOKEN}`])).toBe(TOKEN)
  })

  it('with two Authorization lines is refused, though its headers show only the first', async () => {
    const answer = await overSocket([`Authorization: Bearer ${TOKEN}`, 'authorization: Bearer abc'])
    expect(answer).toMatchObject({ status: 400, code: 'multiple_authorization_headers' })
  })

  it('with a token in the query too is refused', async () => {
    const answer = await overSocket([`Authorization: Bearer ${TOKEN}`], `/a?access_token=${TOKEN}`)
    expect(answer).toMatchObject({ status: 400, code: 'multiple_tokens' })
  })

  it('without a token misses one', async () => {
    expect(await overSocket([])).toMatchObject({ status: 401, code: 'missing_token' })
  })
})

describe('a token in the query', () => {
  const urls = [
    '/a?access_token=abc',
    '/a?b=c&access_token=abc',
    '/a?access_token',
    '/a?access_token=',
    '/a?access%5Ftoken=abc',
    '/a?%61ccess_token=abc',
    '/a?%61%63%63%65%73%73%5f%74%6f%6b%65%6e=abc',
    'https://api.example.com/a?access_token=abc#part',
  ]
  it.each(urls)('alone is refused with 400 and never taken: %s', async (url) => {
    expect(await codeOf({ headers: {}, url })).toBe('token_in_query')
    expect(await codeOf({ headers: { authorization: '' }, url })).toBe('token_in_query')
  })

  it.each(urls)('beside one in the header is refused with 400: %s', async (url) => {
    expect(await codeOf({ headers: { authorization: `Bearer ${TOKEN}` }, url })).toBe('multiple_tokens')
  })

  it.each([
    '/a',
    '/a?b=access_token',
    '/a?access_tokens=abc',
    '/a?my_access_token=abc',
    '/a?Access_Token=abc',
    '/access_token=abc',
    '/a#?access_token=abc',
    '/a?b=c#access_token=abc',
    '/a?b=%61ccess_token',
    '/a?%=%',
  ])('is not seen where there is none: %s', (url) => {
    expect(bearerToken({ headers: { authorization: `Bearer ${TOKEN}` }, url })).toBe(TOKEN)
  })

  it('is looked for in a Fetch Request too', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` }
    const request = new Request('https://api.example.com/?access_token=abc', { headers })
    expect(await codeOf(request)).toBe('multiple_tokens')
  })

  it('is not looked for in a url that is no text', () => {
    const request = {
      headers: { authorization: `Bearer ${TOKEN}` },
      url: new URL('https://a.example/?access_token=b'),
    }
    expect(bearerToken(request as unknown as RequestLike)).toBe(TOKEN)
  })
})

describe('a token in the form body', () => {
  const body = { access_token: 'abc' }
  const authorization = `Bearer ${TOKEN}`

  it.each([
    ['Node', { authorization, 'content-type': FORM }, ['Authorization', authorization]],
    ['Node, with a charset', { authorization, 'content-type': `${FORM}; charset=utf-8` }, []],
    ['any casing', { Authorization: authorization, 'Content-Type': FORM.toUpperCase() }, undefined],
    ['lists', { Authorization: [authorization], 'Content-Type': [FORM] }, undefined],
    ['several types', { authorization, 'content-type': ['application/json', FORM] }, undefined],
    ['Fetch', new Headers({ authorization, 'content-type': FORM }), undefined],
  ])('beside one in the header is refused with 400: headers of %s', async (_title, headers, rawHeaders) => {
    expect(await codeOf({ headers, body, rawHeaders })).toBe('multiple_tokens')
  })

  it.each([
    ['a JSON document', { authorization, 'content-type': 'application/json' }, body],
    ['a document of no type', { authorization }, body],
    ['a document of an empty list of types', { authorization, 'content-type': [] }, body],
    ['a form without a token', { authorization, 'content-type': FORM }, { a: 1 }],
    ['a form not yet parsed', { authorization, 'content-type': FORM }, 'access_token=abc'],
    ['no body', { authorization, 'content-type': FORM }, null],
    ['an inherited member', { authorization, 'content-type': FORM }, Object.create(body)],
  ])('is not seen in %s', (_title, headers, parsed) => {
    expect(bearerToken({ headers, body: parsed } as RequestLike)).toBe(TOKEN)
  })
})

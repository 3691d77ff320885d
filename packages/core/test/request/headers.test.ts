import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { outcomeOf } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { bearerToken } from '../../src/request/credentials.ts'
import { untyped } from '../support/verifiers.ts'

const TOKEN = 'a.b.c'

const codeOf = (request: unknown): Promise<string> => outcomeOf(() => bearerToken(untyped(request)))

describe('the token is read from', () => {
  it.each(['authorization', 'Authorization', 'AUTHORIZATION', 'aUTHORIZATION'])(
    'a plain object with the name %s',
    (name) => {
      expect(bearerToken({ headers: { [name]: `Bearer ${TOKEN}`, accept: '*/*' } })).toBe(TOKEN)
      expect(bearerToken({ headers: { [name]: [`Bearer ${TOKEN}`] } })).toBe(TOKEN)
      expect(bearerToken({ headers: { [name]: `Bearer ${TOKEN}` }, rawHeaders: [] })).toBe(TOKEN)
    },
  )

  it.each([undefined, null])('a plain object that has %s under another spelling of the name', (nothing) => {
    const [lower, upper] = [{ authorization: nothing }, { Authorization: `Bearer ${TOKEN}` }]
    expect(bearerToken(untyped({ headers: { ...lower, ...upper } }))).toBe(TOKEN)
    expect(bearerToken(untyped({ headers: { ...upper, ...lower } }))).toBe(TOKEN)
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

  it.each(['authorization', 'Authorization'])('a Map with the name %s', async (name) => {
    const headers = new Map([[name, `Bearer ${TOKEN}`]])
    expect(bearerToken(untyped({ headers }))).toBe(TOKEN)
    headers.set(name.toUpperCase(), 'Bearer b')
    expect(await codeOf({ headers })).toBe('multiple_authorization_headers')
  })

  it('metadata with a get() that returns a list, as in gRPC', async () => {
    const metadata = (...values: unknown[]): unknown => ({ headers: { get: () => values } })
    expect(bearerToken(untyped(metadata(`Bearer ${TOKEN}`)))).toBe(TOKEN)
    expect(await codeOf(metadata())).toBe('missing_token')
    expect(await codeOf(metadata('Bearer a', 'Bearer b'))).toBe('multiple_authorization_headers')
    expect(await codeOf(metadata(Buffer.from('Bearer a')))).toBe('malformed_authorization_header')
  })

  it('headers that have a header called get', () => {
    expect(bearerToken({ headers: { get: 'x', authorization: `Bearer ${TOKEN}` } })).toBe(TOKEN)
  })
})

describe('several Authorization headers are refused with 400', () => {
  it.each([
    ['in a list', { headers: { authorization: ['Bearer a', 'Bearer b'] } }],
    ['with the same token twice', { headers: { authorization: ['Bearer a', 'Bearer a'] } }],
    ['in two spellings', { headers: { authorization: 'Bearer a', Authorization: 'Bearer b' } }],
    [
      'in two spellings, none in lower case',
      { headers: { AUTHORIZATION: 'Basic a', Authorization: 'Bearer b' } },
    ],
    ['in two spellings, one a list', { headers: { authorization: 'Bearer a', Authorization: ['Bearer b'] } }],
    [
      'in raw headers',
      {
        headers: { authorization: 'Bearer a' },
        rawHeaders: ['Authorization', 'Bearer a', 'AUTHORIZATION', 'Basic b'],
      },
    ],
    [
      'in raw headers, with a name of the same length between them',
      {
        headers: { authorization: 'Bearer a' },
        rawHeaders: ['authorization', 'Bearer a', 'If-None-Match', '*', 'authorization', 'Bearer a'],
      },
    ],
  ])('%s', async (_title, request) => {
    expect(await codeOf(request)).toBe('multiple_authorization_headers')
  })

  it('joined by Fetch', async () => {
    const headers = new Headers({ authorization: 'Bearer a' })
    headers.append('Authorization', 'Bearer b')
    expect(await codeOf({ headers })).toBe('malformed_authorization_header')
    const mixed = new Headers({ authorization: 'Basic a' })
    mixed.append('Authorization', 'Bearer b')
    expect(await codeOf({ headers: mixed })).toBe('multiple_authorization_headers')
  })
})

describe('raw headers', () => {
  const headers = { authorization: `Bearer ${TOKEN}` }
  const rawHeaders = ['Authorization', `Bearer ${TOKEN}`, 'Access-Control-Request-Headers', 'Authorization']

  it('may have Authorization as a value', () => {
    expect(bearerToken({ headers, rawHeaders })).toBe(TOKEN)
    const withNameOfSameLength = [...rawHeaders, 'If-None-Match', 'Authorization']
    expect(bearerToken({ headers, rawHeaders: withNameOfSameLength })).toBe(TOKEN)
  })

  it.each<[unknown]>([
    ['authorization'],
    [[null, 1, {}, undefined]],
    [['Authorization', '', 'If-None-Match', '', null, 1, { length: 13 }]],
  ])('of another form are ignored: %j', async (odd) => {
    expect(await codeOf({ headers, rawHeaders: odd })).toBe('accepted')
  })
})

describe("Node's own request", () => {
  /** What the library says about a request whose lines are sent over a socket. */
  async function codeOfLines(lines: readonly string[], target = '/'): Promise<string> {
    const server = createServer((_request, response) => void response.end()).listen(0, '127.0.0.1')
    const requested = new Promise<IncomingMessage>((resolve) => server.once('request', resolve))
    await new Promise((listening) => server.once('listening', listening))
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const head = [`GET ${target} HTTP/1.1`, 'Host: api.example.com', 'Connection: close', ...lines, '', '']
    socket.write(head.join('\r\n'))
    socket.resume()
    const request = await requested
    await new Promise((closed) => server.close(closed))
    return codeOf(request)
  }

  it('is accepted with one token', async () => {
    expect(await codeOfLines([`authorization: Bearer ${TOKEN}`])).toBe('accepted')
  })

  it('is refused with two Authorization lines, although its headers show only the first', async () => {
    const lines = [`Authorization: Bearer ${TOKEN}`, 'authorization: Bearer abc']
    expect(await codeOfLines(lines)).toBe('multiple_authorization_headers')
  })

  it('is refused with another token in the query', async () => {
    const code = await codeOfLines([`Authorization: Bearer ${TOKEN}`], `/a?access_token=${TOKEN}`)
    expect(code).toBe('multiple_tokens')
  })

  it('is refused without a token', async () => {
    expect(await codeOfLines([])).toBe('missing_token')
  })
})

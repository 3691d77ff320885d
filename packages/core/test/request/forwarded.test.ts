import { describe, expect, it, vi } from 'vitest'
import { withForwardedOrigin } from '../../src/adapter.ts'
import type { RequestLike } from '../../src/request/request.ts'

const FORWARDED = { dpop: 'proof', host: 'internal:3000', 'x-forwarded-host': 'api.example.com' }

/** The parts of a request of Node.js that are read. */
function nodeRequest(headers: Readonly<Record<string, unknown>>): RequestLike {
  const rawHeaders = Object.entries(headers).flatMap(([name, value]) => [name, String(value)])
  const socket = { remoteAddress: '10.0.0.1' }
  return { headers, rawHeaders, method: 'GET', url: '/a', originalUrl: '/v1/a', socket } as RequestLike
}

/** A request of Express: that of Node.js, with an app that trusts its peer or not. */
function express(headers: Readonly<Record<string, unknown>>, trust: unknown = () => true): RequestLike {
  const get = (name: string): unknown => (name === 'trust proxy fn' ? trust : undefined)
  return Object.assign(nodeRequest(headers), { app: { get }, protocol: 'https', body: { a: 1 } })
}

describe('the origin behind a proxy, in Express', () => {
  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['the forwarded host', FORWARDED, 'https://api.example.com'],
    [
      'the first of several forwarded hosts',
      { ...FORWARDED, 'x-forwarded-host': ' a.example , b' },
      'https://a.example',
    ],
    [
      'the first of several headers',
      { ...FORWARDED, 'x-forwarded-host': ['a.example', 'b'] },
      'https://a.example',
    ],
    [
      'its own host if only the scheme is forwarded',
      { dpop: 'proof', host: 'api:80', 'x-forwarded-proto': 'https' },
      'https://api:80',
    ],
    [
      'its own host if the forwarded one is empty',
      { ...FORWARDED, 'x-forwarded-host': '' },
      'https://internal:3000',
    ],
    [
      'the authority of HTTP/2',
      { dpop: 'proof', ':authority': 'h2.example', 'x-forwarded-proto': 'https' },
      'https://h2.example',
    ],
  ])('is %s', (_what, headers, origin) => {
    expect(withForwardedOrigin(express(headers))).toMatchObject({ origin })
  })

  it('comes with everything that a decision reads of the request', () => {
    const request = express(FORWARDED)
    const { headers, rawHeaders, method, url, originalUrl, body } = request as RequestLike & {
      rawHeaders: unknown
    }
    const expected = { headers, rawHeaders, method, url, originalUrl, body, raw: request }
    expect(withForwardedOrigin(request)).toEqual({ ...expected, origin: 'https://api.example.com' })
  })

  it('counts only if Express trusts the peer', () => {
    const trust = vi.fn(() => false)
    const request = express(FORWARDED, trust)
    expect(withForwardedOrigin(request)).toBe(request)
    expect(trust).toHaveBeenCalledWith('10.0.0.1', 0)
  })

  it('counts only if Express trusts the peer, also where the request of the server is passed beside its own', () => {
    const raw = nodeRequest(FORWARDED)
    expect(
      withForwardedOrigin(
        raw,
        express(FORWARDED, () => false),
      ),
    ).toBe(raw)
    expect(withForwardedOrigin(raw, express(FORWARDED))).toMatchObject({ origin: 'https://api.example.com' })
  })

  it.each<[string, RequestLike]>([
    ['without a proof', express({ ...FORWARDED, dpop: undefined })],
    ['without forwarded headers', express({ dpop: 'proof', host: 'api.example.com' })],
    ['without a host', express({ dpop: 'proof', 'x-forwarded-proto': 'https' })],
    ['of an app without the setting', express(FORWARDED, null)],
    ['of Node.js alone', nodeRequest(FORWARDED)],
    ['without headers', { headers: undefined } as never],
  ])('is not looked for in a request %s', (_what, request) => {
    expect(withForwardedOrigin(request)).toBe(request)
  })
})

describe('the origin behind a proxy, in Fastify', () => {
  const raw = nodeRequest(FORWARDED)

  it('is what Fastify says, which knows the proxies that it trusts', () => {
    const framework = { protocol: 'https', host: 'api.example.com', hostname: 'other.example.com' }
    expect(withForwardedOrigin(raw, framework)).toMatchObject({ origin: 'https://api.example.com' })
  })

  it('is the host name of Fastify 4, which has the port', () => {
    const framework = { protocol: 'http', hostname: 'api.example.com:8080' }
    expect(withForwardedOrigin(raw, framework)).toMatchObject({ origin: 'http://api.example.com:8080' })
  })
})

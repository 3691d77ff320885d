import { describe, expect, it } from 'vitest'
import { isSameUrl, normalizeHtu, requestedUrl } from '../../src/possession/htu.ts'
import type { RequestLike } from '../../src/request/request.ts'
import { configurationErrorOf } from '../support/verifiers.ts'

const NOTHING = { externalUrl: undefined, resourceOrigin: undefined }

describe('normalizeHtu', () => {
  it.each([
    ['https://API.Example.COM/a', 'https://api.example.com/a'],
    ['HTTPS://api.example.com/a', 'https://api.example.com/a'],
    ['https://api.example.com:443/a', 'https://api.example.com/a'],
    ['http://api.example.com:80/a', 'http://api.example.com/a'],
    ['https://api.example.com:/a', 'https://api.example.com/a'],
    ['https://api.example.com', 'https://api.example.com/'],
    ['https://api.example.com?a=1', 'https://api.example.com/'],
    ['https://api.example.com/a/./b/../c', 'https://api.example.com/a/c'],
    ['https://api.example.com/../a', 'https://api.example.com/a'],
    ['https://api.example.com/a/%2e%2E/b', 'https://api.example.com/b'],
    ['https://api.example.com/%7euser/%41%2d', 'https://api.example.com/~user/A-'],
    ['https://api.example.com/a%2fb%3f', 'https://api.example.com/a%2Fb%3F'],
    ['https://api.example.com/é', 'https://api.example.com/%C3%A9'],
    ['https://api.example.com/%c3%a9', 'https://api.example.com/%C3%A9'],
    ['https://bücher.example/a', 'https://xn--bcher-kva.example/a'],
    ['https://[::1]:8443/a', 'https://[::1]:8443/a'],
    ['https://api.example.com/a?b=c#d', 'https://api.example.com/a'],
    ['https://api.example.com/a#b?c', 'https://api.example.com/a'],
  ])('of %s is %s [DPOP-09]', (uri, expected) => {
    expect(normalizeHtu(uri)).toBe(expected)
    expect(normalizeHtu(expected)).toBe(expected)
  })

  it.each([
    ['https://api.example.com/a', 'https://api.example.com/a/'],
    ['https://api.example.com/a', 'https://api.example.com/A'],
    ['https://api.example.com/a/b', 'https://api.example.com/a%2Fb'],
    ['https://api.example.com/a', 'https://api.example.com//a'],
    ['https://api.example.com/a', 'https://api.example.com:8443/a'],
    ['https://api.example.com/a', 'http://api.example.com/a'],
    ['https://api.example.com/a', 'https://api.example.com./a'],
    ['https://api.example.com/a', 'https://api.example.com/a;b'],
    ['https://api.example.com/%41', 'https://api.example.com/%2541'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(normalizeHtu(one)).not.toBe(normalizeHtu(other))
  })

  it.each([
    '',
    '/a',
    '//api.example.com/a',
    'api.example.com/a',
    'https:api.example.com/a',
    'https:/api.example.com/a',
    'https:///api.example.com/a',
    'https:\\\\api.example.com/a',
    'https://api.example.com\\a',
    'https://user@api.example.com/a',
    'https://user:word@api.example.com/a',
    'https://api.example.com/a b',
    ' https://api.example.com/a',
    'https://api.example.com/a\n',
    'ht\ntps://api.example.com/a',
    'https://api.exa\tmple.com/a',
    'https://api.example.com/a\u0000',
    'https://api.example.com:99999/a',
    'https://%zz/a',
    'ftp://api.example.com/a',
    'data:text/plain,a',
    'javascript://api.example.com/a',
    'view-source:https://api.example.com/a',
  ])('accepts no other URI: %j', (uri) => {
    expect(normalizeHtu(uri)).toBeUndefined()
  })
})

it.each([
  ['https://api.example.com/a', true],
  ['https://API.example.com:443/%61?b#c', true],
  ['https://api.example.com/b', false],
  ['api.example.com/a', false],
])('%s names the URL https://api.example.com/a: %s', (htu, expected) => {
  expect(isSameUrl(htu, 'https://api.example.com/a')).toBe(expected)
  expect(isSameUrl(htu, 'https://api.example.com/a?b=c')).toBe(expected)
})

it('a URL is compared with nothing that is no URL, not even if both are none', () => {
  expect(isSameUrl('https://api.example.com/a', 'api.example.com/a')).toBe(false)
  expect(isSameUrl('api.example.com/b', 'api.example.com/a')).toBe(false)
  expect(isSameUrl('https://api.example.com/a', undefined)).toBe(false)
})

describe('the URL that was requested', () => {
  const headers = { host: 'api.example.com' }
  const tls = { encrypted: true }

  it.each<[string, RequestLike, string | undefined]>([
    ['a request over TLS', { headers, url: '/a?b=c', socket: tls }, 'https://api.example.com/a'],
    ['a request without TLS', { headers, url: '/a', socket: {} }, 'http://api.example.com/a'],
    [
      'a Host header in any case',
      { headers: { Host: 'api.example.com' }, url: '/a' },
      'http://api.example.com/a',
    ],
    [
      'a mounted router',
      { headers, url: '/a', originalUrl: '/v1/a?b', socket: tls },
      'https://api.example.com/v1/a',
    ],
    [
      'a query that contains a URL',
      { headers, url: '/a?next=http://other.example/b', socket: tls },
      'https://api.example.com/a',
    ],
    [
      'a path that looks like a host',
      { headers, url: '//evil.example/a', socket: tls },
      'https://api.example.com//evil.example/a',
    ],
    [
      'an absolute-form target, whose authority replaces the Host header',
      { headers, url: 'http://other.example/a?b', socket: tls },
      'http://other.example/a',
    ],
    [
      'an absolute-form target without a path',
      { headers, url: 'http://other.example' },
      'http://other.example',
    ],
    [
      'HTTP/2',
      { headers: { ':authority': 'h2.example', host: 'x' }, rawHeaders: [], url: '/a', socket: tls },
      'https://h2.example/a',
    ],
    [
      'an origin that an adapter found',
      { headers, url: '/a', origin: 'https://front.example', socket: {} },
      'https://front.example/a',
    ],
    [
      'a wrapper of the server’s request',
      { headers, raw: { headers, url: '/a', originalUrl: '/v1/a', socket: tls } },
      'https://api.example.com/v1/a',
    ],
    ['Fetch headers', { headers: new Headers(headers), url: '/a' }, 'http://api.example.com/a'],
    [
      'a serverless event with lists of values only',
      { multiValueHeaders: { Host: ['api.example.com'] }, url: '/a' },
      'http://api.example.com/a',
    ],
    ['an asterisk', { headers, url: '*' }, undefined],
    ['no URL', { headers }, undefined],
    ['no Host header', { headers: {}, url: '/a' }, undefined],
  ])('of %s', (_title, request, expected) => {
    expect(requestedUrl(request, NOTHING)).toBe(expected)
  })

  it('of a Fetch request is its own', () => {
    expect(requestedUrl(new Request('https://api.example.com/a?b'), NOTHING)).toBe(
      'https://api.example.com/a',
    )
  })

  it.each(['a b', 'a b://c', 'a/b', 'a?b', 'a#b', 'user@a', 'a\\b', ''])(
    'is compared with nothing if the Host header is %j',
    (host) => {
      const request = { headers: { host }, url: '/a' }
      const requested = requestedUrl(request, NOTHING)

      expect(isSameUrl(`http://${host}/a`, requested)).toBe(false)
    },
  )

  const spoofed: RequestLike = {
    headers: { host: 'evil.example' },
    url: 'https://evil.example/a',
    origin: 'https://evil.example',
  }

  it('has the configured origin, whatever the request says', () => {
    const resourceOrigin = 'https://resource.example'

    expect(requestedUrl(spoofed, { externalUrl: undefined, resourceOrigin })).toBe(
      'https://resource.example/a',
    )
    expect(requestedUrl(spoofed, { externalUrl: 'https://a.example/v1', resourceOrigin })).toBe(
      'https://a.example/v1/a',
    )
    expect(requestedUrl({ headers, url: '/a' }, { externalUrl: 'https://a.example', resourceOrigin })).toBe(
      'https://a.example/a',
    )
  })

  it('comes from a function, which gets the request of the server', () => {
    const raw = { headers, url: '/a' }
    const externalUrl = (request: { readonly url: string }) => `https://a.example/v1${request.url}?x=1`

    expect(requestedUrl({ headers, raw }, { externalUrl, resourceOrigin: undefined })).toBe(
      'https://a.example/v1/a?x=1',
    )
    expect(isSameUrl('https://a.example/v1/a', 'https://a.example/v1/a?x=1')).toBe(true)
  })

  it.each([undefined, null, 1, Promise.resolve('https://a.example/')])(
    'is an error of the configuration if the function returns %o',
    (answer) => {
      const configuration = { externalUrl: () => answer as never, resourceOrigin: undefined }

      const error = configurationErrorOf(() => requestedUrl({ headers, url: '/a' }, configuration))
      expect(error).toMatchObject({ code: 'option_invalid', option: 'dpop.externalUrl' })
      expect(error.message).toContain('must return the URL that the client requested')
    },
  )

  it('is a fault of the application if the function throws, whatever status the error has', () => {
    const cause = Object.assign(new Error('no proxy'), { status: 404, expose: true })
    const externalUrl = (): string => {
      throw cause
    }
    const call = () => requestedUrl({ headers, url: '/a' }, { externalUrl, resourceOrigin: undefined })
    expect(call).toThrow(
      expect.objectContaining({ message: 'The function dpop.externalUrl threw an error', cause }),
    )
    expect(call).not.toThrow(expect.objectContaining({ status: 404 }))
  })
})

import { getEventListeners } from 'node:events'
import { type ScriptedAnswer, scriptedFetch } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { fetchJson, type JsonDocument } from '../../src/issuer/http.ts'
import { isFetchable } from '../../src/options/checks.ts'
import { failureOf, fetchOptions, watchedResponse } from '../support/http.ts'

const ADDRESS = 'https://as.example/keys'
const JSON_TYPE = { 'content-type': 'application/json' }
const LIMIT = 1_048_576

const get = (answer: (url: string) => ScriptedAnswer, url = ADDRESS): Promise<JsonDocument> =>
  fetchJson(url, fetchOptions(scriptedFetch(answer).fetch))
const getAnswer = (headers: Record<string, string>, body: string): Promise<JsonDocument> =>
  get(() => new Response(body, { headers }))

describe('the size of a document', () => {
  const jsonOf = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`
  const tooLarge = { code: 'too_large', url: ADDRESS, message: expect.stringContaining('1048576 bytes') }

  it('can be exactly the limit, with and without Content-Length', async () => {
    const text = jsonOf(LIMIT)
    expect((await getAnswer(JSON_TYPE, text)).json).toHaveLength(LIMIT - 2)
    const headers = { ...JSON_TYPE, 'content-length': String(LIMIT) }
    expect((await getAnswer(headers, text)).json).toHaveLength(LIMIT - 2)
  })

  it('cannot be one byte more', async () => {
    expect(await failureOf(getAnswer(JSON_TYPE, jsonOf(LIMIT + 1)))).toMatchObject(tooLarge)
  })

  it('is checked before the body is read if there is a Content-Length', async () => {
    const headers = { ...JSON_TYPE, 'content-length': String(LIMIT + 1) }
    const { response, body } = watchedResponse([new Uint8Array(1)], { headers })
    expect(await failureOf(get(() => response))).toMatchObject(tooLarge)
    expect(body).toEqual({ cancelled: 1, pulled: 0 })
  })

  it('is summed over all chunks, and reading stops at the limit', async () => {
    const chunk = new Uint8Array(LIMIT / 4)
    const { response, body } = watchedResponse(Array(100).fill(chunk), { headers: JSON_TYPE })
    expect(await failureOf(get(() => response))).toMatchObject(tooLarge)
    expect(body).toEqual({ cancelled: 1, pulled: 5 })
  })

  it('is measured even if Content-Length is smaller', async () => {
    const headers = { ...JSON_TYPE, 'content-length': '2' }
    expect(await failureOf(getAnswer(headers, jsonOf(LIMIT + 1)))).toMatchObject(tooLarge)
  })
})

describe('a redirect', () => {
  const to = (location: string, status = 302): Response =>
    new Response(null, { status, headers: { location } })

  it.each([300, 301, 302, 303, 307, 308, 399])('to the same origin is followed: %i', async (status) => {
    const { fetch, requests } = scriptedFetch((url) =>
      url === ADDRESS ? to('/new', status) : Response.json(1),
    )
    expect((await fetchJson(ADDRESS, fetchOptions(fetch))).json).toBe(1)
    expect(requests.map(({ url }) => url)).toEqual([ADDRESS, 'https://as.example/new'])
  })

  it.each([
    ['path/keys', 'https://as.example/path/keys'],
    ['https://as.example:443/other?x=1', 'https://as.example/other?x=1'],
  ])('to %s is resolved', async (location, expected) => {
    const { fetch, requests } = scriptedFetch((url) => (url === ADDRESS ? to(location) : Response.json(1)))
    await fetchJson(ADDRESS, fetchOptions(fetch))
    expect(requests.map(({ url }) => url)).toEqual([ADDRESS, expected])
  })

  it.each([
    'https://evil.example/keys',
    'http://as.example/keys',
    'https://as.example:8443/keys',
    '//evil.example/keys',
    'http://169.254.169.254/latest/meta-data',
    'data:application/json,{}',
    'https://[',
  ])('to another origin is refused and not requested: %s', async (location) => {
    const { fetch, requests } = scriptedFetch(() => to(location))
    const error = await failureOf(fetchJson(ADDRESS, fetchOptions(fetch, { allowInsecureHttp: true })))
    expect(error).toMatchObject({ code: 'redirect_refused', status: 302, url: ADDRESS })
    expect(error.message).toContain('another origin')
    expect(requests).toHaveLength(1)
  })

  it('is followed three times', async () => {
    let count = 0
    expect((await get(() => (count++ < 3 ? to(`/${count}`) : Response.json(count)))).json).toBe(4)
  })

  it('is not followed a fourth time', async () => {
    let count = 0
    const error = await failureOf(get(() => to(`/${++count}`, 307)))
    expect(count).toBe(4)
    expect(error).toMatchObject({ code: 'redirect_refused', status: 307, url: 'https://as.example/3' })
    expect(error.message).toContain('too many redirects')
  })

  it('releases its connection without reading the body', async () => {
    const { response, body } = watchedResponse([new Uint8Array(10)], {
      status: 302,
      headers: { location: '/new' },
    })
    await get((url) => (url === ADDRESS ? response : Response.json(1)))
    expect(body).toEqual({ cancelled: 1, pulled: 0 })
  })

  it.each([
    [302, undefined],
    [400, '/new'],
    [200, '/new'],
  ])('needs a redirect status and a Location: %i with %s is none', async (status, location) => {
    const headers = { ...JSON_TYPE, ...(location !== undefined && { location }) }
    const { fetch, requests } = scriptedFetch(() => new Response('{}', { status, headers }))
    await fetchJson(ADDRESS, fetchOptions(fetch)).catch(() => {})
    expect(requests).toHaveLength(1)
  })
})

describe('a URL', () => {
  it.each([
    ['https://as.example/', false, true],
    ['http://as.example/', false, false],
    ['http://as.example/', true, true],
    ['http://localhost:1/', false, true],
    ['http://127.0.0.1:1/', false, true],
    ['http://[::1]:1/', false, true],
    ['http://127.0.0.1.evil.example/', false, false],
    ['file:///etc/hostname', true, false],
    ['file://localhost/etc/hostname', true, false],
    ['data:application/json,{}', true, false],
    ['ftp://localhost/', true, false],
    ['ws://localhost/', true, false],
  ])('%s, with allowInsecureHttp %s, can be fetched: %s', (url, allowInsecureHttp, expected) => {
    expect(isFetchable(new URL(url), allowInsecureHttp)).toBe(expected)
  })

  it('that is not allowed is never requested', async () => {
    const { fetch, requests } = scriptedFetch(() => Response.json({}))
    const error = await failureOf(fetchJson('http://as.example/keys', fetchOptions(fetch)))
    expect(error).toMatchObject({ code: 'insecure_url', url: 'http://as.example/keys' })
    expect(error.message).toContain('only https is allowed')
    expect(requests).toEqual([])
  })

  it('appears in a failure without credentials, query and fragment', async () => {
    const secret = 'https://user:password@as.example/keys?secret=1#fragment'
    const error = await failureOf(get(() => new Response('', { status: 500 }), secret))
    expect(error.url).toBe(ADDRESS)
    expect(error.message).toMatch(/^https:\/\/as\.example\/keys: /)
    expect(error.message).not.toMatch(/user|password|secret|fragment/)
  })
})

describe('a network failure', () => {
  it('is reported with the error of fetch as its cause', async () => {
    const cause = new TypeError('fetch failed')
    const error = await failureOf(get(() => cause))
    expect(error).toMatchObject({ code: 'network', url: ADDRESS, status: undefined })
    expect(error.message).toContain('the request failed')
    expect(error.cause).toBe(cause)
  })

  it('is reported if it happens while the body is read', async () => {
    const cause = new Error('terminated')
    const stream = new ReadableStream({ pull: (controller) => controller.error(cause) })
    const error = await failureOf(get(() => new Response(stream, { headers: JSON_TYPE })))
    expect(error.code).toBe('network')
    expect(error.cause).toBe(cause)
  })

  it('is reported if a custom fetch throws instead of returning a promise', async () => {
    const cause = new Error('no proxy')
    const error = await failureOf(
      fetchJson(
        ADDRESS,
        fetchOptions(() => {
          throw cause
        }),
      ),
    )
    expect(error).toMatchObject({ code: 'network', cause })
  })

  it('leaves no listener on the signal', async () => {
    const options = fetchOptions(scriptedFetch(() => new Error('down')).fetch)
    await failureOf(fetchJson(ADDRESS, options))
    expect(getEventListeners(options.signal, 'abort')).toEqual([])
  })
})

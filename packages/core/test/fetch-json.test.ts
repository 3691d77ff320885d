import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { getEventListeners } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { channels } from '../src/diagnostics.ts'
import { fetchJson, isFetchable, type JsonDocument } from '../src/fetch-json.ts'
import { exchangeOptions, remoteFailure, type Scripted, scriptedFetch } from './support/remote.ts'

const ADDRESS = 'https://as.example/keys'
const JSON_TYPE = { 'content-type': 'application/json' }
const LIMIT = 1_048_576

afterEach(() => void vi.restoreAllMocks())

const get = (script: Scripted, address = ADDRESS): Promise<JsonDocument> =>
  fetchJson(address, exchangeOptions(scriptedFetch(script).fetch))
const answer = (headers: Record<string, string>, body = '{}', status = 200): Promise<JsonDocument> =>
  get(() => new Response(body, { status, headers }))

/** A response whose body can be watched: how it was read, and whether it was given back. */
function watched(
  chunks: readonly Uint8Array[],
  init: ResponseInit,
  ends = true,
): { response: Response; body: { cancelled: number; pulled: number } } {
  const body = { cancelled: 0, pulled: 0 }
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const chunk = chunks[body.pulled++]
        if (chunk !== undefined) controller.enqueue(chunk)
        else if (ends) controller.close()
        else return new Promise(() => {})
      },
      cancel: () => void body.cancelled++,
    },
    { highWaterMark: 0 },
  )
  return { response: new Response(stream, init), body }
}

describe('a document', () => {
  it('is asked for with GET, as JSON, with redirects left to us and a signal to end it', async () => {
    const { fetch, asked, init } = scriptedFetch(() => Response.json({ a: 1 }))
    const options = exchangeOptions(fetch)
    expect(await fetchJson(`${ADDRESS}?client=1`, options)).toEqual({ json: { a: 1 }, maxAge: undefined })
    expect(asked).toEqual([`${ADDRESS}?client=1`])
    expect(init).toEqual([
      {
        method: 'GET',
        headers: { accept: 'application/json, application/jwk-set+json;q=0.9' },
        redirect: 'manual',
        signal: options.signal,
      },
    ])
    expect(init[0]?.signal).toBe(options.signal)
  })

  it('comes over a real socket', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'cache-control': 'max-age=600' })
      response.write('{"text":"')
      response.end('ä"}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      const document = await fetchJson(`http://127.0.0.1:${port}/`, exchangeOptions(fetch))
      expect(document).toEqual({ json: { text: 'ä' }, maxAge: 600 })
    } finally {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  })

  it('is put together of its chunks, even where one splits a character', async () => {
    const bytes = new TextEncoder().encode('{"text":"ä€😀"}')
    const { response } = watched(
      [...bytes].map((byte) => Uint8Array.of(byte)),
      { headers: JSON_TYPE },
    )
    expect((await get(() => response)).json).toEqual({ text: 'ä€😀' })
  })

  it('may begin with a byte order mark', async () => {
    expect((await answer(JSON_TYPE, '\ufeff{"a":1}')).json).toEqual({ a: 1 })
  })

  it.each(['null', '42', '"text"', '[]'])('may be any JSON: %s', async (text) => {
    expect((await answer(JSON_TYPE, text)).json).toEqual(JSON.parse(text))
  })

  it.each(['', '{', '{"a":1} x', '<html>'])('that is not JSON is refused: %j', async (text) => {
    const error = await remoteFailure(answer(JSON_TYPE, text))
    expect(error).toMatchObject({
      code: 'invalid_json',
      status: 200,
      message: `${ADDRESS}: the answer is not valid JSON`,
    })
  })

  it('without any body is not JSON', async () => {
    const error = await remoteFailure(get(() => new Response(null, { headers: JSON_TYPE })))
    expect(error.code).toBe('invalid_json')
  })

  it('leaves no listener on a signal that outlives the exchange', async () => {
    const options = exchangeOptions(scriptedFetch(() => Response.json({})).fetch)
    await fetchJson(ADDRESS, options)
    expect(getEventListeners(options.signal, 'abort')).toEqual([])
  })
})

describe('the content type', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json ; charset=utf-8',
    'application/jwk-set+json',
    'application/vnd.okta.v1+json',
    'application/a+b+json',
    'text/plain',
    'text/plain; charset=utf-8',
  ])('%s is taken', async (type) => {
    expect((await answer({ 'content-type': type })).json).toEqual({})
  })

  it.each([
    'text/html',
    'text/json',
    'text/plainly',
    'application/jsonp',
    'application/json-seq',
    'application/xml',
    'application/+json',
    'application/a b+json',
    'x-application/json',
    'application/octet-stream',
    'application/json, text/html',
  ])('%s is refused', async (type) => {
    const error = await remoteFailure(answer({ 'content-type': type }))
    expect(error).toMatchObject({
      code: 'content_type',
      status: 200,
      url: ADDRESS,
      message: `${ADDRESS}: the answer is not JSON by its content type`,
    })
  })

  it('that is missing is refused', async () => {
    const response = new Response('{}')
    response.headers.delete('content-type')
    expect((await remoteFailure(get(() => response))).code).toBe('content_type')
  })
})

describe('max-age', () => {
  it.each<[string | undefined, string | undefined, number | undefined]>([
    [undefined, undefined, undefined],
    [undefined, '10', undefined],
    ['max-age=600', undefined, 600],
    ['MAX-AGE=600', undefined, 600],
    ['max-age="600"', undefined, 600],
    ['max-age = 600', undefined, 600],
    ['public, max-age=600, must-revalidate', undefined, 600],
    ['public,max-age=600', undefined, 600],
    ['max-age=0', undefined, 0],
    ['max-age=9999999999', undefined, 9_999_999_999],
    ['s-maxage=600', undefined, undefined],
    ['x-max-age=600', undefined, undefined],
    ['max-age=', undefined, undefined],
    ['max-age=-1', undefined, undefined],
    ['max-age=banana', undefined, undefined],
    ['public', undefined, undefined],
    ['no-store', undefined, 0],
    ['No-Cache', undefined, 0],
    ['max-age=600, no-store', undefined, 0],
    ['max-age=600,no-cache', undefined, 0],
    ['no-storeroom, max-age=600', undefined, 600],
    ['x-no-store, max-age=600', undefined, 600],
    ['max-age=600', '200', 400],
    ['max-age=600', '600', 0],
    ['max-age=600', '601', 0],
    ['max-age=600', '0', 600],
    ['max-age=600', '-100', 600],
    ['max-age=600', 'old', 600],
    ['max-age=600', 'Infinity', 600],
  ])('of Cache-Control %j and Age %j is %s seconds', async (control, age, expected) => {
    const headers = {
      ...JSON_TYPE,
      ...(control !== undefined && { 'cache-control': control }),
      ...(age !== undefined && { age }),
    }
    expect((await answer(headers)).maxAge).toBe(expected)
  })
})

describe('a status other than 200', () => {
  it.each([201, 206, 304, 400, 404, 429, 500, 503])('is refused: %i', async (status) => {
    const body = status === 304 ? null : '{}'
    const error = await remoteFailure(get(() => new Response(body, { status, headers: JSON_TYPE })))
    expect(error).toMatchObject({
      code: 'http_status',
      status,
      retryAfter: undefined,
      url: ADDRESS,
      message: `${ADDRESS}: answered ${status}`,
    })
  })

  it('gives the connection back unread', async () => {
    const { response, body } = watched([new Uint8Array(10)], { status: 500 })
    await remoteFailure(get(() => response))
    expect(body).toEqual({ cancelled: 1, pulled: 0 })
  })
})

describe('Retry-After', () => {
  const DATE = 'Fri, 15 Mar 2030 12:00:00 GMT'
  const waiting = async (headers: Record<string, string>): Promise<number | undefined> =>
    (await remoteFailure(answer(headers, '', 503))).retryAfter

  it.each([
    ['seconds', '120', 120],
    ['seconds behind white space that Fetch leaves', '\u00a0120', 120],
    ['no seconds', '0', 0],
    ['the most of seconds', '999999999', 999_999_999],
    ['a date', 'Fri, 15 Mar 2030 12:01:30 GMT', 90],
    ['a date in the past', 'Fri, 15 Mar 2030 11:59:00 GMT', 0],
    ['nonsense', 'soon', undefined],
    ['an empty value', '', undefined],
    ['more seconds than anybody means', '1234567890', undefined],
  ])('may be %s, read against the clock of the server', async (_title, value, expected) => {
    expect(await waiting({ 'retry-after': value, date: DATE })).toBe(expected)
  })

  it.each(['1.5', '-5', '12 seconds'])(
    'that is no whole number of seconds is never NaN: %s',
    async (value) => {
      const seconds = await waiting({ 'retry-after': value, date: DATE })
      expect(seconds === undefined || seconds >= 0).toBe(true)
    },
  )

  it.each([{}, { date: 'yesterday' }])(
    'is read against our own clock where the server shows none',
    async (date) => {
      vi.spyOn(Date, 'now').mockReturnValue(Date.parse(DATE))
      expect(await waiting({ 'retry-after': 'Fri, 15 Mar 2030 12:00:20 GMT', ...date })).toBe(20)
    },
  )

  it('is not told where the server does not say it', async () => {
    expect(await waiting({ date: DATE })).toBeUndefined()
  })
})

describe('the size of a document', () => {
  const padded = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`
  const tooLarge = { code: 'too_large', message: `${ADDRESS}: the answer is larger than ${LIMIT} bytes` }

  it('may be exactly the limit, told or not', async () => {
    const text = padded(LIMIT)
    expect((await answer(JSON_TYPE, text)).json).toHaveLength(LIMIT - 2)
    expect((await answer({ ...JSON_TYPE, 'content-length': String(LIMIT) }, text)).json).toHaveLength(
      LIMIT - 2,
    )
  })

  it('may not be one byte more', async () => {
    expect(await remoteFailure(answer(JSON_TYPE, padded(LIMIT + 1)))).toMatchObject(tooLarge)
  })

  it('that is told to be more is refused before anything is read', async () => {
    const headers = { ...JSON_TYPE, 'content-length': String(LIMIT + 1) }
    const { response, body } = watched([new Uint8Array(1)], { headers })
    expect(await remoteFailure(get(() => response))).toMatchObject(tooLarge)
    expect(body).toEqual({ cancelled: 1, pulled: 0 })
  })

  it('is counted over all chunks, and not a chunk more is read than needed', async () => {
    const chunk = new Uint8Array(LIMIT / 4)
    const { response, body } = watched(Array(100).fill(chunk), { headers: JSON_TYPE })
    expect(await remoteFailure(get(() => response))).toMatchObject(tooLarge)
    expect(body).toEqual({ cancelled: 1, pulled: 5 })
  })

  it('is counted whatever the server told', async () => {
    const headers = { ...JSON_TYPE, 'content-length': '2' }
    expect(await remoteFailure(answer(headers, padded(LIMIT + 1)))).toMatchObject(tooLarge)
  })
})

describe('a redirect', () => {
  const to = (location: string, status = 302): Response =>
    new Response(null, { status, headers: { location } })

  it.each([300, 301, 302, 303, 307, 308, 399])('within the origin is followed: %i', async (status) => {
    const { fetch, asked } = scriptedFetch((url) => (url === ADDRESS ? to('/new', status) : Response.json(1)))
    expect((await fetchJson(ADDRESS, exchangeOptions(fetch))).json).toBe(1)
    expect(asked).toEqual([ADDRESS, 'https://as.example/new'])
  })

  it.each([
    ['path/keys', 'https://as.example/path/keys'],
    ['https://as.example:443/other?x=1', 'https://as.example/other?x=1'],
  ])('to %s is resolved', async (location, expected) => {
    const { fetch, asked } = scriptedFetch((url) => (url === ADDRESS ? to(location) : Response.json(1)))
    await fetchJson(ADDRESS, exchangeOptions(fetch))
    expect(asked).toEqual([ADDRESS, expected])
  })

  it.each([
    'https://evil.example/keys',
    'http://as.example/keys',
    'https://as.example:8443/keys',
    '//evil.example/keys',
    'http://169.254.169.254/latest/meta-data',
    'data:application/json,{}',
    'https://[',
  ])('to another origin is refused, and nothing is opened there: %s', async (location) => {
    const { fetch, asked } = scriptedFetch(() => to(location))
    const error = await remoteFailure(fetchJson(ADDRESS, exchangeOptions(fetch, { allowInsecureHttp: true })))
    expect(error).toMatchObject({
      code: 'redirect_refused',
      status: 302,
      url: ADDRESS,
      message: `${ADDRESS}: redirects to another origin`,
    })
    expect(asked).toEqual([ADDRESS])
  })

  it('is followed three times', async () => {
    let hops = 0
    expect((await get(() => (hops++ < 3 ? to(`/${hops}`) : Response.json(hops)))).json).toBe(4)
  })

  it('is not followed a fourth time', async () => {
    let hops = 0
    const error = await remoteFailure(get(() => to(`/${++hops}`, 307)))
    expect(hops).toBe(4)
    expect(error).toMatchObject({
      code: 'redirect_refused',
      status: 307,
      url: 'https://as.example/3',
      message: 'https://as.example/3: redirects too often',
    })
  })

  it('gives its connection back unread', async () => {
    const { response, body } = watched([new Uint8Array(10)], { status: 302, headers: { location: '/new' } })
    await get((url) => (url === ADDRESS ? response : Response.json(1)))
    expect(body).toEqual({ cancelled: 1, pulled: 0 })
  })

  it.each([
    [302, undefined],
    [400, '/new'],
    [200, '/new'],
  ])('is not what status %i with location %s is', async (status, location) => {
    const { fetch, asked } = scriptedFetch(
      () =>
        new Response('{}', {
          status,
          headers: { ...JSON_TYPE, ...(location !== undefined && { location }) },
        }),
    )
    await fetchJson(ADDRESS, exchangeOptions(fetch)).catch(() => {})
    expect(asked).toEqual([ADDRESS])
  })
})

describe('an address', () => {
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
  ])('%s, http allowed: %s, is fetched: %s', (address, allowed, expected) => {
    expect(isFetchable(new URL(address), allowed)).toBe(expected)
  })

  it('that is not to be fetched is never opened', async () => {
    const { fetch, asked } = scriptedFetch(() => Response.json({}))
    const error = await remoteFailure(fetchJson('http://as.example/keys', exchangeOptions(fetch)))
    expect(error).toMatchObject({
      code: 'insecure_url',
      message: 'http://as.example/keys: only https is fetched',
    })
    expect(asked).toEqual([])
  })

  it('shows neither credentials nor query nor fragment in a failure', async () => {
    const secret = 'https://user:password@as.example/keys?secret=1#fragment'
    const error = await remoteFailure(get(() => new Response('', { status: 500 }), secret))
    expect(error).toMatchObject({ url: ADDRESS, message: `${ADDRESS}: answered 500` })
  })
})

describe('a network', () => {
  it('that fails is told as such, with its own words as the cause', async () => {
    const cause = new TypeError('fetch failed')
    const error = await remoteFailure(get(() => cause))
    expect(error).toMatchObject({
      code: 'network',
      url: ADDRESS,
      message: `${ADDRESS}: could not be reached`,
    })
    expect(error.cause).toBe(cause)
    expect(error.status).toBeUndefined()
  })

  it('that fails in the midst of the body is told as such', async () => {
    const cause = new Error('terminated')
    const stream = new ReadableStream({ pull: (controller) => controller.error(cause) })
    const error = await remoteFailure(get(() => new Response(stream, { headers: JSON_TYPE })))
    expect(error.code).toBe('network')
    expect(error.cause).toBe(cause)
  })

  it('leaves no listener on the signal when it fails', async () => {
    const options = exchangeOptions(scriptedFetch(() => new Error('down')).fetch)
    await remoteFailure(fetchJson(ADDRESS, options))
    expect(getEventListeners(options.signal, 'abort')).toEqual([])
  })
})

describe('a fetch that takes no notice of the signal', () => {
  const timeout = { code: 'timeout', url: ADDRESS, message: `${ADDRESS}: no answer within the time limit` }

  it('is not waited for, and what it brings later is given back', async () => {
    const abort = new AbortController()
    const { response, body } = watched([new Uint8Array(10)], { headers: JSON_TYPE })
    let bring = (_: Response): void => {}
    const late = new Promise<Response>((resolve) => {
      bring = resolve
    })
    const work = fetchJson(
      ADDRESS,
      exchangeOptions(() => late, { signal: abort.signal }),
    )
    abort.abort()
    expect(await remoteFailure(work)).toMatchObject(timeout)
    expect(body.cancelled).toBe(0)
    bring(response)
    await late
    expect(body).toEqual({ cancelled: 1, pulled: 0 })
  })

  it('may fail later without anybody hearing of it', async () => {
    const abort = new AbortController()
    let fail = (_: Error): void => {}
    const late = new Promise<Response>((_, reject) => {
      fail = reject
    })
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    try {
      const work = fetchJson(
        ADDRESS,
        exchangeOptions(() => late, { signal: abort.signal }),
      )
      abort.abort()
      expect(await remoteFailure(work)).toMatchObject(timeout)
      fail(new Error('late'))
      await new Promise((resolve) => setImmediate(resolve))
      expect(unhandled).not.toHaveBeenCalled()
    } finally {
      process.off('unhandledRejection', unhandled)
    }
  })

  it('is not waited for where the time was up before it began', async () => {
    const never = new Promise<Response>(() => {})
    const options = exchangeOptions(() => never, { signal: AbortSignal.abort() })
    expect(await remoteFailure(fetchJson(ADDRESS, options))).toMatchObject(timeout)
  })

  it('has its body given back when the time is up in the midst of it', async () => {
    const abort = new AbortController()
    const { response, body } = watched([new Uint8Array(10)], { headers: JSON_TYPE }, false)
    const work = fetchJson(
      ADDRESS,
      exchangeOptions(async () => response, { signal: abort.signal }),
    )
    await vi.waitUntil(() => body.pulled === 2, { interval: 1 })
    expect(body.cancelled).toBe(0)
    abort.abort()
    expect(await remoteFailure(work)).toMatchObject(timeout)
    expect(body).toEqual({ cancelled: 1, pulled: 2 })
    expect(getEventListeners(abort.signal, 'abort')).toEqual([])
  })

  it('is not read on where the time is up at the very moment that the answer comes', async () => {
    const abort = new AbortController()
    const { response, body } = watched(
      [new Uint8Array(10), new Uint8Array(10)],
      { headers: JSON_TYPE },
      false,
    )
    Object.defineProperty(response, 'status', {
      get: () => {
        abort.abort()
        return 200
      },
    })
    const work = fetchJson(
      ADDRESS,
      exchangeOptions(async () => response, { signal: abort.signal }),
    )
    expect(await remoteFailure(work)).toMatchObject(timeout)
    await new Promise((resolve) => setImmediate(resolve))
    expect(body).toEqual({ cancelled: 1, pulled: 1 })
  })
})

describe('whoever listens', () => {
  const CHANNELS = ['fetch.started', 'fetch.succeeded', 'fetch.failed'] as const
  const SECRET = `https://user:password@as.example/keys?secret=1`

  it('hears of a document asked for and of how that ended, without credentials and query', async () => {
    const heard: [string, unknown][] = []
    const listen = (message: unknown, name: string | symbol): void => void heard.push([String(name), message])
    for (const name of CHANNELS) subscribe(`okta-resource-server:${name}`, listen)
    try {
      await get(() => Response.json({}, { headers: { 'cache-control': 'max-age=60' } }), SECRET)
      const error = await remoteFailure(get(() => new Error('down'), SECRET))
      expect(heard).toEqual([
        ['okta-resource-server:fetch.started', { url: ADDRESS }],
        ['okta-resource-server:fetch.succeeded', { url: ADDRESS, maxAge: 60 }],
        ['okta-resource-server:fetch.started', { url: ADDRESS }],
        ['okta-resource-server:fetch.failed', { url: ADDRESS, error }],
      ])
    } finally {
      for (const name of CHANNELS) unsubscribe(`okta-resource-server:${name}`, listen)
    }
  })

  it('costs nothing where nobody does', async () => {
    const used = [channels.fetchStarted, channels.fetchSucceeded, channels.fetchFailed]
    const spies = used.map((channel) => vi.spyOn(channel, 'publish'))
    await get(() => Response.json({}))
    await remoteFailure(get(() => new Error('down')))
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  })
})

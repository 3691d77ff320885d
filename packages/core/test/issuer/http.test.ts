import { getEventListeners } from 'node:events'
import { type ScriptedAnswer, scriptedFetch } from '@okta-resource-server/testing'
import { serve } from '@okta-resource-server/testing/vitest'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createClock } from '../../src/clock.ts'
import { fetchJson, type JsonDocument } from '../../src/issuer/http.ts'
import { failureOf, fetchOptions, watchedResponse } from '../support/http.ts'

const ADDRESS = 'https://as.example/keys'
const JSON_TYPE = { 'content-type': 'application/json' }

afterEach(() => void vi.restoreAllMocks())

const get = (answer: () => ScriptedAnswer): Promise<JsonDocument> =>
  fetchJson(ADDRESS, fetchOptions(scriptedFetch(answer).fetch))
const getAnswer = (headers: Record<string, string>, body = '{}', status = 200): Promise<JsonDocument> =>
  get(() => new Response(body, { status, headers }))

describe('a document', () => {
  it('is requested with GET as JSON, without automatic redirects, and with the signal', async () => {
    const { fetch, requests } = scriptedFetch(() => Response.json({ a: 1 }))
    const options = fetchOptions(fetch)
    expect(await fetchJson(`${ADDRESS}?client=1`, options)).toEqual({ json: { a: 1 }, maxAge: undefined })
    expect(requests).toEqual([
      {
        url: `${ADDRESS}?client=1`,
        init: {
          method: 'GET',
          headers: {
            accept: 'application/json, application/jwk-set+json;q=0.9, */*;q=0.1',
            'user-agent': 'okta-resource-server',
          },
          redirect: 'manual',
          signal: options.signal,
        },
      },
    ])
    expect(requests[0]?.init.signal).toBe(options.signal)
  })

  it('is fetched over a real connection', async () => {
    const received: (string | undefined)[] = []
    const url = await serve(({ headers }, response) => {
      received.push(headers.accept, headers['user-agent'])
      response.writeHead(200, { ...JSON_TYPE, 'cache-control': 'max-age=600' })
      response.write('{"text":"')
      response.end('ä"}')
    })
    const date = expect.any(Number)
    expect(await fetchJson(`${url}/`, fetchOptions(fetch))).toEqual({
      json: { text: 'ä' },
      maxAge: 600,
      date,
    })
    expect(received).toEqual([expect.stringContaining('*/*'), 'okta-resource-server'])
  })

  it('can arrive in chunks that split a character', async () => {
    const bytes = new TextEncoder().encode('{"text":"ä€😀"}')
    const { response } = watchedResponse(
      [...bytes].map((byte) => Uint8Array.of(byte)),
      { headers: JSON_TYPE },
    )
    expect((await get(() => response)).json).toEqual({ text: 'ä€😀' })
  })

  it('can start with a byte order mark', async () => {
    expect((await getAnswer(JSON_TYPE, '\ufeff{"a":1}')).json).toEqual({ a: 1 })
  })

  it.each(['null', '42', '"text"', '[]'])('can be any JSON value: %s', async (text) => {
    expect((await getAnswer(JSON_TYPE, text)).json).toEqual(JSON.parse(text))
  })

  it.each(['', '{', '{"a":1} x', '<html>'])('is rejected if it is not JSON: %j', async (text) => {
    expect(await failureOf(getAnswer(JSON_TYPE, text))).toMatchObject({
      code: 'invalid_json',
      status: 200,
      url: ADDRESS,
      message: expect.stringContaining('not valid JSON'),
    })
  })

  it('is rejected if it has no body', async () => {
    const error = await failureOf(get(() => new Response(null, { headers: JSON_TYPE })))
    expect(error.code).toBe('invalid_json')
  })

  it('leaves no listener on the signal', async () => {
    const options = fetchOptions(scriptedFetch(() => Response.json({})).fetch)
    await fetchJson(ADDRESS, options)
    expect(getEventListeners(options.signal, 'abort')).toEqual([])
  })
})

describe('the content type', () => {
  it.each([
    'application/json',
    'application/jwk-set+json',
    'application/json;charset=utf-8',
    'text/plain; charset=utf-8',
    'text/html',
    'application/octet-stream',
    'application/xml',
    '',
    'json',
  ])('is not checked, since the document decides: %j', async (type) => {
    expect((await getAnswer({ 'content-type': type })).json).toEqual({})
    const error = await failureOf(getAnswer({ 'content-type': type }, '<html></html>'))
    expect(error).toMatchObject({ code: 'invalid_json', status: 200, url: ADDRESS })
  })

  it('can be missing', async () => {
    const response = new Response('{"a":1}')
    response.headers.delete('content-type')
    expect((await get(() => response)).json).toEqual({ a: 1 })
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
  ])('for Cache-Control %j and Age %j is %s', async (control, age, expected) => {
    const headers = {
      ...JSON_TYPE,
      ...(control !== undefined && { 'cache-control': control }),
      ...(age !== undefined && { age }),
    }
    expect((await getAnswer(headers)).maxAge).toBe(expected)
  })
})

describe('a status other than 200', () => {
  it.each([201, 206, 304, 400, 404, 429, 500, 503])('is a failure: %i', async (status) => {
    const body = status === 304 ? null : '{}'
    const error = await failureOf(get(() => new Response(body, { status, headers: JSON_TYPE })))
    expect(error).toMatchObject({ code: 'http_status', status, retryAfter: undefined, url: ADDRESS })
    expect(error.message).toBe(`${ADDRESS}: status ${status}`)
  })

  it('releases the connection without reading the body', async () => {
    const { response, body } = watchedResponse([new Uint8Array(10)], { status: 500 })
    await failureOf(get(() => response))
    expect(body).toEqual({ cancelled: 1, pulled: 0 })
  })
})

describe('Retry-After', () => {
  const DATE = 'Fri, 15 Mar 2030 12:00:00 GMT'
  const retryAfter = async (headers: Record<string, string>): Promise<number | undefined> =>
    (await failureOf(getAnswer(headers, '', 503))).retryAfter

  it.each([
    ['is read as seconds', '120', 120],
    ['may have white space that Fetch does not remove', '\u00a0120', 120],
    ['may be zero seconds', '0', 0],
    ['may have nine digits', '999999999', 999_999_999],
    ['may be a date, which is compared with the date of the response', 'Fri, 15 Mar 2030 12:01:30 GMT', 90],
    ['is zero for a date in the past', 'Fri, 15 Mar 2030 11:59:00 GMT', 0],
    ['is ignored if it is neither', 'soon', undefined],
    ['is ignored if it is empty', '', undefined],
    ['is ignored if it has more than nine digits', '1234567890', undefined],
  ])('%s', async (_title, value, expected) => {
    expect(await retryAfter({ 'retry-after': value, date: DATE })).toBe(expected)
  })

  it.each(['1.5', '-5', '12 seconds'])('never gives NaN or a negative number: %s', async (value) => {
    const seconds = await retryAfter({ 'retry-after': value, date: DATE })
    expect(seconds === undefined || seconds >= 0).toBe(true)
  })

  it.each([{}, { date: 'yesterday' }])(
    'is compared with the clock of the options if the response has no valid date: %o',
    async (date) => {
      const headers = { 'retry-after': 'Fri, 15 Mar 2030 12:00:20 GMT', ...date }
      const { fetch } = scriptedFetch(
        () => new Response('', { status: 503, headers: headers as HeadersInit }),
      )
      const options = fetchOptions(fetch, { clock: createClock(() => Date.parse(DATE)) })
      expect(await failureOf(fetchJson(ADDRESS, options))).toMatchObject({ retryAfter: 20 })
    },
  )

  it('is undefined if the response has none', async () => {
    expect(await retryAfter({ date: DATE })).toBeUndefined()
  })
})

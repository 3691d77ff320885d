import { getEventListeners } from 'node:events'
import { scriptedFetch } from '@okta-resource-server/testing'
import { serve } from '@okta-resource-server/testing/vitest'
import { describe, expect, it } from 'vitest'
import { fetchJson } from '../../src/issuer/http.ts'
import {
  ADDRESS,
  failureOf,
  fetchOptions,
  get,
  getAnswer,
  JSON_TYPE,
  watchedResponse,
} from '../support/http.ts'

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

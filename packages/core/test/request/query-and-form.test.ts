import { outcomeOf } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/adapter.ts'
import { bearerToken } from '../../src/request/credentials.ts'
import { makeVerifier, untyped } from '../support/verifiers.ts'

const TOKEN = 'a.b.c'
const FORM = 'application/x-www-form-urlencoded'
const authorization = `Bearer ${TOKEN}`

const codeOf = (request: unknown): Promise<string> => outcomeOf(() => bearerToken(untyped(request)))

describe('a token in the query', () => {
  const urls = [
    '/a?access_token=abc',
    '?access_token=abc',
    '/a?b=c&access_token=abc',
    '/a?access_token',
    '/a?access_token=',
    '/a?access%5Ftoken=abc',
    '/a?%61ccess_token=abc',
    '/a?%61%63%63%65%73%73%5f%74%6f%6b%65%6e=abc',
    'https://api.example.com/a?access_token=abc#part',
  ]
  it.each(urls)('is refused with 400, never used: %s', async (url) => {
    expect(await codeOf({ headers: {}, url })).toBe('token_in_query')
    expect(await codeOf({ headers: { authorization: '' }, url })).toBe('token_in_query')
  })

  it.each(urls)('is refused with 400 beside one in the header: %s', async (url) => {
    expect(await codeOf({ headers: { authorization }, url })).toBe('multiple_tokens')
  })

  it('is refused if credentials are optional', async () => {
    const request = { headers: {}, url: '/?access_token=a' }
    expect(await outcomeOf(() => decide(makeVerifier(), request, undefined, true))).toBe('token_in_query')
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
  ])('is not found in a URL without one: %s', (url) => {
    expect(bearerToken({ headers: { authorization }, url })).toBe(TOKEN)
  })

  it('is found in a Fetch Request', async () => {
    const request = new Request('https://api.example.com/?access_token=abc', { headers: { authorization } })
    expect(await codeOf(request)).toBe('multiple_tokens')
  })

  it('is found in a url that is an object, as in requests of hapi, Oak and h3', async () => {
    const url = new URL('https://a.example/?access_token=b')
    expect(await codeOf({ headers: { authorization }, url })).toBe('multiple_tokens')
    expect(await codeOf({ headers: {}, url })).toBe('token_in_query')
  })

  it('is found in the headers of an HTTP/2 stream, which are passed alone', async () => {
    const headers = { ':method': 'GET', ':path': '/a?access_token=b' }
    expect(await codeOf({ headers })).toBe('token_in_query')
    expect(await codeOf({ headers: { ...headers, authorization } })).toBe('multiple_tokens')
    expect(bearerToken({ headers: { ...headers, ':path': '/a?b=c', authorization } })).toBe(TOKEN)
  })

  it.each([7, null, {}, { href: 7 }])('is not looked for in a url that is none: %j', (url) => {
    expect(bearerToken(untyped({ headers: { authorization }, url }))).toBe(TOKEN)
  })
})

describe('a token in the form body', () => {
  const body = { access_token: 'abc' }

  it.each([
    ['of Node', { 'content-type': FORM }, ['Content-Type', FORM]],
    ['of Node with a charset', { 'content-type': `${FORM}; charset=utf-8` }, []],
    ['in upper case', { 'Content-Type': FORM.toUpperCase() }, undefined],
    ['in lists', { 'Content-Type': [FORM] }, undefined],
    ['with several types', { 'content-type': ['application/json', FORM] }, undefined],
  ])('is refused with 400: headers %s', async (_title, headers, rawHeaders) => {
    expect(await codeOf({ headers, body, rawHeaders })).toBe('token_in_body')
    expect(await codeOf({ headers: { ...headers, authorization }, body, rawHeaders })).toBe('multiple_tokens')
  })

  it('is refused with 400: Fetch Headers', async () => {
    const headers = new Headers({ 'content-type': FORM })
    expect(await codeOf({ headers, body })).toBe('token_in_body')
    headers.set('authorization', authorization)
    expect(await codeOf({ headers, body })).toBe('multiple_tokens')
  })

  it('is refused with 400 if it is empty', async () => {
    expect(await codeOf({ headers: { 'content-type': FORM }, body: { access_token: '' } })).toBe(
      'token_in_body',
    )
  })

  it('is refused with 400 if the body is text', async () => {
    const headers = { 'content-type': FORM }
    for (const text of ['access_token=abc', 'a=b&access%5Ftoken=abc']) {
      expect(await codeOf({ headers, body: text })).toBe('token_in_body')
      expect(await codeOf({ headers: { ...headers, authorization }, body: text })).toBe('multiple_tokens')
    }
  })

  const form = new FormData()
  form.set('access_token', 'abc')
  it.each<[string, unknown]>([
    ['a Buffer', Buffer.from('a=b&access_token=abc')],
    ['a part of a Buffer', Buffer.from('x=access_token=abc').subarray(2)],
    ['bytes', new TextEncoder().encode('access%5Ftoken=abc')],
    ['URLSearchParams', new URLSearchParams('access_token=abc')],
    ['FormData', form],
    ['a Map', new Map([['access_token', 'abc']])],
  ])('is refused with 400 if the body is %s', async (_title, unparsed) => {
    const headers = { 'content-type': FORM }
    expect(await codeOf({ headers, body: unparsed })).toBe('token_in_body')
    expect(await codeOf({ headers: { ...headers, authorization }, body: unparsed })).toBe('multiple_tokens')
  })

  it('is refused with 400 if credentials are optional', async () => {
    const request = { headers: { 'content-type': FORM }, body }
    expect(await outcomeOf(() => decide(makeVerifier(), request, undefined, true))).toBe('token_in_body')
  })

  it.each([
    ['a JSON document', { 'content-type': 'application/json' }, body],
    ['a document without a type', {}, body],
    ['a document whose type is no text', { 'content-type': [7] }, body],
    ['a document with an empty list of types', { 'content-type': [] }, body],
    ['a form without a token', { 'content-type': FORM }, { a: 1 }],
    ['a form with another parameter', { 'content-type': FORM }, 'my_access_token=abc'],
    ['a form with a field called has', { 'content-type': FORM }, { has: 'access_token' }],
    ['bytes without one', { 'content-type': FORM }, Buffer.from('a=access_token')],
    ['URLSearchParams without one', { 'content-type': FORM }, new URLSearchParams('a=b')],
    ['no body', { 'content-type': FORM }, null],
    ['an inherited member', { 'content-type': FORM }, Object.create(body)],
  ])('is not found in %s', async (_title, headers, parsed) => {
    expect(bearerToken(untyped({ headers: { ...headers, authorization }, body: parsed }))).toBe(TOKEN)
    expect(await codeOf({ headers, body: parsed })).toBe('missing_token')
  })
})

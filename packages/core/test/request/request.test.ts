import { outcomeOf } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/adapter.ts'
import { bearerToken } from '../../src/request/credentials.ts'
import { makeVerifier, untyped } from '../support/verifiers.ts'

const TOKEN = 'a.b.c'
const headers = { authorization: `Bearer ${TOKEN}` }

const codeOf = (request: unknown): Promise<string> => outcomeOf(() => bearerToken(untyped(request)))

describe('an argument that is not a request throws a TypeError', () => {
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['undefined', undefined, /Pass an IncomingMessage/],
    ['null', null, /\{ headers \}/],
    ['a number', 1, /\{ headers \}/],
    ['a string', TOKEN, /verify\(token\)/],
    ['an Authorization header', `Bearer ${TOKEN}`, /verify\(token\)/],
    ['Fetch Headers', new Headers(headers), /pass headers alone, pass \{ headers \}/],
    ['the headers of Node', headers, /\{ headers \}/],
    ['an empty object', {}, /Pass an IncomingMessage, a Fetch Request or \{ headers \}/],
    ['undefined headers', { headers: undefined }, /\{ headers \}/],
    ['headers that are a string', { headers: 'authorization: Bearer abc' }, /\{ headers \}/],
    ['headers that are a list', { headers: ['authorization', 'Bearer abc'] }, /\{ headers \}/],
    ['a list', [headers], /\{ headers \}/],
    ['an empty list', [], /\{ headers \}/],
    ['a function', () => headers, /\{ headers \}/],
    ['a wrapper of something that is not a request', { raw: {} }, /\{ headers \}/],
    ['a wrapper of nothing', { req: null, request: {} }, /\{ headers \}/],
    ['the context of tRPC', { req: new Request('https://a.example') }, /Pass its member req\./],
    ['the context of Hono', { req: { raw: { headers } }, get: () => undefined }, /Pass its member req\./],
    ['the event of AppSync or SvelteKit', { request: { headers } }, /Pass its member request\./],
    ['a promise', Promise.resolve({ headers }), /It is a promise: await it/],
    ['a promise of headers', { headers: Promise.resolve(headers) }, /They are a promise: await it/],
    ['an iterator of headers', { headers: new Headers(headers).entries() }, /Pass Headers, or an object/],
    ['headers that are a Set', { headers: new Set(['authorization']) }, /Pass Headers, or an object/],
    ['inherited headers', { headers: Object.create(headers) }, /Pass Headers, or an object/],
  ]

  it.each(cases)('that says what to pass instead of %s', (_title, argument, advice) => {
    expect(() => bearerToken(untyped(argument))).toThrow(TypeError)
    expect(() => bearerToken(untyped(argument))).toThrow(advice)
  })

  it.each(cases)(
    'from authenticate and from adapters, even if credentials are optional: %s',
    async (_title, argument) => {
      const verifier = makeVerifier()
      await expect(verifier.authenticate(untyped(argument))).rejects.toBeInstanceOf(TypeError)
      expect(() => decide(verifier, untyped(argument), undefined, true)).toThrow(TypeError)
    },
  )

  it('that does not contain the argument', () => {
    expect(() => bearerToken(untyped('secret-token'))).toThrow(expect.not.stringContaining('secret'))
  })
})

describe('a request without credentials is refused with missing_token', () => {
  it.each([
    ['null headers', { headers: null }],
    ['no headers', { headers: {} }],
    ['an undefined header', { headers: { authorization: undefined } }],
    ['a null header', { headers: { Authorization: null } }],
    ['an empty header', { headers: { authorization: '' } }],
    ['an empty list', { headers: { authorization: [] } }],
    ['Fetch Headers without Authorization', { headers: new Headers({ accept: '*/*' }) }],
    ['a header whose name has the same length', { headers: { 'x-fake-bearer': `Bearer ${TOKEN}` } }],
    ['a Proxy-Authorization header', { headers: { 'proxy-authorization': `Bearer ${TOKEN}` } }],
    ['a header whose name looks alike', { headers: { authorızation: `Bearer ${TOKEN}` } }],
    ['a cookie', { headers: { cookie: `access_token=${TOKEN}` } }],
  ])('if it has %s', async (_title, request) => {
    expect(await codeOf(request)).toBe('missing_token')
  })

  it('and is let through if credentials are optional', () => {
    const verifier = makeVerifier()
    for (const request of [{ headers: null }, { headers: {} }, new Request('https://api.example.com')]) {
      expect(decide(verifier, request, undefined, true)).toBeUndefined()
    }
  })
})

describe('the requests of frameworks', () => {
  it("are read where the framework wraps them, as Hono's c.req does", async () => {
    const wrap = (raw: Request): unknown => ({
      raw,
      header: (name: string) => raw.headers.get(name),
      url: raw.url,
    })
    const url = 'https://api.example.com/a'
    expect(bearerToken(untyped(wrap(new Request(url, { headers }))))).toBe(TOKEN)
    expect(await codeOf(wrap(new Request(url)))).toBe('missing_token')
    expect(await codeOf(wrap(new Request(`${url}?access_token=x`, { headers })))).toBe('multiple_tokens')
  })

  it('have their own headers if they have any, as those of Fastify', async () => {
    const raw = { headers, rawHeaders: ['Authorization', headers.authorization], url: '/a' }
    expect(bearerToken(untyped({ headers, raw, url: '/a', body: undefined }))).toBe(TOKEN)
    expect(await codeOf({ headers: {}, raw, url: '/a' })).toBe('missing_token')
    const twice = { ...raw, rawHeaders: [...raw.rawHeaders, 'authorization', 'Basic b'] }
    expect(await codeOf({ headers, raw: twice, url: '/a' })).toBe('multiple_authorization_headers')
  })

  it.each([
    ['Koa, whose context and request have it in req', (req: object) => ({ headers, req })],
    ['hapi, which has it in raw.req', (req: object) => ({ headers, raw: { req, res: {} } })],
  ])("have Node's request with all header lines in %s", async (_title, wrap) => {
    const rawHeaders = ['Authorization', headers.authorization]
    expect(bearerToken(untyped(wrap({ headers, rawHeaders })))).toBe(TOKEN)
    const twice = { headers, rawHeaders: [...rawHeaders, 'authorization', 'Basic b'] }
    expect(await codeOf(wrap(twice))).toBe('multiple_authorization_headers')
  })

  it('have a url that may lack the mount path, as those of Express', async () => {
    const request = { headers, rawHeaders: ['Authorization', headers.authorization], body: { a: 1 } }
    expect(bearerToken({ ...request, url: '/?a=b' })).toBe(TOKEN)
    expect(await codeOf({ ...request, url: '/?access_token=x' })).toBe('multiple_tokens')
  })
})

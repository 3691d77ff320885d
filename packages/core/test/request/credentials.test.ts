import { outcomeOf, refusalOf } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { bearerToken, parseCredentials, schemeOf } from '../../src/request/credentials.ts'
import { untyped } from '../support/verifiers.ts'

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2lnbmF0dXJl-_~+/=='

const tokenIn = (authorization: unknown): string => bearerToken(untyped({ headers: { authorization } }))
const codeOf = (authorization: unknown): Promise<string> => outcomeOf(() => tokenIn(authorization))

describe('an Authorization header', () => {
  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('may have the scheme %s', (scheme) => {
    expect(tokenIn(`${scheme} ${TOKEN}`)).toBe(TOKEN)
  })

  it.each([1, 2, 7])('may have %i spaces between scheme and token', (count) => {
    expect(tokenIn(`Bearer${' '.repeat(count)}${TOKEN}`)).toBe(TOKEN)
  })

  it.each(['a', '0', '-._~+/', 'a=', 'a===', 'A.B.C', '...'])('may have any b64token: %s', (token) => {
    expect(tokenIn(`Bearer ${token}`)).toBe(token)
  })

  it.each([
    ['no token', 'Bearer'],
    ['a space in place of a token', 'Bearer '],
    ['a space at its end', `Bearer ${TOKEN} `],
    ['a space at its start', ` Bearer ${TOKEN}`],
    ['a tab between scheme and token', `Bearer\t${TOKEN}`],
    ['a tab among the spaces', `Bearer \t${TOKEN}`],
    ['a line break at its end', `Bearer ${TOKEN}\n`],
    ['a no-break space between scheme and token', `Bearer\u00a0${TOKEN}`],
    ['a space in the token', 'Bearer abc def'],
    ['quotation marks', `Bearer "${TOKEN}"`],
    ['a comma', 'Bearer abc,def'],
    ['two tokens joined by a comma', 'Bearer abc, Bearer def'],
    ['two tokens joined without a space', 'Bearer abc,Bearer def'],
    ['another scheme after the token', 'Bearer abc, Basic def'],
    ['a parameter', 'Bearer token="abc"'],
    ['an equals sign in the token', 'Bearer a=b'],
    ['only equals signs', 'Bearer =='],
    ['a character outside of the alphabet', 'Bearer abc$def'],
    ['a letter outside ASCII', 'Bearer abcé'],
    ['a long s (U+017F)', 'Bearer abc\u017f'],
    ['a Kelvin sign (U+212A)', 'Bearer abc\u212a'],
    ['a NUL', 'Bearer abc\u0000'],
    ['a percent-encoded character', 'Bearer abc%2E'],
    ['a lone surrogate', 'Bearer abc\ud800'],
    ['the scheme twice', 'Bearer Bearer abc'],
    ['only a comma', ','],
    ['only spaces', '   '],
    ['only a word that is not a scheme', 'abc/def'],
  ])('with %s is malformed: 400', async (_title, value) => {
    expect(await refusalOf(() => tokenIn(value))).toMatchObject({
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
  ])('with another scheme is unsupported: 401 without an error code: %s', async (value) => {
    const refusal = await refusalOf(() => tokenIn(value))
    expect(refusal).toMatchObject({ status: 401, error: undefined, code: 'unsupported_scheme' })
  })

  it.each(['Basic abc, Bearer def', 'Basic abc,bearer def', 'Basic abc, \t BEARER', 'Negotiate,Bearer x'])(
    'with Bearer after another scheme is refused with 400: %s',
    async (value) => {
      expect(await codeOf(value)).toMatch(/^(multiple_authorization_headers|malformed_authorization_header)$/)
    },
  )

  it('may contain a word that ends in Bearer', async () => {
    expect(await codeOf('Basic abc, forbearer x')).toBe('unsupported_scheme')
  })

  it.each([1, true, {}, ['x', 'y'].entries(), [['Bearer a']], [7]])(
    'that is not a string is malformed: %o',
    async (value) => {
      expect(await codeOf(value)).toBe('malformed_authorization_header')
    },
  )
})

it.each([
  ['DPoP abc', 'DPoP'],
  ['dpop abc', 'DPoP'],
  ['DPoP', 'DPoP'],
  ['DPoPX abc', 'Bearer'],
  ['Digest dpop abc', 'Bearer'],
  ['Bearer dpop', 'Bearer'],
])('the challenges follow the scheme of the header %s: %s', (header, scheme) => {
  expect(schemeOf(header)).toBe(scheme)
})

describe('the size limit', () => {
  it('is 16,384 characters of the token', async () => {
    expect(tokenIn(`Bearer ${'a'.repeat(16_384)}`)).toHaveLength(16_384)
    expect(tokenIn(`Bearer${' '.repeat(58)}${'a'.repeat(16_384)}`)).toHaveLength(16_384)
    expect(await codeOf(`Bearer ${'a'.repeat(16_385)}`)).toBe('token_too_large')
  })

  it('limits the spaces between scheme and token, too', async () => {
    expect(await codeOf(`Bearer${' '.repeat(59)}${'a'.repeat(16_384)}`)).toBe('token_too_large')
    expect(await codeOf(`Bearer${' '.repeat(1_000_000)}a`)).toBe('token_too_large')
    expect(await codeOf(`Bearer ${'a'.repeat(1_000_000)}`)).toBe('token_too_large')
  })

  it('is an option of the verifier', async () => {
    expect(parseCredentials('Bearer abc', 3)).toEqual({ scheme: 'Bearer', token: 'abc' })
    expect(await outcomeOf(() => parseCredentials('Bearer abc', 2))).toBe('token_too_large')
  })
})

import { describe, expect, test } from 'vitest'
import { base64url, CLAIMS, compact, judge, signer, textsOf, tokenOf } from './signed-tokens.ts'

/** A token signed over these very texts. */
async function signed(
  spoil: (texts: { header: string; claims: string }) => {
    header?: string | Uint8Array
    claims?: string | Uint8Array
  },
): Promise<string> {
  const { key, ...texts } = await textsOf()
  return compact(...(Object.values({ ...texts, ...spoil(texts) }) as [string, string]), key)
}

test('a name that stands twice in the header is refused [RFC7515-4-unique]', async () => {
  const again = await signed(({ header }) => ({ header: header.replace('{', '{"kid":"other",') }))
  const escaped = await signed(({ header }) => ({ header: header.replace('{', '{"\\u0061lg":"ES256",') }))
  expect([await judge(again), await judge(escaped)]).toEqual(['token_malformed', 'token_malformed'])
})

test('a name that stands twice in the claims is refused [RFC7519-4-unique]', async () => {
  const token = await signed(({ claims }) => ({ claims: claims.replace('{', '{"scp":["messages:admin"],') }))
  expect(await judge(token)).toBe('token_malformed')
})

test('header parameters and claims that are not understood are ignored [RFC7515-4-unknown] [RFC7519-4-unknown]', async () => {
  const header = { 'x-policy': 'mfa', x5t: 'AAAA', 'x5t#S256': 'AAAA', cty: 'application/json' }
  expect(await judge(await tokenOf({ header, claims: { 'https://x.example/y': { z: [1] } } }))).toBe(
    'accepted',
  )
})

test('a token that lists a parameter as critical is refused, whatever the list [RFC7515-4.1.11-crit]', async () => {
  for (const crit of [['x-policy'], ['exp'], ['b64'], [], ['alg'], 'exp', null, {}]) {
    const token = await tokenOf({ header: { crit, 'x-policy': 1, b64: true } })
    expect(await judge(token)).toBe('unsupported_header_parameter')
  }
})

test('a header without alg, or whose alg is no text, is refused [RFC7515-4.1.1-alg]', async () => {
  for (const alg of [undefined, null, 256, ['ES256'], {}]) {
    expect(await judge(await tokenOf({ header: { alg } }))).toBe('token_malformed')
  }
})

test('a kid in another case is another kid [RFC7515-4.1.4-kid]', async () => {
  const { kid } = await signer()
  expect(await judge(await tokenOf({ header: { kid: kid.toLowerCase() } }))).toBe('key_unknown')
})

describe('a key that the token brings along is never used, and no address in it is asked', () => {
  const never = (): Promise<Response> => Promise.reject(new Error('an address was asked'))
  const ADDRESS = 'https://attacker.example/keys'
  test.each([
    ['jwk [RFC9068-4-keys]', async () => ({ jwk: (await signer('ES256', 'stranger')).jwk })],
    ['jku [RFC7515-4.1.2-jku] [RFC8725-3.10-addresses]', async () => ({ jku: ADDRESS })],
    ['x5u [RFC7515-4.1.5-x5u] [RFC8725-3.10-addresses]', async () => ({ x5u: ADDRESS })],
    ['x5c [RFC7515-4.1.6-x5c]', async () => ({ x5c: ['MIIB'] })],
  ])('%s', async (_, header) => {
    const stranger = await signer('ES256', 'stranger')
    const mark = await header()
    const claimingOurs = await tokenOf({ key: stranger, header: { ...mark, kid: (await signer()).kid } })

    expect(await judge(claimingOurs, { fetch: never })).toBe('signature_invalid')
    expect(await judge(await tokenOf({ key: stranger, header: mark }), { fetch: never })).toBe('key_unknown')
    expect(await judge(await tokenOf({ header: mark }), { fetch: never })).toBe('accepted')
  })
})

test('the key that the header names is covered by the signature [RFC7515-6-protected]', async () => {
  const [ours, other] = [await signer(), await signer('ES256', 'other')]
  const [, payload, signature] = (await tokenOf()).split('.')
  const renamed = [base64url(JSON.stringify({ kid: other.kid, alg: 'ES256' })), payload, signature].join('.')
  const sameMaterial = { ...ours.jwk, kid: other.kid }

  expect(await judge(renamed, {}, ours.jwk, sameMaterial)).toBe('signature_invalid')
})

test('typ means the same with application/ and without, in any case [RFC7515-4.1.9-typ] [RFC9068-4-typ] [RFC8725-3.11-typing]', async () => {
  const profile = 'rfc9068'
  for (const typ of ['at+jwt', 'application/at+jwt', 'AT+JWT', 'Application/At+Jwt']) {
    expect(await judge(await tokenOf({ header: { typ } }), { profile })).toBe('accepted')
  }
  for (const typ of [undefined, 'JWT', 'id+jwt', 'at+jwt ', 'text/at+jwt', '/at+jwt', ['at+jwt'], null, 1]) {
    expect(await judge(await tokenOf({ header: { typ } }), { profile })).toBe('not_an_access_token')
  }
})

test('text that is not UTF-8 is refused in header and claims, and so is any other encoding [RFC8725-3.7-utf8] [RFC7515-5.2-header] [RFC7519-7.2-claims]', async () => {
  const latin = (text: string): Buffer => Buffer.from(text.replace('{', '{"note":"\xe4",'), 'latin1')
  const spoilt = [
    await signed(({ header }) => ({ header: latin(header) })),
    await signed(({ claims }) => ({ claims: latin(claims) })),
    await signed(({ header }) => ({ header: Buffer.from(header, 'utf16le') })),
    await signed(({ claims }) => ({ claims: Buffer.from(claims, 'utf16le') })),
    await signed(({ claims }) => ({ claims: `\ufeff${claims}` })),
  ]
  for (const token of spoilt) expect(await judge(token)).toBe('token_malformed')
})

test('text after the JSON is refused, and so is what is only nearly JSON [RFC7515-10.12-trailing] [RFC7515-10.12-syntax]', async () => {
  for (const spoil of [
    (text: string) => `${text}x`,
    (text: string) => `${text}{}`,
    (text: string) => `${text}\0`,
    (text: string) => text.replace('}', ',}'),
    (text: string) => text.replaceAll('"', "'"),
    (text: string) => text.replace('{', '{/* */'),
  ]) {
    expect(await judge(await signed(({ header }) => ({ header: spoil(header) })))).toBe('token_malformed')
    expect(await judge(await signed(({ claims }) => ({ claims: spoil(claims) })))).toBe('token_malformed')
  }
})

test('names and values are compared after their escapes are processed, and in their case [RFC7515-5.3-comparison] [RFC7519-7.3-comparison]', async () => {
  const escaped = await signed(({ header, claims }) => ({
    header: header.replace('"alg"', '"\\u0061lg"').replace('ES256', '\\u0045S256'),
    claims: claims.replace('"aud"', '"\\u0061ud"').replace('api:', '\\u0061pi:'),
  }))
  expect(await judge(escaped)).toBe('accepted')
  expect(await judge(await tokenOf({ header: { alg: 'es256' } }))).toBe('algorithm_not_allowed')
  expect(await judge(await tokenOf({ claims: { aud: undefined, AUD: CLAIMS.aud } }))).toBe('audience_missing')
})

test('characters beyond the Basic Multilingual Plane are compared to the last [RFC7515-10.13-planes]', async () => {
  const audience = 'api://\u{1f511}'
  expect(await judge(await tokenOf({ claims: { aud: audience } }), { audience })).toBe('accepted')
  expect(await judge(await tokenOf({ claims: { aud: 'api://\u{1f512}' } }), { audience })).toBe(
    'audience_mismatch',
  )
  expect(await judge(await tokenOf({ claims: { aud: 'api://\ud83d' } }), { audience })).toBe(
    'audience_mismatch',
  )
})

test('white space, line breaks and padding in a segment are refused [RFC7515-2-base64url]', async () => {
  const [header, payload, signature] = (await tokenOf()).split('.') as [string, string, string]
  for (const stray of ['=', '\n', ' ', '\r\n', '+', '/', '\0', '*', '%3D']) {
    expect(await judge(`${header}${stray}.${payload}.${signature}`)).toBe('token_malformed')
    expect(await judge(`${header}.${payload}${stray}.${signature}`)).toBe('token_malformed')
    expect(await judge(`${header}.${payload}.${signature}${stray}`)).toBe('token_malformed')
  }
})

test('a token in JSON is refused, however it is written [RFC7515-7.2.1-serialization]', async () => {
  const [header, payload, signature] = (await tokenOf()).split('.')
  const flattened = { payload, protected: header, signature }
  const general = { payload, signatures: [{ protected: header, signature }] }
  for (const serialized of [flattened, general]) {
    expect(await judge(JSON.stringify(serialized))).toBe('token_malformed')
    expect(await judge(base64url(JSON.stringify(serialized)))).toBe('token_malformed')
  }
})

test('a nested token is refused: its payload is a token and no claims set [RFC7519-7.2-reject]', async () => {
  const { key, header } = await textsOf()
  const nested = compact(header.replace('{', '{"cty":"JWT",'), await tokenOf(), key)
  expect(await judge(nested)).toBe('unsupported_header_parameter')
})

test('a token that says it is nested, by cty JWT, and is not, is refused [RFC7519-7.2-nested] [RFC7515-4.1.10-cty]', async () => {
  for (const cty of ['JWT', 'jwt', 'application/jwt']) {
    expect(await judge(await tokenOf({ header: { cty } }))).toBe('unsupported_header_parameter')
  }
})

import { describe, expect, it } from 'vitest'
import { decodeUnverified } from '../src/decode.ts'
import { base64url, outcome } from './support/tokens.ts'

const HEADER = '{"alg":"ES256","kid":"k"}'
const PAYLOAD = '{"iss":"https://example.com"}'
const SIGNATURE = base64url(Buffer.alloc(64, 1))

const compact = (
  header: string | Uint8Array = HEADER,
  payload: string | Uint8Array = PAYLOAD,
  signature = SIGNATURE,
): string => `${base64url(header)}.${base64url(payload)}.${signature}`
const codeOf = (token: string): Promise<string> => outcome(() => decodeUnverified(token))
const utf8 = (...bytes: readonly number[]): Buffer => Buffer.from(bytes)
const around = (before: string, bytes: Buffer, after: string): Buffer =>
  Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)])

describe('a well-formed token', () => {
  it('is taken apart, nothing verified', () => {
    const token = compact(HEADER, '{"iss":"https://example.com","a":[{"b":{}},null]}')
    const unverifiedClaims = { iss: 'https://example.com', a: [{ b: {} }, null] }
    expect(decodeUnverified(token)).toEqual({
      unverifiedHeader: { alg: 'ES256', kid: 'k' },
      unverifiedClaims,
      parts: [unverifiedClaims, unverifiedClaims.a, { b: {} }, {}],
      segments: token.split('.'),
    })
  })

  it.each([
    ['white space in the JSON', '{ "alg" :\t"ES256"\r\n}', ' {\n} '],
    [
      'colons, quotes and braces in strings',
      '{"alg":"ES256","a":"{\\":\\\\"}',
      '{"a":":\\"b\\":{}","c:d":["e:f"]}',
    ],
    ['a backslash at the end of a string', '{"alg":"ES256"}', '{"a\\\\":"b\\\\","c":"\\\\\\""}'],
    ['escaped names', '{"\\u0061lg":"ES256"}', '{"\\u003a":1}'],
    ['the same name on two levels', '{"alg":"ES256"}', '{"a":{"a":{"a":[{"a":1},{"a":2}]}}}'],
    ['letters of every script', '{"alg":"ES256"}', '{"名":"😀","é":"ß"}'],
    ['an empty member name', '{"alg":"ES256"}', '{"":1}'],
    ['names of methods', '{"alg":"ES256"}', '{"toString":1,"constructor":"builder","hasOwnProperty":2}'],
    ['a constructor that has members', '{"alg":"ES256"}', '{"constructor":{"name":"x"}}'],
    ['a constructor of null', '{"alg":"ES256"}', '{"constructor":null}'],
    ["a prototype that is no constructor's", '{"alg":"ES256"}', '{"a":{"prototype":{}}}'],
  ])('may have %s', async (_title, header, payload) => {
    expect(await codeOf(compact(header, payload))).toBe('accepted')
  })

  it.each(['"json"', '"jwt+json"', '"x-jwt"', '""', 'null', '["JWT"]'])(
    'may have a cty that announces no other token: %s',
    async (cty) => {
      expect(await codeOf(compact(`{"alg":"ES256","cty":${cty}}`))).toBe('accepted')
    },
  )

  it('may be 32 levels deep, and no deeper', async () => {
    const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    expect(await codeOf(compact(HEADER, deep(33)))).toBe('accepted')
    expect(await codeOf(compact(HEADER, deep(34)))).toBe('token_malformed')
    expect(await codeOf(compact(HEADER, `{"a":${'['.repeat(32)}${']'.repeat(32)}}`))).toBe('accepted')
    expect(await codeOf(compact(HEADER, `{"a":${'['.repeat(33)}${']'.repeat(33)}}`))).toBe('token_malformed')
  })
})

describe('a token is malformed that', () => {
  it.each([
    ['is empty', ''],
    ['has no dot', 'abc'],
    ['has two segments', compact().split('.').slice(0, 2).join('.')],
    ['has four segments', `${compact()}.${SIGNATURE}`],
    ['has six segments', `${compact()}.a.b.c`],
    ['has five segments, the first of them empty', '.a.b.c.d'],
    ['has a dot before', `.${compact()}`],
    ['has a dot behind', `${compact()}.`],
    ['is only dots', '..'],
    ['has an empty header', compact('')],
    ['has an empty payload', compact(HEADER, '')],
    ['has an empty signature', compact(HEADER, PAYLOAD, '')],
    ['is an opaque reference', 'oar1abcd-refresh-token_xyz'],
    [
      'is JWS JSON Serialization',
      JSON.stringify({ payload: base64url(PAYLOAD), protected: base64url(HEADER), signature: SIGNATURE }),
    ],
    [
      'is general JWS JSON Serialization',
      JSON.stringify({
        payload: base64url(PAYLOAD),
        signatures: [{ protected: base64url(HEADER), signature: 'a.b.c' }],
      }),
    ],
    ['has padding in the signature', `${compact()}==`],
    ['has padding in the header', compact().replace('.', '=.')],
    ['has a space before', ` ${compact()}`],
    ['has a space behind', `${compact()} `],
    ['has a line break behind', `${compact()}\n`],
    ['has a line break within', compact().replace('.', '\n.')],
    ['has a tab within the signature', `${compact().slice(0, -4)}\t${compact().slice(-4)}`],
    ['has characters of plain base64', compact(HEADER, PAYLOAD, `${SIGNATURE.slice(0, -2)}+/`)],
    ['has characters of no base64', compact(HEADER, PAYLOAD, `${SIGNATURE}$`)],
    ['has letters beyond ASCII', compact(HEADER, PAYLOAD, `${SIGNATURE}é`)],
    ['has a NUL behind', `${compact()}\u0000`],
    ['has a lone surrogate', `${compact()}\ud800`],
    ['has stray bits at the end of the signature', compact(HEADER, PAYLOAD, `${SIGNATURE.slice(0, -1)}R`)],
    ['has a segment of an impossible length', compact(HEADER, PAYLOAD, 'AAAAA')],
    ['has percent-encoding', compact().replace('.', '%2E')],
  ])('%s', async (_title, token) => {
    expect(await codeOf(token)).toBe('token_malformed')
  })

  it('has stray bits in any of its segments', async () => {
    const [header, payload] = [base64url('{"alg":"ES256"}x'), base64url('{"a":1}')]
    expect(payload).toBe('eyJhIjoxfQ')
    expect(await codeOf(`${base64url('{"alg":"ES256"}')}.eyJhIjoxfQ.${SIGNATURE}`)).toBe('accepted')
    expect(await codeOf(`${base64url('{"alg":"ES256"}')}.eyJhIjoxfR.${SIGNATURE}`)).toBe('token_malformed')
    expect(await codeOf(`${header}.eyJhIjoxfQ.${SIGNATURE}`)).toBe('token_malformed')
  })

  const contents: readonly (readonly [string, string | Uint8Array])[] = [
    ['null', 'null'],
    ['a list', '[]'],
    ['a list of an object', `[${HEADER}]`],
    ['a string', '"alg"'],
    ['a number', '1'],
    ['true', 'true'],
    ['no JSON', 'alg=ES256'],
    ['two objects', `${HEADER}{}`],
    ['a trailing comma', '{"alg":"ES256",}'],
    ['a comment', '{"alg":"ES256"/**/}'],
    ['single quotes', "{'alg':'ES256'}"],
    ['NaN', '{"alg":"ES256","a":NaN}'],
    ['a leading zero', '{"alg":"ES256","a":01}'],
    ['a raw line break in a string', '{"alg":"ES256","a":"b\nc"}'],
    ['a NUL behind', `${HEADER}\u0000`],
    ['a byte order mark', around('', utf8(0xef, 0xbb, 0xbf), HEADER)],
    ['UTF-16', Buffer.from(HEADER, 'utf16le')],
    ['an invalid byte', around('{"alg":"ES256","a":"', utf8(0xff), '"}')],
    ['a truncated sequence', around('{"alg":"ES256","a":"', utf8(0xc3), '"}')],
    ['an overlong sequence', around('{"alg":"ES256","a":"', utf8(0xc0, 0xaf), '"}')],
    ['an encoded surrogate', around('{"alg":"ES256","a":"', utf8(0xed, 0xa0, 0x80), '"}')],
    ['a sequence beyond Unicode', around('{"alg":"ES256","a":"', utf8(0xf4, 0x90, 0x80, 0x80), '"}')],
    ['a member twice', '{"alg":"ES256","a":1,"a":2}'],
    ['a member twice with the same value', '{"alg":"ES256","a":1,"a":1}'],
    ['a member twice, once escaped', '{"alg":"ES256","a":1,"\\u0061":2}'],
    ['a member twice, with white space', '{"alg":"ES256","a" : 1,\n"a"\t:2}'],
    ['a member twice within a member', '{"alg":"ES256","a":{"b":1,"b":2}}'],
    ['a member twice within a list', '{"alg":"ES256","a":[[{"b":1,"b":2}]]}'],
    ['a member twice whose first value is lost with its members', '{"alg":"ES256","a":{"b":1},"a":2}'],
    ['the algorithm twice', '{"alg":"none","alg":"ES256"}'],
    ['__proto__', '{"alg":"ES256","__proto__":{"admin":true}}'],
    ['__proto__ of null', '{"alg":"ES256","__proto__":null}'],
    ['__proto__ twice', '{"alg":"ES256","__proto__":1,"__proto__":2}'],
    ['__proto__ in escapes', '{"alg":"ES256","\\u005f_proto__":{}}'],
    ['__proto__ within', '{"alg":"ES256","a":[{"__proto__":{"admin":true}}]}'],
    ['constructor.prototype', '{"alg":"ES256","constructor":{"prototype":{"admin":true}}}'],
    ['constructor.prototype within', '{"alg":"ES256","a":{"constructor":{"prototype":1}}}'],
    ['a depth bomb of lists', `{"alg":"ES256","a":${'['.repeat(5_900)}${']'.repeat(5_900)}}`],
    ['a depth bomb of objects', `{"alg":"ES256","a":${'{"a":'.repeat(1_900)}1${'}'.repeat(1_900)}}`],
    ['an unfinished depth bomb', `{"alg":"ES256","a":${'['.repeat(11_000)}`],
  ]

  it.each(contents)('has %s for a header', async (_title, content) => {
    expect(await codeOf(compact(content))).toBe('token_malformed')
  })

  it.each(contents)('has %s for a payload', async (_title, content) => {
    expect(await codeOf(compact(HEADER, content))).toBe('token_malformed')
  })

  it.each([
    '{}',
    '{"alg":null}',
    '{"alg":1}',
    '{"alg":["ES256"]}',
    '{"alg":{}}',
    '{"ALG":"ES256"}',
    '{"toString":"alg"}',
  ])('names no algorithm: %s', async (header) => {
    expect(await codeOf(compact(header))).toBe('token_malformed')
  })

  it.each(['null', '1', 'true', '["k"]', '{"k":1}'])('has a kid that is no string: %s', async (kid) => {
    expect(await codeOf(compact(`{"alg":"ES256","kid":${kid}}`))).toBe('token_malformed')
  })
})

describe('a token is refused by its header that', () => {
  it.each(['dir', 'RSA-OAEP', 'none'])(
    'is encrypted, or says so with five segments: %s [RFC8725-3.3-distinguish] [RFC6750-5.2-encryption]',
    async (alg) => {
      const header = base64url(`{"alg":"${alg}","enc":"A256GCM"}`)
      expect(await codeOf(`${header}.a.b.c.d`)).toBe('token_encrypted')
      expect(await codeOf(`${header}..b.c.d`)).toBe('token_encrypted')
      expect(await codeOf('a.b.c.d.e')).toBe('token_encrypted')
    },
  )

  it.each(['JWT', 'jwt', 'application/jwt', 'Application/JWT'])(
    'announces another token inside: cty %s',
    async (cty) => {
      expect(await codeOf(compact(`{"alg":"ES256","cty":"${cty}"}`))).toBe('unsupported_header_parameter')
    },
  )

  it.each([
    ['a critical extension', '"crit":["exp"],"exp":1'],
    ['an empty list of critical extensions', '"crit":[]'],
    ['crit of another type', '"crit":null'],
    ['an unencoded payload', '"b64":false,"crit":["b64"]'],
    ['an unencoded payload, not critical', '"b64":false'],
    ['b64 at its default', '"b64":true'],
    ['compression', '"zip":"DEF"'],
    ['an encryption', '"enc":"A256GCM"'],
  ])('demands %s', async (_title, parameters) => {
    expect(await codeOf(compact(`{"alg":"ES256",${parameters}}`))).toBe('unsupported_header_parameter')
  })
})

describe('the header that all tokens of a key have', () => {
  const headerOf = (header: string): object => decodeUnverified(compact(header)).unverifiedHeader

  it('is taken apart once and shared, so it is frozen', () => {
    const header = headerOf('{"alg":"ES256","kid":"shared","jwk":{"x5c":["a"]}}') as {
      jwk: { x5c: string[] }
    }
    expect(headerOf('{"alg":"ES256","kid":"shared","jwk":{"x5c":["a"]}}')).toBe(header)
    for (const part of [header, header.jwk, header.jwk.x5c]) expect(Object.isFrozen(part)).toBe(true)
    expect(headerOf('{"alg":"ES256","kid":"other"}')).toEqual({ alg: 'ES256', kid: 'other' })
  })

  it('is judged anew each time where it was refused', async () => {
    for (let time = 0; time < 3; time++) {
      expect(await codeOf(compact('{"alg":"ES256","zip":"DEF"}'))).toBe('unsupported_header_parameter')
      expect(await codeOf(compact('{"alg":"ES256","alg":"ES256"}'))).toBe('token_malformed')
      expect(await codeOf(`${base64url(HEADER)}=.${base64url(PAYLOAD)}.${SIGNATURE}`)).toBe('token_malformed')
    }
  })

  it('is not remembered where it is long, but frozen all the same', () => {
    const ofLength = (length: number): string => {
      const start = '{"alg":"ES256","kid":"'
      return `${start}${'k'.repeat(length - start.length - 2)}"}`
    }
    expect(headerOf(ofLength(384))).toBe(headerOf(ofLength(384)))
    expect(headerOf(ofLength(385))).toEqual(headerOf(ofLength(385)))
    expect(headerOf(ofLength(385))).not.toBe(headerOf(ofLength(385)))
    expect(Object.isFrozen(headerOf(ofLength(385)))).toBe(true)
  })

  it('is one of 32 at most; then all make way', () => {
    const [first, ...others] = Array.from({ length: 33 }, (_, kid) => `{"alg":"ES256","kid":"${kid}"}`)
    const known = headerOf(first as string)
    for (const other of others) headerOf(other)
    expect(headerOf(first as string)).not.toBe(known)
    expect(headerOf(first as string)).toEqual(known)
    const kept = others.slice(-10).map((each) => headerOf(each))
    expect(others.slice(-10).every((each, index) => headerOf(each) === kept[index])).toBe(true)
  })
})

describe('the size limit', () => {
  const ofLength = (length: number): string => {
    const rest = compact(HEADER, PAYLOAD, '').length
    return compact(HEADER, PAYLOAD, 'A'.repeat(length - rest))
  }

  it('lets 16,384 characters in, and not one more', async () => {
    const longest = Array.from({ length: 4 }, (_, less) => ofLength(16_384 - less))
    expect(await Promise.all(longest.map(codeOf))).toContain('accepted')
    expect(await codeOf(ofLength(16_384))).not.toBe('token_too_large')
    expect(await codeOf(ofLength(16_385))).toBe('token_too_large')
  })

  it.each([
    ['a token of megabytes', ofLength(4_000_000)],
    ['megabytes of dots', '.'.repeat(4_000_000)],
    ['megabytes of white space', ' '.repeat(4_000_000)],
    ['a megabyte of header', compact(`{"alg":"none","a":"${'a'.repeat(1_000_000)}"}`)],
    ['a megabyte of depth', compact(HEADER, '['.repeat(1_000_000))],
    ['an encrypted token too large', `${'a'.repeat(16_384)}.a.b.c.d`],
  ])('comes before any parsing: %s', async (_title, token) => {
    expect(await codeOf(token)).toBe('token_too_large')
  })
})

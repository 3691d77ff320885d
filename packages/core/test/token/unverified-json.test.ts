import { base64url, outcomeOf } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decodeUnverified } from '../../src/token/unverified.ts'

const HEADER = '{"alg":"ES256","kid":"k"}'
const PAYLOAD = '{"iss":"https://example.com"}'
const SIGNATURE = base64url(Buffer.alloc(64, 1))

const compact = (
  header: string | Uint8Array = HEADER,
  payload: string | Uint8Array = PAYLOAD,
  signature = SIGNATURE,
): string => `${base64url(header)}.${base64url(payload)}.${signature}`
const codeOf = (token: string): Promise<string> => outcomeOf(() => decodeUnverified(token, 16_384))
const utf8 = (...bytes: readonly number[]): Buffer => Buffer.from(bytes)
const around = (before: string, bytes: Buffer, after: string): Buffer =>
  Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)])

describe('the JSON of header and claims', () => {
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
    [
      'names of methods of Object.prototype',
      '{"alg":"ES256"}',
      '{"toString":1,"constructor":"builder","hasOwnProperty":2}',
    ],
    ['an object named constructor', '{"alg":"ES256"}', '{"constructor":{"name":"x"}}'],
    ['null named constructor', '{"alg":"ES256"}', '{"constructor":null}'],
    ['a prototype outside of a constructor', '{"alg":"ES256"}', '{"a":{"prototype":{}}}'],
  ])('may have %s', async (_title, header, payload) => {
    expect(await codeOf(compact(header, payload))).toBe('accepted')
  })

  it('may contain objects and lists nested 64 levels deep, and no deeper', async () => {
    const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    expect(await codeOf(compact(HEADER, deep(65)))).toBe('accepted')
    expect(await codeOf(compact(HEADER, deep(66)))).toBe('token_malformed')
    expect(await codeOf(compact(HEADER, `{"a":${'['.repeat(64)}${']'.repeat(64)}}`))).toBe('accepted')
    expect(await codeOf(compact(HEADER, `{"a":${'['.repeat(65)}${']'.repeat(65)}}`))).toBe('token_malformed')
  })
})

describe('decodeUnverified refuses as malformed', () => {
  const contents: readonly (readonly [string, string | Uint8Array])[] = [
    ['null', 'null'],
    ['a list', '[]'],
    ['a list with an object', `[${HEADER}]`],
    ['a string', '"alg"'],
    ['a number', '1'],
    ['true', 'true'],
    ['text that is not JSON', 'alg=ES256'],
    ['two objects', `${HEADER}{}`],
    ['a trailing comma', '{"alg":"ES256",}'],
    ['a comment', '{"alg":"ES256"/**/}'],
    ['single quotes', "{'alg':'ES256'}"],
    ['NaN', '{"alg":"ES256","a":NaN}'],
    ['a leading zero', '{"alg":"ES256","a":01}'],
    ['a raw line break in a string', '{"alg":"ES256","a":"b\nc"}'],
    ['an object followed by a NUL', `${HEADER}\u0000`],
    ['a byte order mark', around('', utf8(0xef, 0xbb, 0xbf), HEADER)],
    ['UTF-16', Buffer.from(HEADER, 'utf16le')],
    ['an invalid byte', around('{"alg":"ES256","a":"', utf8(0xff), '"}')],
    ['a truncated sequence', around('{"alg":"ES256","a":"', utf8(0xc3), '"}')],
    ['an overlong sequence', around('{"alg":"ES256","a":"', utf8(0xc0, 0xaf), '"}')],
    ['an encoded surrogate', around('{"alg":"ES256","a":"', utf8(0xed, 0xa0, 0x80), '"}')],
    ['a sequence outside Unicode', around('{"alg":"ES256","a":"', utf8(0xf4, 0x90, 0x80, 0x80), '"}')],
    ['a member twice', '{"alg":"ES256","a":1,"a":2}'],
    ['a member twice with the same value', '{"alg":"ES256","a":1,"a":1}'],
    ['a member twice, once escaped', '{"alg":"ES256","a":1,"\\u0061":2}'],
    ['a member twice, with white space', '{"alg":"ES256","a" : 1,\n"a"\t:2}'],
    ['a member twice in a nested object', '{"alg":"ES256","a":{"b":1,"b":2}}'],
    ['a member twice in an object of a nested list', '{"alg":"ES256","a":[[{"b":1,"b":2}]]}'],
    ['a member twice, the first time with an object', '{"alg":"ES256","a":{"b":1},"a":2}'],
    ['the algorithm twice', '{"alg":"none","alg":"ES256"}'],
    ['__proto__', '{"alg":"ES256","__proto__":{"admin":true}}'],
    ['null named __proto__', '{"alg":"ES256","__proto__":null}'],
    ['__proto__ twice', '{"alg":"ES256","__proto__":1,"__proto__":2}'],
    ['__proto__ with escapes', '{"alg":"ES256","\\u005f_proto__":{}}'],
    ['__proto__ in a nested object', '{"alg":"ES256","a":[{"__proto__":{"admin":true}}]}'],
    ['constructor.prototype', '{"alg":"ES256","constructor":{"prototype":{"admin":true}}}'],
    ['constructor.prototype in a nested object', '{"alg":"ES256","a":{"constructor":{"prototype":1}}}'],
    ['lists nested 5,900 levels deep', `{"alg":"ES256","a":${'['.repeat(5_900)}${']'.repeat(5_900)}}`],
    ['objects nested 1,900 levels deep', `{"alg":"ES256","a":${'{"a":'.repeat(1_900)}1${'}'.repeat(1_900)}}`],
    ['11,000 lists that do not end', `{"alg":"ES256","a":${'['.repeat(11_000)}`],
  ]

  it.each(contents)('%s as header', async (_title, content) => {
    expect(await codeOf(compact(content))).toBe('token_malformed')
  })

  it.each(contents)('%s as payload', async (_title, content) => {
    expect(await codeOf(compact(HEADER, content))).toBe('token_malformed')
  })
})

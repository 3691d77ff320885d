import { type ForgedCase, forged, sound } from './case.ts'
import { MALFORMED } from './refusals.ts'

type Change = (text: string) => string | Uint8Array

/** Puts members before those that are there. */
const saying =
  (members: string) =>
  (text: string): string =>
    text.replace('{', `{${members},`)
const bytes = (...values: readonly number[]): Buffer => Buffer.from(values)
/** A string of these bytes, in a member of its own. */
const holding =
  (...values: readonly number[]): Change =>
  (text) =>
    Buffer.concat([Buffer.from('{"a":"'), bytes(...values), Buffer.from(text.replace('{', '",'))])

/** Each of these is signed all the same, as header and as payload. */
const MALFORMED_JSON: Readonly<Record<string, Change>> = {
  'that is null': () => 'null',
  'that is true': () => 'true',
  'that is a number': () => '1',
  'that is a string': (text) => JSON.stringify(text),
  'that is a list of itself': (text) => `[${text}]`,
  'that is no JSON': () => 'alg=ES256',
  'that is white space': () => ' ',
  'that is two objects': (text) => text + text,
  'with a trailing comma': (text) => text.replace(/}$/, ',}'),
  'with a comment': (text) => text.replace('{', '{/**/'),
  'with single quotes': (text) => text.replaceAll('"', "'"),
  'with NaN': saying('"a":NaN'),
  'with a number that begins with zero': saying('"a":01'),
  'with a raw line break in a string': saying('"a":"\n"'),
  'with a NUL behind': (text) => `${text}\0`,
  'with its end missing': (text) => text.slice(0, -1),
  'with a byte order mark before': (text) => `\ufeff${text}`,
  'in UTF-16': (text) => Buffer.from(text, 'utf16le'),
  'in UTF-16 behind its byte order mark': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'in Latin-1': (text) => Buffer.from(saying('"a":"\xe9"')(text), 'latin1'),
  'with a byte that UTF-8 does not have': holding(0xff),
  'with a sequence of UTF-8 that breaks off': holding(0xc3),
  'with an overlong sequence of UTF-8': holding(0xc0, 0xaf),
  'with a surrogate in UTF-8': holding(0xed, 0xa0, 0x80),
  'with a character beyond Unicode': holding(0xf4, 0x90, 0x80, 0x80),
  'with a member twice': saying('"a":1,"a":2'),
  'with a member twice, the same': saying('"a":1,"a":1'),
  'with a member twice, once in escapes': saying('"a":1,"\\u0061":2'),
  'with a member twice within a member': saying('"a":{"b":{"c":1,"c":2}}'),
  'with a member twice within a list': saying('"a":[[{"b":1,"b":2}]]'),
  'with a member twice, whose first was an object': saying('"a":{"b":1},"a":2'),
  'with __proto__': saying('"__proto__":{"admin":true}'),
  'with __proto__ that is null': saying('"__proto__":null'),
  'with __proto__ in escapes': saying('"\\u005f\\u005fproto__":{"admin":true}'),
  'with __proto__ within a member': saying('"a":[{"__proto__":{"admin":true}}]'),
  'with constructor.prototype': saying('"constructor":{"prototype":{"admin":true}}'),
  'with constructor.prototype within a member': saying('"a":{"constructor":{"prototype":1}}'),
  'nested in 33 lists': saying(`"a":${'['.repeat(33)}${']'.repeat(33)}`),
  'nested in lists by the thousand': saying(`"a":${'['.repeat(5_000)}${']'.repeat(5_000)}`),
  'nested in objects by the thousand': saying(`"a":${'{"a":'.repeat(1_500)}1${'}'.repeat(1_500)}`),
  'nested without an end': () => `{"a":${'['.repeat(11_000)}`,
}

/** The members that decide, each said twice; the second value is the genuine one. */
const TWICE: readonly ForgedCase[] = [
  ...['"alg":"none"', '"kid":"stranger"', '"typ":"JWT","typ":"JWT"'].map((member) =>
    forged(`a header that says ${member} before its own`, MALFORMED, (it) =>
      it.texts({ header: saying(member) }),
    ),
  ),
  ...['"iss":"https://other.example"', '"aud":"api://other"', '"exp":1', '"scp":["messages:admin"]'].map(
    (member) =>
      forged(`claims that say ${member} before their own`, MALFORMED, (it) =>
        it.texts({ claims: saying(member) }),
      ),
  ),
]

/** What looks dangerous and is not. */
const HARMLESS: readonly ForgedCase[] = [
  ['names of methods', '"toString":1,"hasOwnProperty":2,"valueOf":null'],
  ['a constructor without a prototype', '"constructor":{"name":"x"}'],
  ['an empty name', '"":1'],
  ['the same name on two levels', '"a":{"a":{"a":[{"a":1},{"a":2}]}}'],
  ['colons and quotes in strings', '"a":":\\"b\\":{}","c:d":["e:f"]'],
  ['32 lists in one another', `"a":${'['.repeat(32)}${']'.repeat(32)}`],
  ['letters of every script', '"名":"😀","é":"ß"'],
].map(([name = '', members = '']) =>
  sound(`claims with ${name}`, (it) => it.texts({ claims: saying(members) })),
)

export const JSON_CASES: readonly ForgedCase[] = [
  ...Object.entries(MALFORMED_JSON).flatMap(([name, change]) => [
    forged(`a signed header ${name}`, MALFORMED, (it) => it.texts({ header: change })),
    forged(`a signed payload ${name}`, MALFORMED, (it) => it.texts({ claims: change })),
  ]),
  ...TWICE,
  ...HARMLESS,
]

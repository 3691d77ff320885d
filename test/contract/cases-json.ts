import { accepts, type CaseDetails, type ForgedCase, rejects } from './case.ts'

type Change = (text: string) => string | Uint8Array

/** Inserts members before the genuine ones. */
const inserting =
  (members: string) =>
  (text: string): string =>
    text.replace('{', `{${members},`)
const bytes = (...values: readonly number[]): Buffer => Buffer.from(values)
/** Inserts a member whose value is a string of these bytes. */
const insertingBytes =
  (...values: readonly number[]): Change =>
  (text) =>
    Buffer.concat([Buffer.from('{"a":"'), bytes(...values), Buffer.from(text.replace('{', '",'))])

/** Each of these is signed, as the header and as the claims of a token. */
type Malformed = Readonly<Record<string, Change>>

const NOT_AN_OBJECT: Malformed = {
  'that is null': () => 'null',
  'that is true': () => 'true',
  'that is a number': () => '1',
  'that is a string': (text) => JSON.stringify(text),
  'that is an array': (text) => `[${text}]`,
  'that is not JSON': () => 'alg=ES256',
  'that is white space': () => ' ',
}
const TRAILING: Malformed = {
  'followed by a second object': (text) => text + text,
  'followed by an empty object': (text) => `${text}{}`,
  'followed by a letter': (text) => `${text}x`,
  'followed by NUL': (text) => `${text}\0`,
}
const NEARLY_JSON: Malformed = {
  'with a trailing comma': (text) => text.replace(/}$/, ',}'),
  'with a comment': (text) => text.replace('{', '{/**/'),
  'with single quotes': (text) => text.replaceAll('"', "'"),
  'with NaN': inserting('"a":NaN'),
  'with a number that begins with zero': inserting('"a":01'),
  'with a raw line break in a string': inserting('"a":"\n"'),
  'with its end missing': (text) => text.slice(0, -1),
}
const NOT_UTF8: Malformed = {
  'after a byte order mark': (text) => `\ufeff${text}`,
  'in UTF-16': (text) => Buffer.from(text, 'utf16le'),
  'in UTF-16 after its byte order mark': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'in Latin-1': (text) => Buffer.from(inserting('"a":"\xe9"')(text), 'latin1'),
  'with a byte that UTF-8 never has': insertingBytes(0xff),
  'with a truncated UTF-8 sequence': insertingBytes(0xc3),
  'with an overlong UTF-8 sequence': insertingBytes(0xc0, 0xaf),
  'with a surrogate in UTF-8': insertingBytes(0xed, 0xa0, 0x80),
  'with a code point beyond Unicode': insertingBytes(0xf4, 0x90, 0x80, 0x80),
}
const DUPLICATES: Malformed = {
  'with a duplicate member': inserting('"a":1,"a":2'),
  'with a duplicate member of the same value': inserting('"a":1,"a":1'),
  'with a duplicate member, once written with escapes': inserting('"a":1,"\\u0061":2'),
  'with a duplicate member in a nested object': inserting('"a":{"b":{"c":1,"c":2}}'),
  'with a duplicate member in a nested array': inserting('"a":[[{"b":1,"b":2}]]'),
  'with a duplicate member that was an object first': inserting('"a":{"b":1},"a":2'),
}
const POLLUTION: Malformed = {
  'with __proto__': inserting('"__proto__":{"admin":true}'),
  'with __proto__ set to null': inserting('"__proto__":null'),
  'with __proto__ written with escapes': inserting('"\\u005f\\u005fproto__":{"admin":true}'),
  'with __proto__ in a nested object': inserting('"a":[{"__proto__":{"admin":true}}]'),
  'with constructor.prototype': inserting('"constructor":{"prototype":{"admin":true}}'),
  'with constructor.prototype in a nested object': inserting('"a":{"constructor":{"prototype":1}}'),
}
const NESTING: Malformed = {
  'with 65 nested arrays': inserting(`"a":${'['.repeat(65)}${']'.repeat(65)}`),
  'with 65 nested objects': inserting(`"a":${'{"a":'.repeat(65)}1${'}'.repeat(65)}`),
  'with thousands of nested arrays': inserting(`"a":${'['.repeat(5_000)}${']'.repeat(5_000)}`),
  'with thousands of nested objects': inserting(`"a":${'{"a":'.repeat(1_500)}1${'}'.repeat(1_500)}`),
  'with thousands of arrays that are never closed': () => `{"a":${'['.repeat(11_000)}`,
  'that is nothing but opening brackets': () => '['.repeat(5_000),
}

const OBJECTS = { header: 'RFC7515-5.2-header', claims: 'RFC7519-7.2-claims' }
const UNIQUE = { header: 'RFC7515-4-unique', claims: 'RFC7519-4-unique' }

/** As a header and as claims; the requirement differs where the specifications state one for each. */
function malformed(
  texts: Malformed,
  requirementOf: { readonly header: string; readonly claims: string } | string | undefined,
  { requirements = [], advisory = [] }: CaseDetails = {},
): ForgedCase[] {
  return Object.entries(texts).flatMap(([name, change]) =>
    (['header', 'claims'] as const).map((part) => {
      const own = typeof requirementOf === 'object' ? requirementOf[part] : requirementOf
      return rejects(
        `a ${part === 'header' ? 'header' : 'payload'} ${name}`,
        'token_malformed',
        (it) => it.texts({ [part]: change }),
        {
          requirements: [...(own === undefined ? [] : [own]), ...requirements],
          advisory,
        },
      )
    }),
  )
}

/** The members on which decisions are based, given twice; the second value is the genuine one. */
const GIVEN_TWICE: readonly ForgedCase[] = [
  ...['"alg":"none"', '"kid":"stranger"', '"typ":"JWT","typ":"JWT"'].map((member) =>
    rejects(
      `a header with ${member} before the genuine member`,
      'token_malformed',
      (it) => it.texts({ header: inserting(member) }),
      { requirements: [UNIQUE.header] },
    ),
  ),
  rejects(
    'a header with "alg" written with escapes before the genuine member',
    'token_malformed',
    (it) => it.texts({ header: inserting('"\\u0061lg":"ES256"') }),
    { requirements: [UNIQUE.header] },
  ),
  ...['"iss":"https://other.example"', '"aud":"api://other"', '"exp":1', '"scp":["messages:admin"]'].map(
    (member) =>
      rejects(
        `claims with ${member} before the genuine member`,
        'token_malformed',
        (it) => it.texts({ claims: inserting(member) }),
        { requirements: [UNIQUE.claims] },
      ),
  ),
]

const COMPARISON = ['RFC7515-5.3-comparison', 'RFC7519-7.3-comparison']

/** Texts that look dangerous and are not. */
const HARMLESS: readonly ForgedCase[] = [
  ...[
    ['named like methods', '"toString":1,"hasOwnProperty":2,"valueOf":null'],
    ['with a constructor that has no prototype', '"constructor":{"name":"x"}'],
    ['with an empty name', '"":1'],
    ['with the same name on two levels', '"a":{"a":{"a":[{"a":1},{"a":2}]}}'],
    ['with colons and quotes in strings', '"a":":\\"b\\":{}","c:d":["e:f"]'],
    ['with 64 nested arrays', `"a":${'['.repeat(64)}${']'.repeat(64)}`],
    ['with 64 nested objects', `"a":${'{"a":'.repeat(64)}1${'}'.repeat(64)}`],
    ['in many scripts', '"名":"😀","é":"ß"'],
  ].map(([name = '', members = '']) =>
    accepts(`claims ${name}`, (it) => it.texts({ claims: inserting(members) })),
  ),
  accepts(
    'names and values that are written with escapes',
    (it) =>
      it.texts({
        header: (text) => text.replace('"alg"', '"\\u0061lg"').replace('"ES256"', '"\\u0045S256"'),
        claims: (text) => text.replace('"aud"', '"\\u0061ud"').replace('api:', '\\u0061pi:'),
      }),
    { requirements: COMPARISON },
  ),
  rejects(
    'claims with AUD in place of aud',
    'audience_missing',
    (it) => it.texts({ claims: (text) => text.replace('"aud"', '"AUD"') }),
    { requirements: COMPARISON },
  ),
]

export const JSON_CASES: readonly ForgedCase[] = [
  ...malformed(NOT_AN_OBJECT, OBJECTS),
  ...malformed(TRAILING, 'RFC7515-10.12-trailing'),
  ...malformed(NEARLY_JSON, OBJECTS, { requirements: ['RFC7515-10.12-syntax'] }),
  ...malformed(NOT_UTF8, OBJECTS, { requirements: ['RFC8725-3.7-utf8'] }),
  ...malformed(DUPLICATES, UNIQUE),
  ...malformed(POLLUTION, undefined, { advisory: 'CVE-2024-34273' }),
  ...malformed(NESTING, undefined, { advisory: 'CVE-2025-53864' }),
  ...GIVEN_TWICE,
  ...HARMLESS,
]

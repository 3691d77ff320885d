import { type ForgedCase, forged, sound } from './case.ts'
import { MALFORMED, NO_KEY_ID, NOT_ACCESS, PARAMETER, SIGNATURE, UNKNOWN_KEY } from './refusals.ts'

const json = (value: unknown): string => JSON.stringify(value) ?? 'missing'

/** None of them is the name of a key, whatever it may do elsewhere. */
const STRANGE_KEY_IDS: readonly string[] = [
  ...['', ' ', 'ES256', 'es256 ', ' es256', 'es25', 'es256x', 'ｅs256', 'es256\0', 'es256\n', '\ud800', '😀'],
  ...['../../../etc/passwd', '/dev/null', '..%2f..%2fkeys', "' OR '1'='1", '"; DROP TABLE keys; --'],
  ...['$(id)', '`id`', '| id', '\r\nSet-Cookie: a=b', '\u0000\u0001\u001b[31m', '__proto__', 'constructor'],
  ...['toString', 'undefined', 'null', 'kid ', '7', 'http://127.0.0.1/', '%{jndi:ldap://127.0.0.1/a}'],
]

const KEY_IDS: readonly ForgedCase[] = [
  ...[null, 1, 0, true, ['es256'], { kid: 'es256' }].map((kid) =>
    forged(`a kid that is ${json(kid)}`, MALFORMED, (it) => it.token({ header: { kid } })),
  ),
  forged('a kid that is missing', NO_KEY_ID, (it) => it.token({ header: { kid: undefined } })),
  ...STRANGE_KEY_IDS.map((kid) =>
    forged(`a kid of ${json(kid)}`, UNKNOWN_KEY, (it) => it.token({ header: { kid } })),
  ),
  forged('a kid of 10 KB', UNKNOWN_KEY, (it) => it.token({ header: { kid: 'k'.repeat(10_240) } })),
  sound('no kid, where RFC 9068 lets it be left out', (it) =>
    it.token({ header: { kid: undefined, typ: 'at+jwt' } }),
  ),
  forged("a stranger's token without kid, which is tried on the keys", SIGNATURE, (it) =>
    it.token({ key: 'stranger', header: { kid: undefined, typ: 'at+jwt' } }),
  ),
]

const OTHER_TYPES: readonly string[] = [
  ...['', ' ', 'JWT ', ' at+jwt', 'at+jwt ', 'at jwt', 'at+jwts', 'xat+jwt', 'text/at+jwt', 'JOSE', 'JWE'],
  ...['application/application/at+jwt', 'at+jwt; charset=utf-8', 'at+jwt\n', 'at+jwt\0', 'ａt+jwt'],
  ...['dpop+jwt', 'logout+jwt', 'secevent+jwt', 'token-introspection+jwt', 'oauth-authz-req+jwt'],
  ...['id_token+jwt', 'rt+jwt', 'entity-statement+jwt', 'vc+sd-jwt', 'client-authentication+jwt'],
  ...['application/okta-internal-at+jwt', '__proto__', 'a'.repeat(8_000)],
]

const TYPES: readonly ForgedCase[] = [
  ...['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', undefined].map((typ) =>
    sound(`a typ that is ${json(typ)}`, (it) => it.token({ header: { typ } })),
  ),
  ...[null, 1, true, ['JWT'], ['at+jwt'], { typ: 'JWT' }].map((typ) =>
    forged(`a typ that is ${json(typ)}`, NOT_ACCESS, (it) => it.token({ header: { typ } })),
  ),
  ...OTHER_TYPES.map((typ) =>
    forged(`a typ of ${json(typ).slice(0, 60)}`, NOT_ACCESS, (it) => it.token({ header: { typ } })),
  ),
]

const PARAMETERS: readonly ForgedCase[] = [
  { crit: ['exp'], exp: 1 },
  { crit: ['b64'], b64: true },
  { crit: ['b64'], b64: false },
  { crit: ['alg'] },
  { crit: ['x-policy'], 'x-policy': 'mfa' },
  { crit: ['absent'] },
  { crit: [] },
  { crit: null },
  { crit: 'exp' },
  { crit: {} },
  { crit: 1 },
  { b64: false },
  { b64: true },
  { b64: 'false' },
  { zip: 'DEF' },
  { zip: null },
  { enc: 'A256GCM' },
  { cty: 'JWT' },
  { cty: 'jwt' },
  { cty: 'application/jwt' },
].map((header) => forged(`a header with ${json(header)}`, PARAMETER, (it) => it.token({ header })))

export const HEADER_CASES: readonly ForgedCase[] = [
  ...KEY_IDS,
  ...TYPES,
  ...PARAMETERS,
  sound('parameters that mean nothing here', (it) =>
    it.token({ header: { cty: 'json', url: 'https://a.example', nonce: 1, ppt: [], 'x-note': {} } }),
  ),
]

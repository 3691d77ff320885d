import { CLAIMS, NOW } from '../specification/signed-tokens.ts'
import { type ForgedCase, forged, sound } from './case.ts'
import { BOUND, CLAIM, EXPIRED, FUTURE, NO_EXPIRY, NOT_ACCESS, NOT_YET } from './refusals.ts'

const json = (value: unknown): string => JSON.stringify(value) ?? 'missing'

/** What is no NumericDate (RFC 7519 §2): no number at all, or none that a clock shows. */
const NO_DATES: readonly unknown[] = [
  ...[
    null,
    true,
    '',
    '9999999999',
    'tomorrow',
    '2099-01-01T00:00:00Z',
    [9_999_999_999],
    [],
    {},
    -1,
    -9_999_999_999,
  ],
]
const OUT_OF_RANGE = ['1e400', '-1e400', '1e9999'] as const

const MALFORMED_TIMES: readonly ForgedCase[] = ['exp', 'nbf', 'iat'].flatMap((name) => [
  ...NO_DATES.map((value) =>
    forged(`${name} that is ${json(value)}`, CLAIM, (it) => it.token({ claims: { [name]: value } })),
  ),
  ...OUT_OF_RANGE.map((number) =>
    forged(`${name} that is ${number}`, CLAIM, (it) =>
      it.texts({
        claims: (text) => JSON.stringify({ ...JSON.parse(text), [name]: '@' }).replace('"@"', number),
      }),
    ),
  ),
])

/** Five seconds are granted, on either side. */
const TIMES: readonly ForgedCase[] = [
  forged('exp that is missing', NO_EXPIRY, (it) => it.token({ claims: { exp: undefined } })),
  forged('exp of 1970', EXPIRED, (it) => it.token({ claims: { exp: 0 } })),
  forged('exp beyond the tolerance', EXPIRED, (it) => it.token({ claims: { exp: NOW - 5 } })),
  sound('exp within the tolerance', (it) => it.token({ claims: { exp: NOW - 4.5 } })),
  sound('exp in the far future', (it) => it.token({ claims: { exp: 1e300 } })),
  forged('exp in milliseconds of a token that is not valid yet', NOT_YET, (it) =>
    it.token({ claims: { exp: NOW * 1_000, nbf: NOW + 6 } }),
  ),
  forged('nbf beyond the tolerance', NOT_YET, (it) => it.token({ claims: { nbf: NOW + 5.5 } })),
  forged('nbf in milliseconds', NOT_YET, (it) => it.token({ claims: { nbf: NOW * 1_000 } })),
  sound('nbf within the tolerance', (it) => it.token({ claims: { nbf: NOW + 5 } })),
  sound('nbf of now', (it) => it.token({ claims: { nbf: NOW } })),
  forged('iat beyond the tolerance', FUTURE, (it) => it.token({ claims: { iat: NOW + 5.5 } })),
  forged('iat in milliseconds', FUTURE, (it) => it.token({ claims: { iat: NOW * 1_000 } })),
  sound('iat within the tolerance', (it) => it.token({ claims: { iat: NOW + 5 } })),
  sound('iat that is missing, where no age is set', (it) => it.token({ claims: { iat: undefined } })),
]

/** Claims that decide nothing here, of whatever form. */
const INDIFFERENT: readonly ForgedCase[] = [null, 'yesterday', -1, [], {}, 9_999_999_999].flatMap((value) =>
  ['auth_time', 'jti'].map((name) =>
    sound(`${name} that is ${json(value)}, which nobody asks for`, (it) =>
      it.token({ claims: { [name]: value } }),
    ),
  ),
)

const BINDINGS: readonly ForgedCase[] = [
  { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' },
  { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' },
  { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } },
  { kid: 'es256' },
  {},
  [],
  null,
  '',
  0,
].flatMap((cnf) => [
  forged(`cnf that is ${json(cnf)}`, BOUND, (it) => it.token({ claims: { cnf } })),
  forged(`cnf that is ${json(cnf)}, in a token of RFC 9068`, BOUND, (it) =>
    it.token({ claims: { cnf }, header: { typ: 'at+jwt' } }),
  ),
])

const SUBJECTS: readonly ForgedCase[] = [
  ...[null, 1, true, ['a'], {}].map((sub) =>
    forged(`sub that is ${json(sub)}`, CLAIM, (it) => it.token({ claims: { sub } })),
  ),
  sound('sub that is missing', (it) => it.token({ claims: { sub: undefined } })),
]

/** Tokens of other kinds, by the same server, with the same key, for the same audience. */
const KINDS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'an ID token for our audience': { cid: undefined, scp: undefined, nonce: 'n', at_hash: 'a', amr: ['pwd'] },
  'an ID token with a scope': { cid: undefined, nonce: 'n', scope: 'messages:read' },
  'an ID token of several audiences': {
    cid: undefined,
    scp: undefined,
    aud: [CLAIMS.aud, '0oa1'],
    azp: '0oa1',
  },
  'a logout token without its typ': {
    ...{ cid: undefined, scp: undefined, sid: 's' },
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  },
  'a refresh token in the form of a JWT': { scp: undefined, scope: undefined, token_use: 'refresh' },
  'a client assertion': { cid: undefined, scp: undefined, sub: CLAIMS.cid },
  'a token without a client': { cid: undefined },
  'a token whose client is empty': { cid: '' },
  'a token whose client is a list': { cid: [CLAIMS.cid] },
  'a token whose client is a number': { cid: 1 },
  'a token whose scp is null': { scp: null },
  'a token whose scp is an object': { scp: { 'messages:read': true } },
  'a token with scope in the place of scp': { scp: undefined, scope: 'messages:read' },
}

export const CLAIM_CASES: readonly ForgedCase[] = [
  ...MALFORMED_TIMES,
  ...TIMES,
  ...INDIFFERENT,
  ...BINDINGS,
  ...SUBJECTS,
  ...Object.entries(KINDS).map(([name, claims]) => forged(name, NOT_ACCESS, (it) => it.token({ claims }))),
]

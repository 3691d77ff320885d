import type { ErrorCode } from '@okta-resource-server/core'
import { AUDIENCE, CLIENT_ID, NOW } from '@okta-resource-server/testing'
import { accepts, citing, type ForgedCase, rejects, written } from './case.ts'

type Claims = Readonly<Record<string, unknown>>

const NUMBERS: Readonly<Record<string, string>> = {
  exp: 'RFC7519-4.1.4-number',
  nbf: 'RFC7519-4.1.5-number',
  iat: 'RFC7519-4.1.6-number',
}
const EXP = ['RFC7519-4.1.4-exp', 'OKTA-guide-exp', 'RFC9068-4-exp']
const NBF = ['RFC7519-4.1.5-nbf']
const CHECKS = 'PEER-okta-jwt-verifier-checks'

/** Not a NumericDate (RFC 7519 section 2): no number, or a negative one. */
const NO_DATES: readonly unknown[] = [
  ...[null, true, '', '9999999999', 'tomorrow', '2099-01-01T00:00:00Z', [9_999_999_999], [], {}],
  ...[-1, -9_999_999_999],
]

const MALFORMED_TIMES: readonly ForgedCase[] = Object.entries(NUMBERS).flatMap(([name, id]) =>
  citing({ requirements: [id] }, [
    ...NO_DATES.map((value) =>
      rejects(`${name} ${written(value)}`, 'claim_malformed', (it) =>
        it.token({ claims: { [name]: value } }),
      ),
    ),
    ...['1e400', '-1e400', '1e9999'].map((number) =>
      rejects(
        `${name} ${number}`,
        'claim_malformed',
        (it) =>
          it.texts({
            claims: (text) => JSON.stringify({ ...JSON.parse(text), [name]: '@' }).replace('"@"', number),
          }),
        { advisory: name === 'exp' ? 'PEER-no-expiry' : [] },
      ),
    ),
  ]),
)

/** The tolerance is five seconds, in either direction. */
const TIMES: readonly ForgedCase[] = [
  rejects('a token without exp', 'expiry_missing', (it) => it.token({ claims: { exp: undefined } }), {
    requirements: ['RFC6750-5.2-lifetime'],
    advisory: 'PEER-no-expiry',
  }),
  ...citing({ requirements: EXP }, [
    rejects('exp in 1970', 'token_expired', (it) => it.token({ claims: { exp: 0 } })),
    rejects('exp as many seconds ago as the tolerance', 'token_expired', (it) =>
      it.token({ claims: { exp: NOW - 5 } }),
    ),
    accepts('exp within the tolerance', (it) => it.token({ claims: { exp: NOW - 4 } })),
    accepts('exp half a second within the tolerance', (it) => it.token({ claims: { exp: NOW - 4.5 } })),
    accepts('exp in the far future', (it) => it.token({ claims: { exp: 1e300 } })),
  ]),
  ...citing({ requirements: NBF }, [
    rejects('exp in milliseconds in a token that is not valid yet', 'token_not_yet_valid', (it) =>
      it.token({ claims: { exp: NOW * 1_000, nbf: NOW + 6 } }),
    ),
    rejects('nbf beyond the tolerance', 'token_not_yet_valid', (it) =>
      it.token({ claims: { nbf: NOW + 5.5 } }),
    ),
    rejects('nbf in milliseconds', 'token_not_yet_valid', (it) => it.token({ claims: { nbf: NOW * 1_000 } })),
    accepts('nbf within the tolerance', (it) => it.token({ claims: { nbf: NOW + 5 } })),
    accepts('nbf of this second', (it) => it.token({ claims: { nbf: NOW } })),
  ]),
  ...citing({ requirements: ['OKTA-form-iat'], advisory: CHECKS }, [
    rejects('iat beyond the tolerance', 'token_issued_in_future', (it) =>
      it.token({ claims: { iat: NOW + 5.5 } }),
    ),
    rejects('iat in milliseconds', 'token_issued_in_future', (it) =>
      it.token({ claims: { iat: NOW * 1_000 } }),
    ),
    accepts('iat within the tolerance', (it) => it.token({ claims: { iat: NOW + 5 } })),
  ]),
  accepts('a token without iat where no maximum age is configured', (it) =>
    it.token({ claims: { iat: undefined } }),
  ),
]

/** Claims that take no part in the decision, whatever their form. */
const IGNORED: readonly ForgedCase[] = [
  ...[null, 'yesterday', -1, [], {}, 9_999_999_999].map((value) =>
    accepts(`auth_time ${written(value)}, which is not checked`, (it) =>
      it.token({ claims: { auth_time: value } }),
    ),
  ),
  accepts(
    'claims that are not known',
    (it) => it.token({ claims: { 'https://claims.example/y': { z: [1] } } }),
    {
      requirements: ['RFC7519-4-unknown'],
    },
  ),
]

const BOUND = { requirements: ['OKTA-dpop-bound'], advisory: CHECKS }

const BINDINGS: readonly ForgedCase[] = [
  { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' },
  { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' },
  { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } },
  { jwk: {} },
  { kid: 'es256' },
  {},
  [],
  null,
  '',
  0,
].flatMap((cnf) => [
  rejects(`cnf ${written(cnf)}`, 'sender_constrained', (it) => it.token({ claims: { cnf } }), BOUND),
  rejects(
    `cnf ${written(cnf)} in a token with typ at+jwt`,
    'sender_constrained',
    (it) => it.token({ claims: { cnf }, header: { typ: 'at+jwt' } }),
    BOUND,
  ),
])

/** Claims that are strings where they are present. */
const STRINGS: readonly ForgedCase[] = [
  ...[null, 1, true, ['a'], {}].map((sub) =>
    rejects(`sub ${written(sub)}`, 'claim_malformed', (it) => it.token({ claims: { sub } })),
  ),
  accepts('a token without sub', (it) => it.token({ claims: { sub: undefined } })),
  ...[-1, 9_999_999_999, true, [], ['a'], {}].map((jti) =>
    rejects(`jti ${written(jti)}`, 'claim_malformed', (it) => it.token({ claims: { jti } })),
  ),
  ...[null, '', 'yesterday'].map((jti) =>
    accepts(`jti ${written(jti)}`, (it) => it.token({ claims: { jti } })),
  ),
  ...['client_id', 'azp', 'appid'].flatMap((name) =>
    [1, true, [CLIENT_ID], {}].map((value) =>
      rejects(`${name} ${written(value)}`, 'claim_malformed', (it) =>
        it.token({ claims: { [name]: value } }),
      ),
    ),
  ),
]

/** Scopes are a list of strings or a string with spaces. */
const SCOPES: readonly ForgedCase[] = ['scp', 'scope'].flatMap((name) => [
  ...[1, true, {}, { 'messages:read': true }, [1], ['messages:read', null], [['messages:read']]].map(
    (value) =>
      rejects(`${name} ${written(value)}`, 'claim_malformed', (it) =>
        it.token({ claims: { scp: undefined, [name]: value } }),
      ),
  ),
  ...[undefined, null, '', []].map((value) =>
    accepts(`${name} ${value === undefined ? 'missing' : written(value)}`, (it) =>
      it.token({ claims: { scp: undefined, [name]: value } }),
    ),
  ),
])

/** A claim that is not where Okta writes the scopes grants nothing. */
const NO_SCOPES: readonly ForgedCase[] = [{}, { scp: null }, { scp: [] }, { scope: 'messages:read' }].map(
  (claims) =>
    rejects(
      `claims without scp ${written(claims)} where a scope is required`,
      'insufficient_scope',
      (it) => it.token({ claims: { scp: undefined, ...claims } }),
      { route: '/messages', scope: 'messages:read' },
    ),
)

/** One of two claims may be a custom one, which users influence. */
const CONTRADICTIONS: readonly ForgedCase[] = [undefined, 'at+jwt'].flatMap((typ) => {
  const suffix = typ === undefined ? '' : ' in a token with typ at+jwt'
  const header = { typ }
  return [
    rejects(`cid and client_id that differ${suffix}`, 'claim_malformed', (it) =>
      it.token({ header, claims: { client_id: `${CLIENT_ID}x` } }),
    ),
    accepts(`cid and client_id that are equal${suffix}`, (it) =>
      it.token({ header, claims: { client_id: CLIENT_ID } }),
    ),
    rejects(`scp and scope that differ${suffix}`, 'claim_malformed', (it) =>
      it.token({ header, claims: { scp: ['messages:read'], scope: 'messages:read messages:admin' } }),
    ),
    accepts(`scp and scope that are equal${suffix}`, (it) =>
      it.token({ header, claims: { scp: ['messages:read', 'openid'], scope: 'messages:read openid' } }),
    ),
    ...['azp', 'appid'].flatMap((name) => [
      rejects(`cid and ${name} that differ${suffix}`, 'claim_malformed', (it) =>
        it.token({ header, claims: { [name]: `${CLIENT_ID}x` } }),
      ),
      accepts(`cid and ${name} that are equal${suffix}`, (it) =>
        it.token({ header, claims: { [name]: CLIENT_ID } }),
      ),
    ]),
  ]
})

const NO_MARKS = { cid: undefined, scp: undefined }
const NONE = 'not_an_access_token'

/** Tokens of other kinds, by the same server, with the same key, for the same audience. */
const KINDS: Readonly<Record<string, readonly [ErrorCode, Claims]>> = {
  'an ID token for the audience of the API': [
    'id_token',
    { ...NO_MARKS, nonce: 'n', at_hash: 'a', amr: ['pwd'] },
  ],
  'an ID token with a scope': ['id_token', { ...NO_MARKS, nonce: 'n', scope: 'messages:read' }],
  'an ID token for several audiences': [NONE, { ...NO_MARKS, aud: [AUDIENCE, '0oa1'], azp: '0oa1' }],
  "an ID token with Okta's jti": ['id_token', { jti: 'ID.4oPpIrXTJ1gXIeUMMSaqKvLmAJXTnYRQAKsHe6hL7ss' }],
  'an ID token with a client and scopes': ['id_token', { nonce: 'n' }],
  ...Object.fromEntries(
    ['at_hash', 'c_hash', 's_hash'].map((name) => [
      `a token with ${name}`,
      ['id_token', { [name]: 'a' }] as const,
    ]),
  ),
  'a token with amr': [NONE, { amr: ['pwd'] }],
  'a token with idp': [NONE, { idp: '00o1' }],
  'an ID-JAG without its typ': ['id_jag', { jti: 'IDAAG.tAO20ExqeUlh6VcpyQxTJ42fn3vDp9E3xR5Iq3Y79pY' }],
  'a logout token without its typ': [
    'logout_token',
    { ...NO_MARKS, sid: 's', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
  ],
  'a security event token without its typ': ['security_event_token', { events: { 'https://a.example': {} } }],
  'an introspection response without its typ': [
    'introspection_response',
    { token_introspection: { active: true } },
  ],
  'a status list token without its typ': ['status_list_token', { status_list: { bits: 1, lst: 'eNo' } }],
  'a refresh token in the form of a JWT': ['refresh_token', { scp: undefined, token_use: 'refresh' }],
  ...Object.fromEntries(
    [
      ['typ', 'ID', 'id_token'],
      ['typ', 'Serialized-ID', 'id_token'],
      ['typ', 'Refresh', 'refresh_token'],
      ['typ', 'Offline', 'refresh_token'],
      ['typ', 'Logout', 'logout_token'],
      ['token_use', 'id', 'id_token'],
      ['tokenName', 'id_token', 'id_token'],
      ['tokenName', 'refresh_token', 'refresh_token'],
      ['tokenType', 'refresh-token', 'refresh_token'],
      ['TokenType', 'refresh-token', 'refresh_token'],
      ['token_type', 'refresh', 'refresh_token'],
    ].map(([name = '', value, code]) => [
      `a token with ${name} ${value}`,
      [code as ErrorCode, { [name]: value }],
    ]),
  ),
  'a client assertion': [NONE, { ...NO_MARKS, sub: CLIENT_ID }],
  'a token without a client': [NONE, { cid: undefined }],
  'a token with an empty client': [NONE, { cid: '' }],
  'a token whose client is a list': [NONE, { cid: [CLIENT_ID] }],
  'a token whose client is a number': [NONE, { cid: 1 }],
  'a token with scope but neither cid nor sub_profile': [NONE, { ...NO_MARKS, scope: 'messages:read' }],
  'a token with act but neither cid nor sub_profile': [NONE, { ...NO_MARKS, act: { sub: '0oa1' } }],
}

/** Access tokens that name themselves so, or name something that says nothing. */
const NAMED: readonly ForgedCase[] = [
  { typ: 'Bearer' },
  { typ: 'JWT' },
  { token_use: 'access' },
  { tokenName: 'access_token', token_type: 'Bearer' },
  { tokenType: 'access-token' },
  { jti: 'IDENTIFIER.1' },
].map((claims) => accepts(`a token with ${written(claims)}`, (it) => it.token({ claims })))

export const CLAIM_CASES: readonly ForgedCase[] = [
  ...MALFORMED_TIMES,
  ...TIMES,
  ...IGNORED,
  ...BINDINGS,
  ...STRINGS,
  ...SCOPES,
  ...NO_SCOPES,
  ...CONTRADICTIONS,
  ...NAMED,
  ...Object.entries(KINDS).map(
    ([name, [code, claims]]): ForgedCase =>
      rejects(name, code, (it) => it.token({ claims }), {
        requirements: [
          ...['RFC8725-3.12-exclusive', 'OKTA-guide-kind', 'RFC8725-2.8-confusion', 'OKTA-form-marks'],
          ...('cid' in claims ? ['OKTA-access-cid'] : []),
        ],
      }),
  ),
]

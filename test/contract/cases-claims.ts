import { CLIENT_ID, NOW } from '@okta-resource-server/testing'
import { accepts, citing, type ForgedCase, rejects, written } from './case.ts'

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

export const CLAIM_CASES: readonly ForgedCase[] = [
  ...MALFORMED_TIMES,
  ...TIMES,
  ...IGNORED,
  ...BINDINGS,
  ...STRINGS,
  ...SCOPES,
  ...NO_SCOPES,
]

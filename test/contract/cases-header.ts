import type { ErrorCode } from '@okta-resource-server/core'
import { accepts, citing, type ForgedCase, rejects, written } from './case.ts'

const KID = ['RFC7515-4.1.4-kid']
const OTHER_KIND = ['RFC8725-3.12-exclusive', 'RFC8725-2.8-confusion', 'OKTA-guide-kind', 'OKTA-form-typ']

/** None of them is the kid of a published key. */
const UNKNOWN_KEY_IDS: readonly string[] = [
  ...[' ', 'ES256', 'es256 ', ' es256', 'es25', 'es256x', 'ｅs256', 'es256\0', 'es256\n', '\0'],
  ...['../../../etc/passwd', '/dev/null', '..%2f..%2fkeys', "' OR '1'='1", '"; DROP TABLE keys; --'],
  ...['$(id)', '`id`', '| id', '*)(uid=*', '\r\nSet-Cookie: a=b', '\u0000\u0001\u001b[31m', '__proto__'],
  ...[
    'constructor',
    'toString',
    'undefined',
    'null',
    'kid ',
    'http://127.0.0.1/',
    '%{jndi:ldap://127.0.0.1/a}',
  ],
]

const KEY_IDS: readonly ForgedCase[] = [
  ...[null, true, false, ['es256'], [7], { kid: 'es256' }].map((kid) =>
    rejects(
      `kid of another type: ${written(kid)}`,
      'token_malformed',
      (it) => it.token({ header: { kid } }),
      {
        requirements: KID,
      },
    ),
  ),
  ...[0, 1, 7.5, -7, 1e21].map((kid) =>
    rejects(`the unknown kid ${written(kid)}`, 'key_unknown', (it) => it.token({ header: { kid } })),
  ),
  rejects('a kid that is empty', 'key_id_missing', (it) => it.token({ header: { kid: '' } })),
  accepts('a kid that is empty if the typ is at+jwt', (it) =>
    it.token({ header: { kid: '', typ: 'at+jwt' } }),
  ),
  rejects('a token without a kid', 'key_id_missing', (it) => it.token({ header: { kid: undefined } }), {
    requirements: ['OKTA-form-kid'],
  }),
  ...UNKNOWN_KEY_IDS.map((kid) =>
    rejects(`the unknown kid ${written(kid)}`, 'key_unknown', (it) => it.token({ header: { kid } }), {
      requirements: kid.toLowerCase() === 'es256' ? [...KID, 'RFC7515-5.3-comparison'] : ['RFC8725-3.10-kid'],
    }),
  ),
  ...citing({ requirements: ['RFC7515-10.13-planes'] }, [
    rejects('a kid that is a lone surrogate', 'key_unknown', (it) => it.token({ header: { kid: '\ud800' } })),
    rejects('an unknown kid beyond the Basic Multilingual Plane', 'key_unknown', (it) =>
      it.token({ header: { kid: '😀' } }),
    ),
  ]),
  rejects('an unknown kid of 10 KB', 'key_unknown', (it) =>
    it.token({ header: { kid: 'k'.repeat(10_240) } }),
  ),
  accepts('a token without a kid if its typ is at+jwt', (it) =>
    it.token({ header: { kid: undefined, typ: 'at+jwt' } }),
  ),
  rejects('a token without a kid that no published key verifies', 'signature_invalid', (it) =>
    it.token({ key: 'stranger', header: { kid: undefined, typ: 'at+jwt' } }),
  ),
  rejects(
    'a token whose kid has been changed to that of a key with the same material',
    'signature_invalid',
    (it) => {
      const renamed = it.header({ header: { kid: 'ec without alg' } })
      return it.token().replace(/^[^.]+/, Buffer.from(JSON.stringify(renamed)).toString('base64url'))
    },
    { requirements: ['RFC7515-6-protected'] },
  ),
]

const OTHER_TYPES: readonly string[] = [
  ...['', ' ', 'JWT ', ' at+jwt', 'at+jwt ', 'at jwt', 'at+jwts', 'xat+jwt', 'text/at+jwt', 'JOSE', 'JWE'],
  ...['application/application/at+jwt', 'at+jwt; charset=utf-8', 'at+jwt\n', 'at+jwt\0', 'ａt+jwt'],
  ...['id_token+jwt', 'vc+sd-jwt', 'client-authentication+jwt', 'application/application/jwt'],
  ...['application/okta-internal-at+jwt', '__proto__', 'a'.repeat(8_000)],
]

/** Types of other tokens, and the code that says what was sent. */
const NAMED_TYPES: Readonly<Record<string, ErrorCode>> = {
  'dpop+jwt': 'dpop_proof',
  'logout+jwt': 'logout_token',
  'secevent+jwt': 'security_event_token',
  'oauth-id-jag+jwt': 'id_jag',
  'txntoken+jwt': 'transaction_token',
  'token-introspection+jwt': 'introspection_response',
  'statuslist+jwt': 'status_list_token',
  'global-token-revocation+jwt': 'revocation_request',
  'oauth-authz-req+jwt': 'authorization_request',
  'entity-statement+jwt': 'entity_statement',
  'rt+jwt': 'refresh_token',
  'oi_reft+jwt': 'refresh_token',
}

const TYPES: readonly ForgedCase[] = [
  ...['JWT', 'jwt', 'application/jwt', 'Application/JWT', 'at+jwt', 'AT+JWT', 'application/at+jwt'].map(
    (typ) =>
      accepts(`typ ${written(typ)}`, (it) => it.token({ header: { typ } }), {
        requirements: ['RFC7515-4.1.9-typ'],
      }),
  ),
  accepts('a token without typ', (it) => it.token({ header: { typ: undefined } })),
  ...[null, 1, true, ['JWT'], ['at+jwt'], { typ: 'JWT' }, ...OTHER_TYPES].map((typ) =>
    rejects(
      `typ ${written(typ).slice(0, 60)}`,
      'not_an_access_token',
      (it) => it.token({ header: { typ } }),
      {
        requirements: OTHER_KIND,
      },
    ),
  ),
  ...Object.entries(NAMED_TYPES).flatMap(([typ, code]) =>
    [typ, typ.toUpperCase(), `application/${typ}`].map((written) =>
      rejects(`typ ${written}`, code, (it) => it.token({ header: { typ: written } }), {
        requirements: OTHER_KIND,
      }),
    ),
  ),
  rejects('typ oauth-id-jag+jwt of another issuer', 'id_jag', (it) =>
    it.token({ header: { typ: 'oauth-id-jag+jwt' }, claims: { iss: 'https://example.okta.com' } }),
  ),
  rejects('typ secevent+jwt without exp', 'security_event_token', (it) =>
    it.token({ header: { typ: 'secevent+jwt' }, claims: { exp: undefined } }),
  ),
]

const CRITICAL = {
  requirements: ['RFC7515-4.1.11-crit'],
  advisory: ['CVE-2026-35042', 'auth0/node-jsonwebtoken#1032', 'CVE-2025-59420', 'CVE-2026-32597'],
}
const NESTED = ['RFC7519-7.2-nested', 'RFC8725-3.3-distinguish']

const unsupported = (header: Readonly<Record<string, unknown>>): ForgedCase =>
  rejects(`the header parameters ${written(header)}`, 'unsupported_header_parameter', (it) =>
    it.token({ header }),
  )

const PARAMETERS: readonly ForgedCase[] = [
  ...citing(
    CRITICAL,
    [
      { crit: ['exp'], exp: 1 },
      { crit: ['b64'], b64: true },
      { crit: ['b64'], b64: false },
      { crit: ['alg'] },
      { crit: ['x-policy'], 'x-policy': 'mfa' },
      { crit: ['http://example.invalid/UNDEFINED'], 'http://example.invalid/UNDEFINED': true },
      { crit: ['cnf'], cnf: { jkt: 'x' } },
      { crit: ['absent'] },
      { crit: [] },
      { crit: null },
      { crit: 'exp' },
      { crit: {} },
      { crit: 1 },
    ].map(unsupported),
  ),
  ...[{ b64: false }, { b64: true }, { b64: 'false' }].map(unsupported),
  ...citing(
    { requirements: ['RFC8725-3.6-compression'] },
    [{ zip: 'DEF' }, { zip: null }, { zip: 'none' }, { zip: ['NONE'] }].map(unsupported),
  ),
  accepts('zip NONE, which says that the payload is not compressed', (it) =>
    it.token({ header: { zip: 'NONE' } }),
  ),
  ...[{ enc: 'A256GCM' }].map(unsupported),
  ...citing({ requirements: NESTED }, [{ cty: 'JWT' }, { cty: 'jwt' }].map(unsupported)),
  ...citing(
    { requirements: [...NESTED, 'RFC7515-4.1.10-cty'] },
    [{ cty: 'application/jwt' }].map(unsupported),
  ),
]

export const HEADER_CASES: readonly ForgedCase[] = [
  ...KEY_IDS,
  ...TYPES,
  ...PARAMETERS,
  accepts(
    'header parameters that have no meaning here',
    (it) =>
      it.token({
        header: {
          ...{ cty: 'json', url: 'https://a.example', nonce: 1, ppt: [], 'x-note': {} },
          ...{ 'x-policy': 'mfa', x5t: 'AAAA', 'x5t#S256': 'AAAA' },
        },
      }),
    { requirements: ['RFC7515-4-unknown'] },
  ),
]

import { NOW } from '@okta-resource-server/testing'
import { accepts, citing, type ForgedCase, rejects, written } from './case.ts'

/** Options of the API that {@link NARROW_CASES} are for: one client, one algorithm, tokens of at most a minute. */
export const NARROW = { clientIds: ['0oaOurs'], maxTokenAge: 60, algorithms: ['RS256'] } as const

const ours = { cid: '0oaOurs', iat: NOW }
const OTHER_CLIENT = 'client_not_allowed'
const CLIENT = { requirements: ['OKTA-access-cid'], advisory: 'PEER-client-is-not-checked' }

export const NARROW_CASES: readonly ForgedCase[] = [
  accepts('a new token of the configured client and algorithm', (it) =>
    it.token({ key: 'rs256', claims: ours }),
  ),
  accepts('a token at the end of the maximum age and the tolerance', (it) =>
    it.token({ key: 'rs256', claims: { ...ours, iat: NOW - 65 } }),
  ),
  ...['es256', 'ps256', 'eddsa'].map((key) =>
    rejects(
      `a token of the key ${key} where only RS256 is allowed`,
      'algorithm_not_allowed',
      (it) => it.token({ key, claims: ours }),
      {
        requirements: [
          ...['RFC8725-3.1-caller', 'RFC8725-3.1-no-other'],
          ...['RFC7515-5.2-acceptable', 'RFC7519-7.2-acceptable'],
        ],
      },
    ),
  ),
  ...['0oaOther', '0oaours', '0oaOur', '0oaOursX', ' 0oaOurs', '0oaOurs,0oaOther'].map((cid) =>
    rejects(
      `the client ${written(cid)}`,
      OTHER_CLIENT,
      (it) => it.token({ key: 'rs256', claims: { ...ours, cid } }),
      CLIENT,
    ),
  ),
  rejects(
    'another client in cid than in azp',
    'claim_malformed',
    (it) => it.token({ key: 'rs256', claims: { ...ours, cid: '0oaOther', azp: '0oaOurs' } }),
    CLIENT,
  ),
  ...['0oaOther', '0oaOurs'].map((cid) =>
    rejects(
      `the client ${cid} in cid and another in client_id`,
      'claim_malformed',
      (it) =>
        it.token({
          key: 'rs256',
          claims: { ...ours, cid, client_id: cid === '0oaOurs' ? '0oaOther' : '0oaOurs' },
        }),
      CLIENT,
    ),
  ),
  ...[null, 1, ['0oaOurs'], { 0: '0oaOurs' }].map((client) =>
    rejects(
      `client_id ${written(client)} in a token with typ at+jwt`,
      client === null ? OTHER_CLIENT : 'claim_malformed',
      (it) =>
        it.token({
          key: 'rs256',
          header: { typ: 'at+jwt' },
          claims: { ...ours, cid: undefined, client_id: client },
        }),
      CLIENT,
    ),
  ),
  rejects(
    'a token with typ at+jwt and without a client',
    OTHER_CLIENT,
    (it) => it.token({ key: 'rs256', header: { typ: 'at+jwt' }, claims: { ...ours, cid: undefined } }),
    CLIENT,
  ),
  rejects('a token that is a second too old', 'token_too_old', (it) =>
    it.token({ key: 'rs256', claims: { ...ours, iat: NOW - 66 } }),
  ),
  rejects('a token without iat where a maximum age is configured', 'token_too_old', (it) =>
    it.token({ key: 'rs256', claims: { ...ours, iat: undefined } }),
  ),
]

/** For an API that accepts the profile of RFC 9068 only. */
export const RFC9068_CASES: readonly ForgedCase[] = [
  ...citing({ requirements: ['RFC7515-4.1.9-typ', 'RFC9068-4-typ', 'RFC8725-3.11-typing', 'DEL-06'] }, [
    ...['at+jwt', 'application/at+jwt', 'AT+JWT', 'Application/At+Jwt'].map((typ) =>
      accepts(`typ ${written(typ)} where RFC 9068 is required`, (it) => it.token({ header: { typ } })),
    ),
    ...['JWT', 'id+jwt', 'at+jwt ', 'text/at+jwt', '/at+jwt', ['at+jwt'], null, 1].map((typ) =>
      rejects(`typ ${written(typ)} where RFC 9068 is required`, 'not_an_access_token', (it) =>
        it.token({ header: { typ } }),
      ),
    ),
    rejects('a token without typ where RFC 9068 is required', 'not_an_access_token', (it) => it.token()),
  ]),
  ...citing({ requirements: ['RFC9068-2.2-claims'] }, [
    ...['sub', 'client_id', 'jti', 'iat'].map((name) =>
      accepts(`a token of RFC 9068 without ${name}`, (it) =>
        it.token({ header: { typ: 'at+jwt' }, claims: { [name]: undefined } }),
      ),
    ),
    rejects('a token of RFC 9068 without iss', 'issuer_missing', (it) =>
      it.token({ header: { typ: 'at+jwt' }, claims: { iss: undefined } }),
    ),
    rejects('a token of RFC 9068 without aud', 'audience_missing', (it) =>
      it.token({ header: { typ: 'at+jwt' }, claims: { aud: undefined } }),
    ),
    rejects(
      'a token of RFC 9068 without exp',
      'expiry_missing',
      (it) => it.token({ header: { typ: 'at+jwt' }, claims: { exp: undefined } }),
      { requirements: ['RFC6750-5.2-lifetime'] },
    ),
  ]),
]

import type { ErrorCode } from '@okta-resource-server/core'
import { AUDIENCE, CLIENT_ID } from '@okta-resource-server/testing'
import { accepts, type ForgedCase, rejects, written } from './case.ts'

type Claims = Readonly<Record<string, unknown>>

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
    ['at_hash', 'c_hash', 's_hash', 'ds_hash'].map((name) => [
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

export const KIND_CASES: readonly ForgedCase[] = [
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

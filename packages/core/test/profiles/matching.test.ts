import { CLIENT_ID, NOW, outcomeOf, signToken, type TokenOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { ProfileName } from '../../src/options/issuer.ts'
import { makeVerifier } from '../support/verifiers.ts'

function codeOf(
  profile: ProfileName | readonly ProfileName[] | undefined,
  token: TokenOptions,
): Promise<string> {
  return outcomeOf(makeVerifier(profile === undefined ? {} : { profile }).verify(signToken(token)))
}

const UNMARKED = { cid: undefined, scp: undefined }
const ID_TOKEN = {
  ...UNMARKED,
  aud: 'api://default',
  jti: 'ID.abc',
  amr: ['pwd'],
  idp: '00o',
  nonce: 'n',
  at_hash: 'h',
}
const LOGOUT_TOKEN = {
  ...UNMARKED,
  sub: 'someone',
  events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
}
const types = [
  null,
  1,
  true,
  [],
  ['at+jwt'],
  {},
  '',
  ' ',
  'jwt ',
  'application/jwt',
  'at+jwt ',
  ' at+jwt',
  'xat+jwt',
  'at+jwtx',
  'application/application/at+jwt',
  'text/at+jwt',
  'at jwt',
  'dpop+jwt',
  'logout+jwt',
  'secevent+jwt',
  'JOSE',
  'application/okta-internal-at+jwt',
  'id_token+jwt',
  'jwt\u0000',
  'token-introspection+jwt',
  '__proto__',
  '名',
]

describe('the default profiles', () => {
  it.each<[string, TokenOptions]>([
    ["Okta's, without typ", {}],
    ["Okta's, with typ JWT", { header: { typ: 'JWT' } }],
    ["Okta's, with typ jwt", { header: { typ: 'jwt' } }],
    ["Okta's, with scp as a string", { claims: { scp: 'messages:read' } }],
    ["Okta's, without any scope", { claims: { scp: [] } }],
    [
      "RFC 9068's",
      { header: { typ: 'at+jwt' }, claims: { ...UNMARKED, client_id: CLIENT_ID, scope: 'messages:read' } },
    ],
    ["RFC 9068's, without a scope", { header: { typ: 'AT+JWT' }, claims: UNMARKED }],
    ["RFC 9068's, as a media type", { header: { typ: 'application/at+jwt' }, claims: UNMARKED }],
    [
      "RFC 9068's, as a media type in another case",
      { header: { typ: 'Application/AT+jwt' }, claims: UNMARKED },
    ],
    ["Okta's, with RFC 9068's typ", { header: { typ: 'at+jwt' } }],
  ])('accept an access token: %s', async (_title, token) => {
    expect(await codeOf(undefined, token)).toBe('accepted')
  })

  it.each<[string, TokenOptions]>([
    ['an ID token', { claims: ID_TOKEN }],
    ['an ID token with cid', { claims: { ...ID_TOKEN, cid: CLIENT_ID } }],
    ['an ID token with scp', { claims: { ...ID_TOKEN, scp: ['openid'] } }],
    ['a logout token', { claims: LOGOUT_TOKEN, header: { typ: 'logout+jwt' } }],
    ['a logout token without typ', { claims: LOGOUT_TOKEN }],
    [
      'an access token of the org authorization server',
      { header: { typ: 'application/okta-internal-at+jwt' } },
    ],
    [
      'a DPoP proof',
      { header: { typ: 'dpop+jwt' }, claims: { ...UNMARKED, htm: 'GET', htu: 'https://a', iat: NOW } },
    ],
    ['a token with cid but no scp', { claims: { scp: undefined } }],
    ['a token with scp but no cid', { claims: { cid: undefined } }],
    ['a token with an empty cid', { claims: { cid: '' } }],
    ['a token whose cid is a list', { claims: { cid: [CLIENT_ID] } }],
    ['a token whose scp is an object', { claims: { scp: { a: 1 } } }],
    ['a token whose scp is null', { claims: { scp: null } }],
    ['a token with neither cid nor scp', { claims: UNMARKED }],
    ['a token with scope but no scp', { claims: { scp: undefined, scope: 'messages:read' } }],
  ])('refuse %s [RFC8725-2.8-confusion]', async (_title, token) => {
    expect(await codeOf(undefined, token)).toBe('not_an_access_token')
  })

  it.each(types)('refuse another typ: %j', async (typ) => {
    expect(await codeOf(undefined, { header: { typ } })).toBe('not_an_access_token')
  })
})

describe('the profile okta alone', () => {
  it('refuses a token with the typ of RFC 9068', async () => {
    expect(await codeOf('okta', { header: { typ: 'at+jwt' } })).toBe('not_an_access_token')
    expect(await codeOf('okta', {})).toBe('accepted')
  })
})

describe('the profile rfc9068 alone', () => {
  it("refuses a token that has only Okta's claims", async () => {
    expect(await codeOf('rfc9068', {})).toBe('not_an_access_token')
    expect(await codeOf(['rfc9068'], { header: { typ: 'JWT' } })).toBe('not_an_access_token')
    expect(await codeOf('rfc9068', { header: { typ: 'at+jwt', kid: undefined } })).toBe('accepted')
  })
})

describe('the profile generic', () => {
  it.each<[string, TokenOptions]>([
    ['with neither cid nor scp', { claims: UNMARKED }],
    ['with typ JWT', { header: { typ: 'JWT' }, claims: UNMARKED }],
    ['with typ jwt', { header: { typ: 'jwt' }, claims: UNMARKED }],
    ['without kid', { header: { kid: undefined }, claims: UNMARKED }],
    ["with Okta's claims", {}],
  ])('accepts a token %s', async (_title, token) => {
    expect(await codeOf('generic', token)).toBe('accepted')
  })

  it.each(['nonce', 'at_hash', 'c_hash', 'events'])('refuses a token with %s of any value', async (name) => {
    for (const value of ['abc', null, {}, false]) {
      expect(await codeOf('generic', { claims: { ...UNMARKED, [name]: value } })).toBe('not_an_access_token')
    }
  })

  it.each([...types, 'at+jwt'])('refuses another typ: %j', async (typ) => {
    expect(await codeOf('generic', { header: { typ }, claims: UNMARKED })).toBe('not_an_access_token')
  })

  it('is used if none of the profiles before it matches', async () => {
    const all = ['okta', 'rfc9068', 'generic'] as const
    expect(await codeOf(all, { claims: UNMARKED, header: { kid: undefined } })).toBe('accepted')
    expect(await codeOf(all, { header: { kid: undefined } })).toBe('key_id_missing')
    expect(await codeOf(all, { header: { typ: 'at+jwt', kid: undefined } })).toBe('accepted')
  })
})

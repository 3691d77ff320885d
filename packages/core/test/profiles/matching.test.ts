import { CLIENT_ID, NOW, outcomeOf, signToken, type TokenOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { ProfileName } from '../../src/options/profile.ts'
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
const AGENT = {
  ...UNMARKED,
  scope: 'messages:read',
  sub_profile: 'service',
  act: { sub: '0oa1', sub_profile: 'ai_agent' },
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
  'application/application/jwt',
  'at+jwt ',
  ' at+jwt',
  'xat+jwt',
  'at+jwtx',
  'application/application/at+jwt',
  'text/at+jwt',
  'at+application/jwt',
  'at jwt',
  'JWE',
  'application/okta-internal-at+jwt',
  'id_token+jwt',
  'jwt\u0000',
  '__proto__',
  '名',
]

describe('the default profiles', () => {
  it.each<[string, TokenOptions]>([
    ["Okta's, without typ", {}],
    ["Okta's, with typ JWT", { header: { typ: 'JWT' } }],
    ["Okta's, with typ jwt", { header: { typ: 'jwt' } }],
    ["Okta's, with typ application/jwt", { header: { typ: 'application/jwt' } }],
    ["Okta's, with typ Application/JWT", { header: { typ: 'Application/JWT' } }],
    ["Okta's, with scp as a string", { claims: { scp: 'messages:read' } }],
    ["Okta's, without any scope", { claims: { scp: [] } }],
    ["Okta's, without scp", { claims: { scp: undefined } }],
    ["Okta's, with scope but no scp", { claims: { scp: undefined, scope: 'messages:read' } }],
    ["Okta's, with act", { claims: { act: { sub: 'a' } } }],
    ["an agent's", { claims: AGENT }],
    ["an agent's, without scopes", { claims: { ...AGENT, scope: '' } }],
    ["an agent's, with cid", { claims: { ...AGENT, cid: CLIENT_ID } }],
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

  it.each<[string, TokenOptions, string?]>([
    ['an ID token', { claims: ID_TOKEN }, 'id_token'],
    ['an ID token with cid', { claims: { ...ID_TOKEN, cid: CLIENT_ID } }, 'id_token'],
    ['an ID token with scp', { claims: { ...ID_TOKEN, scp: ['openid'] } }, 'id_token'],
    ['an ID token without its jti', { claims: { ...ID_TOKEN, jti: undefined } }, 'id_token'],
    ['a token with cid and nonce', { claims: { nonce: 'n' } }, 'id_token'],
    ['a token with cid and at_hash', { claims: { at_hash: 'h' } }, 'id_token'],
    ['a token with cid and amr', { claims: { amr: ['pwd'] } }],
    ['a token with cid and idp', { claims: { idp: '00o' } }],
    ["an agent's token with nonce", { claims: { ...AGENT, nonce: 'n' } }, 'id_token'],
    ["an agent's token with at_hash", { claims: { ...AGENT, at_hash: 'h' } }, 'id_token'],
    ["an agent's token with amr", { claims: { ...AGENT, amr: [] } }],
    ["an agent's token with idp", { claims: { ...AGENT, idp: null } }],
    ["an agent's token without sub_profile", { claims: { ...AGENT, sub_profile: undefined } }],
    ["an agent's token with an empty sub_profile", { claims: { ...AGENT, sub_profile: '' } }],
    ["an agent's token whose sub_profile is a list", { claims: { ...AGENT, sub_profile: ['service'] } }],
    ["an agent's token without scope", { claims: { ...AGENT, scope: undefined } }],
    ["an agent's token whose scope is a list", { claims: { ...AGENT, scope: ['messages:read'] } }],
    ["an agent's token with neither scope nor sub_profile", { claims: { ...UNMARKED, act: AGENT.act } }],
    ['a logout token', { claims: LOGOUT_TOKEN, header: { typ: 'logout+jwt' } }, 'logout_token'],
    ['a logout token without typ', { claims: LOGOUT_TOKEN }, 'logout_token'],
    [
      'an access token of the org authorization server',
      { header: { typ: 'application/okta-internal-at+jwt' } },
    ],
    [
      'a DPoP proof',
      { header: { typ: 'dpop+jwt' }, claims: { ...UNMARKED, htm: 'GET', htu: 'https://a', iat: NOW } },
      'dpop_proof',
    ],
    ['a token with scp but no cid', { claims: { cid: undefined } }],
    ['a token with an empty cid', { claims: { cid: '' } }],
    ['a token whose cid is a list', { claims: { cid: [CLIENT_ID] } }],
    ['a token with neither cid nor scp', { claims: UNMARKED }],
  ])('refuse %s [RFC8725-2.8-confusion]', async (_title, token, code = 'not_an_access_token') => {
    expect(await codeOf(undefined, token)).toBe(code)
  })

  it.each([...types, 'JOSE'])('refuse another typ: %j', async (typ) => {
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
    ['with typ JOSE', { header: { typ: 'JOSE' }, claims: UNMARKED }],
    ['without kid', { header: { kid: undefined }, claims: UNMARKED }],
    ["with Okta's claims", {}],
  ])('accepts a token %s', async (_title, token) => {
    expect(await codeOf('generic', token)).toBe('accepted')
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

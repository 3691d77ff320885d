import { describe, expect, it } from 'vitest'
import type { ProfileName } from '../../src/profiles/profile.ts'
import { CLIENT, makeToken, makeVerifier, NOW, outcome, type Wanted } from '../support/tokens.ts'

async function judged(
  profile: ProfileName | readonly ProfileName[] | undefined,
  wanted: Wanted,
): Promise<string> {
  const verifier = await makeVerifier(profile === undefined ? {} : { profile })
  return outcome(async () => verifier.verify(await makeToken(wanted)))
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

describe('unless a profile is chosen', () => {
  it.each<[string, Wanted]>([
    ["Okta's, without typ", {}],
    ["Okta's, with typ JWT", { header: { typ: 'JWT' } }],
    ["Okta's, with typ jwt", { header: { typ: 'jwt' } }],
    ["Okta's, with scp as a string", { claims: { scp: 'messages:read' } }],
    ["Okta's, without any scope", { claims: { scp: [] } }],
    [
      "RFC 9068's",
      { header: { typ: 'at+jwt' }, claims: { ...UNMARKED, client_id: CLIENT, scope: 'messages:read' } },
    ],
    ["RFC 9068's, without a scope", { header: { typ: 'AT+JWT' }, claims: UNMARKED }],
    ["RFC 9068's, as a media type", { header: { typ: 'application/at+jwt' }, claims: UNMARKED }],
    [
      "RFC 9068's, as a media type in another case",
      { header: { typ: 'Application/AT+jwt' }, claims: UNMARKED },
    ],
    ["Okta's, with RFC 9068's typ", { header: { typ: 'at+jwt' } }],
  ])('an access token is accepted: %s', async (_title, wanted) => {
    expect(await judged(undefined, wanted)).toBe('accepted')
  })

  it.each<[string, Wanted]>([
    ['an ID token', { claims: ID_TOKEN }],
    ['an ID token that claims a client', { claims: { ...ID_TOKEN, cid: CLIENT } }],
    ['an ID token that claims scopes', { claims: { ...ID_TOKEN, scp: ['openid'] } }],
    ['a logout token', { claims: LOGOUT_TOKEN, header: { typ: 'logout+jwt' } }],
    ['a logout token without typ', { claims: LOGOUT_TOKEN }],
    ["the org server's access token", { header: { typ: 'application/okta-internal-at+jwt' } }],
    [
      'a DPoP proof',
      { header: { typ: 'dpop+jwt' }, claims: { ...UNMARKED, htm: 'GET', htu: 'https://a', iat: NOW } },
    ],
    ['a token with a client only', { claims: { scp: undefined } }],
    ['a token with scopes only', { claims: { cid: undefined } }],
    ['a token with an empty client', { claims: { cid: '' } }],
    ['a token whose client is a list', { claims: { cid: [CLIENT] } }],
    ['a token whose scopes are an object', { claims: { scp: { a: 1 } } }],
    ['a token whose scopes are null', { claims: { scp: null } }],
    ['a token without any mark', { claims: UNMARKED }],
    ['a token with scope but no scp', { claims: { scp: undefined, scope: 'messages:read' } }],
  ])('%s is refused [RFC8725-2.8-confusion]', async (_title, wanted) => {
    expect(await judged(undefined, wanted)).toBe('not_an_access_token')
  })

  it.each(types)('a typ of another kind is refused: %j', async (typ) => {
    expect(await judged(undefined, { header: { typ } })).toBe('not_an_access_token')
  })
})

describe('the profile okta alone', () => {
  it('refuses a token marked by RFC 9068', async () => {
    expect(await judged('okta', { header: { typ: 'at+jwt' } })).toBe('not_an_access_token')
    expect(await judged('okta', {})).toBe('accepted')
  })
})

describe('the profile rfc9068 alone', () => {
  it("refuses a token marked by Okta's claims only", async () => {
    expect(await judged('rfc9068', {})).toBe('not_an_access_token')
    expect(await judged(['rfc9068'], { header: { typ: 'JWT' } })).toBe('not_an_access_token')
    expect(await judged('rfc9068', { header: { typ: 'at+jwt', kid: undefined } })).toBe('accepted')
  })
})

describe('the profile generic', () => {
  it.each<[string, Wanted]>([
    ['without any mark', { claims: UNMARKED }],
    ['with typ JWT', { header: { typ: 'JWT' }, claims: UNMARKED }],
    ['with typ jwt', { header: { typ: 'jwt' }, claims: UNMARKED }],
    ['without kid', { header: { kid: undefined }, claims: UNMARKED }],
    ["with Okta's marks", {}],
  ])('accepts a token %s', async (_title, wanted) => {
    expect(await judged('generic', wanted)).toBe('accepted')
  })

  it.each(['nonce', 'at_hash', 'c_hash', 'events'])(
    'refuses a token with %s, whatever its value',
    async (name) => {
      for (const value of ['abc', null, {}, false]) {
        expect(await judged('generic', { claims: { ...UNMARKED, [name]: value } })).toBe(
          'not_an_access_token',
        )
      }
    },
  )

  it.each([...types, 'at+jwt'])('refuses another typ: %j', async (typ) => {
    expect(await judged('generic', { header: { typ }, claims: UNMARKED })).toBe('not_an_access_token')
  })

  it('comes into play beside the others where no other matches', async () => {
    const all = ['okta', 'rfc9068', 'generic'] as const
    expect(await judged(all, { claims: UNMARKED, header: { kid: undefined } })).toBe('accepted')
    expect(await judged(all, { header: { kid: undefined } })).toBe('key_id_missing')
    expect(await judged(all, { header: { typ: 'at+jwt', kid: undefined } })).toBe('accepted')
  })
})

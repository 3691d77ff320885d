import { outcomeOf, signToken, type TokenOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { ProfileName } from '../../src/options/profile.ts'
import { makeVerifier } from '../support/verifiers.ts'

const ALL: readonly ProfileName[] = ['okta', 'rfc9068', 'generic', 'accept_id_tokens']
const AT_JWT = { typ: 'at+jwt' }
const LOGOUT = { 'http://schemas.openid.net/event/backchannel-logout': {} }

function codeOf(token: TokenOptions, profile: ProfileName | readonly ProfileName[] = ALL): Promise<string> {
  return outcomeOf(makeVerifier({ profile }).verify(signToken(token)))
}

/** Header types of other tokens, and the code of the refusal. */
const TYPES: readonly (readonly [typ: string, code: string])[] = [
  ['logout+jwt', 'logout_token'],
  ['secevent+jwt', 'security_event_token'],
  ['dpop+jwt', 'dpop_proof'],
  ['oauth-id-jag+jwt', 'id_jag'],
  ['txntoken+jwt', 'transaction_token'],
  ['token-introspection+jwt', 'introspection_response'],
  ['statuslist+jwt', 'status_list_token'],
  ['global-token-revocation+jwt', 'revocation_request'],
  ['oauth-authz-req+jwt', 'authorization_request'],
  ['entity-statement+jwt', 'entity_statement'],
  ['rt+jwt', 'refresh_token'],
  ['oi_reft+jwt', 'refresh_token'],
]

describe('the header type of another token', () => {
  it.each(TYPES)('%s is refused as %s by every profile [DEL-04]', async (typ, code) => {
    for (const header of [{ typ }, { typ: typ.toUpperCase() }, { typ: `application/${typ}` }]) {
      for (const profile of ALL) expect(await codeOf({ header }, profile)).toBe(code)
    }
  })

  it.each(TYPES)(
    '%s is recognised although issuer and times are those of another token',
    async (typ, code) => {
      const claims = { iss: undefined, exp: undefined, aud: undefined }
      expect(await codeOf({ header: { typ }, claims })).toBe(code)
      expect(await codeOf({ header: { typ }, claims: { iss: 'https://other.example' } })).toBe(code)
    },
  )

  it.each(['other+jwt', 'application/application/logout+jwt', 'logout+jwt ', 'logout', 'jwtx'])(
    'that is not known is refused without a guess: %s',
    async (typ) => {
      expect(await codeOf({ header: { typ }, claims: { nonce: 'n', at_hash: 'h' } })).toBe(
        'not_an_access_token',
      )
    },
  )
})

describe('a token that is never an access token', () => {
  const marks: readonly (readonly [object, string])[] = [
    ...[{}, null, false, 'text', { other: {} }].map(
      (events) => [{ events }, 'security_event_token'] as const,
    ),
    [{ events: LOGOUT }, 'logout_token'],
    [{ jti: 'ID.abc' }, 'id_token'],
    [{ jti: 'IDAAG.abc' }, 'id_jag'],
  ]

  it.each(marks)('is refused by every profile, whatever its typ: %j as %s', async (claims, code) => {
    for (const profile of ALL) {
      expect(await codeOf({ claims: { ...claims } }, profile)).toBe(code)
      expect(await codeOf({ claims: { ...claims }, header: AT_JWT }, profile)).toBe(code)
    }
  })

  it.each(['IDX.abc', 'id.abc', 'ID', 'AT.ID.abc', 'xID.abc'])('does not have the jti %s', async (jti) => {
    expect(await codeOf({ claims: { jti } })).toBe('accepted')
  })

  it.each(['at_hash', 'c_hash', 's_hash', 'ds_hash'])(
    'has %s, and is refused by every other profile',
    async (name) => {
      for (const value of ['h', null, '', 1]) {
        for (const profile of ['okta', 'rfc9068', 'generic'] as const) {
          expect(await codeOf({ claims: { [name]: value } }, profile)).toBe('id_token')
          expect(await codeOf({ claims: { [name]: value }, header: AT_JWT }, profile)).toBe('id_token')
        }
      }
    },
  )

  it.each([
    [{ token_introspection: { active: true } }, 'introspection_response'],
    [{ status_list: { bits: 1, lst: 'eNo' } }, 'status_list_token'],
  ])('is refused if its typ does not mark it: %j as %s', async (claims, code) => {
    for (const profile of ALL) expect(await codeOf({ claims }, profile)).toBe(code)
  })
})

/** Kinds that servers name in the payload. */
const NAMED: readonly (readonly [name: string, value: string, code: string])[] = [
  ['typ', 'ID', 'id_token'],
  ['typ', 'Serialized-ID', 'id_token'],
  ['typ', 'Refresh', 'refresh_token'],
  ['typ', 'Offline', 'refresh_token'],
  ['typ', 'Logout', 'logout_token'],
  ['token_use', 'id', 'id_token'],
  ['token_use', 'refresh', 'refresh_token'],
  ['tokenName', 'id_token', 'id_token'],
  ['tokenName', 'refresh_token', 'refresh_token'],
  ['tokenType', 'refresh-token', 'refresh_token'],
  ['TokenType', 'refresh-token', 'refresh_token'],
  ['token_type', 'Refresh Token', 'refresh_token'],
  ['token_type', 'id_token', 'id_token'],
  ['typ', 'Id', 'id_token'],
  ['typ', 'logout+jwt', 'logout_token'],
  ['typ', 'oauth-id-jag+jwt', 'id_jag'],
  ['purpose', 'id', 'id_token'],
  ['purpose', 'refresh_token', 'refresh_token'],
  ['type', 'id-token', 'id_token'],
  ['type', 'refresh', 'refresh_token'],
  ['tok_type', 'IT', 'id_token'],
  ['tok_type', 'RT', 'refresh_token'],
  ['drn', 'DSR', 'refresh_token'],
  ['token_usage', 'id_token', 'id_token'],
  ['token_usage', 'refresh_token', 'refresh_token'],
  ['tokenUse', 'refresh', 'refresh_token'],
  ['tokenKind', 'IdToken', 'id_token'],
  ['token_kind', 'logout', 'logout_token'],
]

describe('a token that names another kind in its payload', () => {
  it.each(NAMED)('is believed: %s %s is refused as %s', async (name, value, code) => {
    for (const profile of ALL) expect(await codeOf({ claims: { [name]: value } }, profile)).toBe(code)
  })

  it.each(NAMED)('is believed beside a claim that says access token: %s %s', async (name, value, code) => {
    const claims = { typ: 'Bearer', tokenType: 'access-token', token_use: 'access', [name]: value }
    expect(await codeOf({ claims })).toBe(code)
  })

  it.each(NAMED)('is not believed if its header says at+jwt: %s %s', async (name, value) => {
    expect(await codeOf({ claims: { [name]: value }, header: AT_JWT })).toBe('accepted')
  })
})

describe('a refresh token of UAA', () => {
  it('is recognised by the scopes that it can be exchanged for', async () => {
    const claims = { scope: undefined, scp: undefined, granted_scopes: ['openid'] }
    for (const profile of ALL) expect(await codeOf({ claims }, profile)).toBe('refresh_token')
    expect(await codeOf({ claims, header: AT_JWT })).toBe('accepted')
    for (const granted_scopes of ['openid', null, {}]) {
      expect(await codeOf({ claims: { granted_scopes } }, 'generic')).toBe('accepted')
    }
  })
})

describe('a token that names a kind that is not known', () => {
  it.each(['typ', 'token_use', 'tokenName'])('in %s is refused by the profile generic', async (name) => {
    for (const value of ['verify-email', 'Bearer application/', '', null, 1, ['Bearer'], {}]) {
      for (const profile of ['generic', 'accept_id_tokens'] as const) {
        expect(await codeOf({ claims: { [name]: value } }, profile)).toBe('not_an_access_token')
      }
      expect(await codeOf({ claims: { [name]: value } }, 'okta')).toBe('accepted')
    }
  })

  it('is refused even if another claim says access token', async () => {
    expect(await codeOf({ claims: { typ: 'other', token_use: 'access' } }, 'generic')).toBe(
      'not_an_access_token',
    )
    expect(await codeOf({ claims: { typ: 'other', tokenType: 'access' } }, 'generic')).toBe(
      'not_an_access_token',
    )
    expect(await codeOf({ claims: { typ: 'Bearer', token_use: 'x' } }, 'generic')).toBe('not_an_access_token')
  })

  it.each(['token_use', 'tokenName', 'tokenType', 'type'])('does not hide the kind in %s', async (name) => {
    for (const profile of ALL) {
      expect(await codeOf({ claims: { typ: 'other', [name]: 'refresh' } }, profile)).toBe('refresh_token')
    }
  })

  it.each([
    ...['tokenType', 'TokenType', 'token_type'],
    ...['purpose', 'type', 'tok_type', 'drn', 'token_usage'],
  ])('in %s is accepted', async (name) => {
    for (const value of ['JWTToken', 'N_A', 'user', 'token_id', null, 1, ['ID'], { refresh: true }]) {
      expect(await codeOf({ claims: { [name]: value } }, 'generic')).toBe('accepted')
    }
  })

  it.each([
    { typ: 'Bearer' },
    { typ: 'bearer' },
    { typ: 'DPoP' },
    { typ: 'JWT' },
    { typ: 'jwt' },
    { typ: 'application/JOSE' },
    { typ: 'at+jwt' },
    { typ: 'application/at+JWT' },
    { token_use: 'access' },
    { tokenName: 'access_token' },
    { tokenType: 'access-token' },
  ])('is not one that says access token: %j', async (claims) => {
    for (const profile of ['okta', 'generic'] as const) {
      expect(await codeOf({ claims }, profile)).toBe('accepted')
    }
  })
})

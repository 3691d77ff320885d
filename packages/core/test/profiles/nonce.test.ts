import { CLIENT_ID, outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { ProfileName } from '../../src/options/profile.ts'
import { makeVerifier } from '../support/verifiers.ts'

function codeOf(
  claims: Readonly<Record<string, unknown>>,
  profile: ProfileName = 'generic',
  header = {},
): Promise<string> {
  const token = signToken({ header, claims: { cid: undefined, scp: undefined, nonce: 'n', ...claims } })
  return outcomeOf(makeVerifier({ profile }).verify(token))
}

describe('a token with a nonce', () => {
  it.each([{ scp: 'read' }, { scp: ['read'] }, { scope: 'openid read' }, { scope: ['read'] }])(
    'is accepted if it has scopes: %j',
    async (claims) => {
      expect(await codeOf(claims)).toBe('accepted')
    },
  )

  it.each([
    { typ: 'Bearer' },
    { token_use: 'access' },
    { tokenName: 'access_token' },
    { tokenType: 'access-token' },
  ])('is accepted if it names itself an access token: %j', async (claims) => {
    expect(await codeOf(claims)).toBe('accepted')
  })

  it.each([
    {},
    { azp: CLIENT_ID },
    { client_id: CLIENT_ID },
    { appid: CLIENT_ID },
    { cid: CLIENT_ID },
    { azp: CLIENT_ID, client_id: CLIENT_ID, appid: CLIENT_ID, cid: CLIENT_ID },
    { scp: '' },
    { scope: ' ' },
    { scp: [] },
    { scope: [''] },
    { scope: [1] },
    { scope: { read: true } },
    { scope: null },
    { typ: 'JWT' },
    { token_type: 'Bearer' },
    { tokenType: 'Bearer' },
    // Claims that can say many things do not make it an access token.
    { purpose: 'access_token' },
    { type: 'access-token' },
    { tok_type: 'AT' },
    { drn: 'DS' },
    { roles: ['reader'], permissions: ['read'] },
  ])('is refused as an ID token if it has nothing but %j', async (claims) => {
    for (const nonce of ['n', '', null, 1]) expect(await codeOf({ ...claims, nonce })).toBe('id_token')
  })

  it('is refused as an ID token if it has scopes and a hash', async () => {
    for (const name of ['at_hash', 'c_hash', 's_hash']) {
      expect(await codeOf({ scope: 'openid', typ: 'Bearer', [name]: 'h' })).toBe('id_token')
    }
  })

  it('is refused as an ID token by the profile okta', async () => {
    expect(await codeOf({ cid: CLIENT_ID, scp: ['read'] }, 'okta')).toBe('id_token')
    expect(await codeOf({ scope: 'read', sub_profile: 'service' }, 'okta')).toBe('id_token')
  })

  it('is accepted if its header says at+jwt', async () => {
    expect(await codeOf({}, 'rfc9068', { typ: 'at+jwt' })).toBe('accepted')
  })
})

describe('the profile accept_id_tokens', () => {
  it('accepts ID tokens', async () => {
    for (const name of ['nonce', 'at_hash', 'c_hash', 's_hash']) {
      expect(await codeOf({ [name]: 'x' }, 'accept_id_tokens')).toBe('accepted')
    }
  })

  it('refuses what it would not accept without the marks of an ID token', async () => {
    expect(await codeOf({ events: {} }, 'accept_id_tokens')).toBe('security_event_token')
    expect(await codeOf({ typ: 'Refresh' }, 'accept_id_tokens')).toBe('refresh_token')
    expect(await codeOf({ typ: 'ID' }, 'accept_id_tokens')).toBe('id_token')
    expect(await codeOf({ jti: 'ID.1' }, 'accept_id_tokens')).toBe('id_token')
    expect(await codeOf({}, 'accept_id_tokens', { typ: 'other+jwt' })).toBe('not_an_access_token')
  })
})

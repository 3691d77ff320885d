import { signToken, type TokenOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { ProfileName } from '../../src/options/profile.ts'
import { makeVerifier } from '../support/verifiers.ts'

/** What `explain()` says about the type of a token. */
async function hintFor(profile: ProfileName, token: TokenOptions): Promise<string | undefined> {
  const { checks } = await makeVerifier({ profile }).explain(signToken(token))
  return checks.find(({ check }) => check === 'type')?.hint
}

describe('explain() names the profile that an access token matches', () => {
  it.each<[ProfileName, ProfileName, TokenOptions]>([
    ['rfc9068', 'okta', {}],
    ['okta', 'rfc9068', { header: { typ: 'at+jwt' } }],
    ['okta', 'generic', { claims: { cid: undefined } }],
    ['rfc9068', 'okta', { claims: { cid: undefined, scp: undefined, scope: 'a', sub_profile: 'service' } }],
  ])('to an API with %s: %s', async (configured, matching, token) => {
    expect(await hintFor(configured, token)).toContain(`['${configured}', '${matching}']`)
  })

  it.each<[string, TokenOptions]>([
    ['a refresh token', { claims: { cid: undefined, typ: 'Refresh' } }],
    ['an ID token', { claims: { cid: undefined, jti: 'ID.abc' } }],
    ['a logout token', { header: { typ: 'at+jwt' }, claims: { events: {} } }],
    ['a token without scopes', { claims: { cid: undefined, scp: undefined } }],
    ['a token with an unknown type', { header: { typ: 'other+jwt' } }],
  ])('but none for %s', async (_title, token) => {
    expect(await hintFor('okta', token)).not.toContain('set profile to')
  })
})

import { CLIENT_ID, ISSUER, keySet, signingKey, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { AccessTokenVerifierOptions } from '../src/options/options.ts'
import { row } from './support/explanations.ts'
import { makeVerifier } from './support/verifiers.ts'

type Claims = Readonly<Record<string, unknown>>
type Options = Partial<AccessTokenVerifierOptions>

const hintOf = async (claims: Claims, name: string, options: Options = {}): Promise<string | undefined> => {
  const { checks } = await makeVerifier(options).explain(signToken({ claims }))
  return checks.find(({ check }) => check === name)?.hint
}

describe('the hint', () => {
  it('names a slash at the end that makes the difference', async () => {
    const explanation = await makeVerifier().explain(signToken({ claims: { iss: `${ISSUER}/` } }))

    expect(row(explanation, 'issuer')).toMatchObject({
      code: 'issuer_not_allowed',
      found: { iss: `${ISSUER}/` },
      wanted: { iss: [ISSUER] },
      unverified: true,
      hint: expect.stringContaining('slash'),
    })
  })

  it('names upper and lower case that make the difference, and nothing for another issuer', async () => {
    const hintFor = async (iss: string): Promise<string | undefined> =>
      row(await makeVerifier().explain(signToken({ claims: { iss } })), 'issuer').hint

    expect(await hintFor(ISSUER.toUpperCase())).toContain('upper and lower case')
    expect(await hintFor('https://other.example.com')).not.toContain('case')
  })

  it('names the profile that the token matches', async () => {
    const claims = { cid: undefined, client_id: CLIENT_ID, scp: undefined, scope: 'messages:read' }
    const explanation = await makeVerifier().explain(signToken({ claims }))

    expect(row(explanation, 'type')).toMatchObject({
      code: 'not_an_access_token',
      hint: expect.stringContaining("set profile to ['okta', 'rfc9068', 'generic']"),
    })
  })

  it("names the profile okta for Okta's tokens, of users and of agents", async () => {
    const agent = { cid: undefined, scp: undefined, scope: 'messages:read', sub_profile: 'ai_agent' }
    for (const claims of [{}, agent]) {
      const explanation = await makeVerifier({ profile: 'rfc9068' }).explain(signToken({ claims }))
      expect(row(explanation, 'type').hint).toContain("set profile to ['rfc9068', 'okta']")
    }
  })

  it.each([{ nonce: 'n' }, { at_hash: 'h' }, { scope: undefined }, { token_use: 'refresh' }])(
    'names no profile for a token that may be another kind of token: %o',
    async (marks) => {
      const claims = { cid: undefined, scp: undefined, scope: 'openid', ...marks }
      const explanation = await makeVerifier().explain(signToken({ claims }))
      expect(row(explanation, 'type').hint).not.toContain('set profile')
    },
  )

  it('says that a token whose audience is its client was requested without the API', async () => {
    const explanation = await makeVerifier().explain(signToken({ claims: { aud: CLIENT_ID } }))

    expect(row(explanation, 'audience').hint).toContain('must request a token for this API')
  })
})

describe('advice that depends on the token', () => {
  it('says that only the slash at the end differs, and which form to configure', async () => {
    expect(await hintOf({ iss: `${ISSUER}/` }, 'issuer')).toMatch(/only by the slash.*, with the slash/)
    expect(await hintOf({ iss: 'https://other.example.com/' }, 'issuer')).not.toContain('only by the slash')
  })

  it('says so if the configured issuer has the slash', async () => {
    const issuer = 'https://as.example.com/'
    const hint = await hintOf({ iss: 'https://as.example.com' }, 'issuer', { issuer })
    expect(hint).toMatch(/only by the slash.*, without the slash/)
  })

  it('says that only upper and lower case differ, from one of several issuers', async () => {
    const jwks = keySet(signingKey())
    const issuer = [ISSUER, 'https://second.example'].map((name) => ({ issuer: name, jwks }))
    expect(await hintOf({ iss: 'https://SECOND.example' }, 'issuer', { issuer })).toContain(
      'upper and lower case',
    )
    expect(await hintOf({ iss: 'https://third.example' }, 'issuer', { issuer })).not.toContain('case')
  })

  it('is given only for the error that it is about', async () => {
    const verifier = makeVerifier()
    verifier.close()
    const { checks } = await verifier.explain(signToken())
    const closed = checks.find(({ check }) => check === 'issuer')
    expect(closed?.code).toBe('verifier_closed')
    expect(closed?.hint).not.toContain('issuers differ')

    expect(await hintOf({ aud: undefined, cid: undefined }, 'audience')).not.toContain('the client itself')
    expect(await hintOf({ scp: undefined, cid: undefined }, 'type')).not.toContain('matches the profile')
  })

  it('says that the audience is the client, if it is', async () => {
    for (const name of ['cid', 'client_id', 'azp', 'appid']) {
      const claims = { cid: undefined, aud: ['x', 'the-client'], [name]: 'the-client' }
      expect(await hintOf(claims, 'audience')).toContain('The audience is the client itself')
    }
    expect(await hintOf({ aud: CLIENT_ID }, 'audience')).toContain('The audience is the client itself')
    expect(await hintOf({ aud: 'api://other' }, 'audience')).not.toContain('the client itself')
  })
})

import { outcomeOf, signToken, type TokenOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { ProfileName } from '../../src/options/profile.ts'
import { readClientId, readScopes } from '../../src/profiles/claims.ts'
import { generic } from '../../src/profiles/generic.ts'
import { okta, oktaAgent } from '../../src/profiles/okta.ts'
import { rfc9068 } from '../../src/profiles/rfc9068.ts'
import { InvalidTokenError } from '../../src/refusal/errors.ts'
import { makeVerifier } from '../support/verifiers.ts'

type Claims = Readonly<Record<string, unknown>>

const UNMARKED = { cid: undefined, scp: undefined }
/** A token that each profile matches. */
const TOKENS: Readonly<Record<'okta' | 'rfc9068' | 'generic', TokenOptions>> = {
  okta: { claims: { cid: 'real', scp: ['read'] } },
  rfc9068: { header: { typ: 'at+jwt' }, claims: { ...UNMARKED, client_id: 'real', scope: 'read' } },
  generic: { claims: { ...UNMARKED, client_id: 'real', scope: 'read' } },
}

function tokenWith(profile: keyof typeof TOKENS, claims: Claims): string {
  return signToken({ ...TOKENS[profile], claims: { ...TOKENS[profile].claims, ...claims } })
}

describe.each(['okta', 'rfc9068', 'generic'] as const)('the profile %s', (profile) => {
  const [ownClient, otherClient, ownScopes, otherScopes] =
    profile === 'okta' ? ['cid', 'client_id', 'scp', 'scope'] : ['client_id', 'cid', 'scope', 'scp']
  const code = (claims: Claims, options: object = {}): Promise<string> =>
    outcomeOf(makeVerifier({ profile, ...options }).verify(tokenWith(profile, claims)))

  it('reads client and scopes from its own claims', async () => {
    const auth = await makeVerifier({ profile }).verify(tokenWith(profile, {}))
    expect(auth).toMatchObject({ clientId: 'real', scopes: ['read'] })
  })

  it.each([otherClient as string, 'azp', 'appid'])(
    'refuses a token that names another client in %s',
    async (name) => {
      expect(await code({ [name]: 'evil' })).toBe('claim_malformed')
      expect(await code({ [name]: 'evil' }, { clientIds: ['evil'] })).toBe('claim_malformed')
      expect(await code({ [name]: 'real' }, { clientIds: ['real'] })).toBe('accepted')
    },
  )

  it.each(['cid', 'client_id', 'azp', 'appid'])('refuses a token whose %s is not a string', async (name) => {
    if (profile === 'okta' && name === 'cid')
      return expect(await code({ cid: 1 })).toBe('not_an_access_token')
    for (const value of [1, true, ['real'], {}]) expect(await code({ [name]: value })).toBe('claim_malformed')
  })

  it.each([['admin'], 'admin', ['read', 'admin'], 'admin read', [], '', 1, {}])(
    'refuses a token that has other scopes in a custom claim: %j',
    async (scopes) => {
      expect(await code({ [otherScopes as string]: scopes })).toBe('claim_malformed')
    },
  )

  it.each([1, true, {}, { read: true }, [1], ['read', null], [['read']]])(
    'refuses a token whose scopes are neither a string nor a list of strings: %j',
    async (scopes) => {
      expect(await code({ [ownScopes as string]: scopes })).toBe('claim_malformed')
    },
  )

  it('accepts a token that has client and scopes in all forms, if they are equal', async () => {
    const both = {
      ...{ cid: 'real', client_id: 'real', azp: 'real', appid: 'real' },
      [ownScopes as string]: profile === 'okta' ? ['read', 'write'] : 'read write',
      [otherScopes as string]: profile === 'okta' ? 'write read read' : ['write', 'read'],
    }
    const auth = await makeVerifier({ profile }).verify(tokenWith(profile, both))
    expect(auth.clientId).toBe('real')
    expect(auth.scopes).toEqual(['read', 'write'])
  })

  it('accepts a token whose other claims are null', async () => {
    const nulls = { [otherClient as string]: null, [otherScopes as string]: null, azp: null, appid: null }
    const auth = await makeVerifier({ profile }).verify(tokenWith(profile, nulls))
    expect(auth).toMatchObject({ clientId: 'real', scopes: ['read'] })
  })

  it('accepts a token without scopes, which gets a 403 where a route requires one', async () => {
    for (const value of [undefined, null, '', []]) {
      const token = tokenWith(profile, { [ownScopes as string]: value })
      const verifier = makeVerifier({ profile })
      expect((await verifier.verify(token)).scopes).toEqual([])
      await expect(verifier.verify(token, { scopes: ['read'] })).rejects.toMatchObject({
        code: 'insufficient_scope',
        status: 403,
      })
    }
  })

  it('compares the client with clientIds', async () => {
    for (const [clientId, expected] of [
      ['a', 'accepted'],
      ['b', 'accepted'],
      ['x', 'client_not_allowed'],
      ['A', 'client_not_allowed'],
      ['a ', 'client_not_allowed'],
      ['ab', 'client_not_allowed'],
    ]) {
      expect(await code({ [ownClient as string]: clientId }, { clientIds: ['a', 'b'] })).toBe(expected)
    }
  })
})

describe('the default profiles', () => {
  it('do not let custom claims of an at+jwt token replace its client and scopes', async () => {
    const token = tokenWith('rfc9068', { cid: 'evil', scp: ['admin'] })
    expect(await outcomeOf(makeVerifier({ clientIds: ['evil'] }).verify(token))).toBe('claim_malformed')
  })

  it("do not read scopes from a custom claim of Okta's tokens", async () => {
    const verifier = makeVerifier()
    const token = tokenWith('okta', { scp: undefined, scope: 'admin', act: { sub: 'a' } })
    expect((await verifier.verify(token)).scopes).toEqual([])
  })
})

it.each(['cid', 'client_id'])('a token of an agent has its client in %s', async (name) => {
  const claims = { ...UNMARKED, scope: 'read', sub_profile: 'service', [name]: 'real' }
  const verifier = makeVerifier({ clientIds: ['real'] })
  const auth = await verifier.verify(signToken({ claims }))
  expect(auth).toMatchObject({ clientId: 'real', scopes: ['read'] })
})

describe('a token without a client', () => {
  it.each<Claims>([{}, { client_id: '' }, { client_id: null }, { sub: 'a' }])(
    'is not of one of clientIds: %o',
    async (claims) => {
      const token = signToken({ header: { typ: 'at+jwt' }, claims: { ...UNMARKED, ...claims } })
      const verifier = makeVerifier({ clientIds: ['a', 'b'] })
      expect(await outcomeOf(verifier.verify(token))).toBe('client_not_allowed')
      expect(await outcomeOf(makeVerifier().verify(token))).toBe('accepted')
    },
  )
})

const PROFILES = { okta, oktaAgent, rfc9068, generic }
type Name = keyof typeof PROFILES

describe('the client', () => {
  it.each<[Name, Claims, string | undefined]>([
    ['okta', { cid: 'a' }, 'a'],
    ['okta', { client_id: 'b' }, undefined],
    ['okta', { azp: 'c' }, undefined],
    ['oktaAgent', {}, undefined],
    ['oktaAgent', { cid: 'a' }, 'a'],
    ['rfc9068', { client_id: 'b' }, 'b'],
    ['rfc9068', { azp: 'c' }, 'c'],
    ['rfc9068', { cid: 'a' }, undefined],
    ['generic', { client_id: 'b' }, 'b'],
    ['generic', { cid: 'a' }, 'a'],
    ['generic', { azp: 'c' }, 'c'],
    ['generic', { appid: 'd' }, 'd'],
    ['generic', { cid: null, azp: 'c' }, 'c'],
    ['generic', {}, undefined],
  ])('of a token of profile %s with %o is %s', (name, claims, clientId) => {
    expect(readClientId(claims, PROFILES[name].clientClaims)).toBe(clientId)
  })
})

describe('scopes', () => {
  it.each<[Name, Claims, readonly string[]]>([
    ['okta', { scp: ['a', 'b:c'] }, ['a', 'b:c']],
    ['okta', { scp: 'a b:c' }, ['a', 'b:c']],
    ['okta', { scp: [] }, []],
    ['okta', { scp: ['a b'] }, ['a b']],
    ['okta', { scp: ['a', ''] }, ['a']],
    ['okta', { scope: 'a' }, []],
    ['oktaAgent', { scope: 'a b' }, ['a', 'b']],
    ['rfc9068', { scope: 'a b:c' }, ['a', 'b:c']],
    ['rfc9068', { scope: ['a'] }, ['a']],
    ['rfc9068', { scope: ' a  b ' }, ['a', 'b']],
    ['rfc9068', { scope: 'a\tb' }, ['a\tb']],
    ['rfc9068', { scp: ['a'] }, ['a']],
    ['rfc9068', {}, []],
    ['generic', { scope: 'a' }, ['a']],
    ['generic', { scp: ['a'] }, ['a']],
    ['generic', { scp: ['a'], scope: null }, ['a']],
  ])('of a token of profile %s with %j are %j', (name, claims, scopes) => {
    expect(readScopes(claims, PROFILES[name].scopeClaims)).toEqual(scopes)
  })

  it('are malformed if the two forms are equally long but differ', () => {
    expect(() => readScopes({ scp: ['a', 'b'], scope: 'a c' }, ['scp'])).toThrow(InvalidTokenError)
  })

  it('are malformed if one of the two forms is, whichever is read', () => {
    expect(() => readScopes({ scp: ['a'], scope: 1 }, ['scp'])).toThrow(InvalidTokenError)
  })
})

describe('scopeClaim', () => {
  const profile: ProfileName = 'generic'
  const scopesOf = async (claims: Claims, scopeClaim = 'permissions'): Promise<readonly string[]> =>
    (await makeVerifier({ profile, scopeClaim }).verify(signToken({ claims: { ...UNMARKED, ...claims } })))
      .scopes

  it('replaces the other claims, and never merges with them', async () => {
    expect(await scopesOf({ permissions: ['read'], scope: 'admin', scp: ['admin'] })).toEqual(['read'])
    expect(await scopesOf({ permissions: 'read write' })).toEqual(['read', 'write'])
    expect(await scopesOf({ scope: 'admin', scp: ['admin'] })).toEqual([])
    expect(await scopesOf({ permissions: null, scope: 'admin' })).toEqual([])
    expect(await scopesOf({ permissions: ['read'], scope: 'a', scp: ['b'] })).toEqual(['read'])
  })

  it('can be any name, and is read from the claims only', async () => {
    expect(await scopesOf({ 'https://example.com/roles': ['a'] }, 'https://example.com/roles')).toEqual(['a'])
    for (const name of ['toString', 'hasOwnProperty', '__proto__'])
      expect(await scopesOf({}, name)).toEqual([])
  })

  it.each([1, true, {}, [1], [{ name: 'read' }]])(
    'refuses a claim that is malformed: %j',
    async (permissions) => {
      await expect(scopesOf({ permissions })).rejects.toMatchObject({ code: 'claim_malformed' })
    },
  )

  it('does not make a token with a nonce an access token', async () => {
    await expect(scopesOf({ permissions: ['read'], nonce: 'n' })).rejects.toMatchObject({ code: 'id_token' })
  })
})

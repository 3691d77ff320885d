import { outcomeOf, signToken, type TokenOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { ProfileName } from '../../src/options/issuer.ts'
import { generic } from '../../src/profiles/generic.ts'
import { okta } from '../../src/profiles/okta.ts'
import { rfc9068 } from '../../src/profiles/rfc9068.ts'
import { makeVerifier } from '../support/verifiers.ts'

type Claims = Readonly<Record<string, unknown>>

const UNMARKED = { cid: undefined, scp: undefined }
/** A token that each profile matches. */
const TOKENS: Readonly<Record<ProfileName, TokenOptions>> = {
  okta: { claims: { cid: 'real', scp: ['read'] } },
  rfc9068: { header: { typ: 'at+jwt' }, claims: { ...UNMARKED, client_id: 'real', scope: 'read' } },
  generic: { claims: { ...UNMARKED, client_id: 'real', scope: 'read' } },
}

function tokenWith(profile: ProfileName, claims: Claims): string {
  return signToken({ ...TOKENS[profile], claims: { ...TOKENS[profile].claims, ...claims } })
}

describe.each(['okta', 'rfc9068', 'generic'] as const)('the profile %s', (profile) => {
  const [ownClient, otherClient, ownScopes, otherScopes] =
    profile === 'okta' ? ['cid', 'client_id', 'scp', 'scope'] : ['client_id', 'cid', 'scope', 'scp']

  it('reads client and scopes from its own claims', async () => {
    const auth = await makeVerifier({ profile }).verify(tokenWith(profile, {}))
    expect(auth).toMatchObject({ clientId: 'real', scopes: ['read'] })
  })

  it('refuses a token that names another client in a custom claim', async () => {
    const token = tokenWith(profile, { [otherClient as string]: 'evil' })
    expect(await outcomeOf(makeVerifier({ profile }).verify(token))).toBe('claim_malformed')
    const verifier = makeVerifier({ profile, clientIds: ['evil'] })
    expect(await outcomeOf(verifier.verify(token))).toBe('claim_malformed')
  })

  it.each([['admin'], 'admin', ['read', 'admin'], 'admin read', [], '', 1, {}])(
    'refuses a token that has other scopes in a custom claim: %j',
    async (scopes) => {
      const token = tokenWith(profile, { [otherScopes as string]: scopes })
      expect(await outcomeOf(makeVerifier({ profile }).verify(token))).toBe('claim_malformed')
    },
  )

  it('accepts a token that has client and scopes in both forms, if they are equal', async () => {
    const both = {
      [otherClient as string]: 'real',
      [ownScopes as string]: profile === 'okta' ? ['read', 'write'] : 'read write',
      [otherScopes as string]: profile === 'okta' ? 'write read read' : ['write', 'read'],
    }
    const auth = await makeVerifier({ profile }).verify(tokenWith(profile, both))
    expect(auth.clientId).toBe('real')
    expect(auth.scopes).toEqual(['read', 'write'])
  })

  it('accepts a token whose other claims are null', async () => {
    const nulls = { [otherClient as string]: null, [otherScopes as string]: null }
    const auth = await makeVerifier({ profile }).verify(tokenWith(profile, nulls))
    expect(auth).toMatchObject({ clientId: 'real', scopes: ['read'] })
  })

  it('compares the client with clientIds', async () => {
    for (const [clientId, code] of [
      ['a', 'accepted'],
      ['b', 'accepted'],
      ['x', 'client_not_allowed'],
      ['A', 'client_not_allowed'],
      ['a ', 'client_not_allowed'],
      ['ab', 'client_not_allowed'],
    ]) {
      const verifier = makeVerifier({ profile, clientIds: ['a', 'b'] })
      expect(await outcomeOf(verifier.verify(tokenWith(profile, { [ownClient as string]: clientId })))).toBe(
        code,
      )
    }
  })
})

describe('the default profiles', () => {
  it('do not let custom claims of an at+jwt token replace its client and scopes', async () => {
    const token = tokenWith('rfc9068', { cid: 'evil', scp: ['admin'] })
    expect(await outcomeOf(makeVerifier({ clientIds: ['evil'] }).verify(token))).toBe('claim_malformed')
  })
})

describe('a client that is missing or not a string', () => {
  it.each<Claims>([{}, { client_id: '' }, { client_id: ['a'] }, { client_id: 1, azp: 'a' }, { sub: 'a' }])(
    'is not one of clientIds: %o',
    async (claims) => {
      const token = signToken({ header: { typ: 'at+jwt' }, claims: { ...UNMARKED, ...claims } })
      const verifier = makeVerifier({ clientIds: ['a', 'b'] })
      expect(await outcomeOf(verifier.verify(token))).toBe('client_not_allowed')
      expect(await outcomeOf(makeVerifier().verify(token))).toBe('accepted')
    },
  )
})

describe('the client', () => {
  it.each<[string, Claims, string | undefined]>([
    ['okta', { cid: 'a', azp: 'c' }, 'a'],
    ['okta', { client_id: 'b', azp: 'c' }, undefined],
    ['rfc9068', { client_id: 'b', azp: 'c' }, 'b'],
    ['rfc9068', { azp: 'c' }, 'c'],
    ['rfc9068', { cid: 'a' }, undefined],
    ['rfc9068', { cid: 'a', azp: 'c' }, 'c'],
    ['rfc9068', { client_id: {}, azp: 'c' }, undefined],
    ['generic', { client_id: 'b', azp: 'c' }, 'b'],
    ['generic', { cid: 'a', azp: 'c' }, 'a'],
    ['generic', { azp: 'c' }, 'c'],
    ['generic', { cid: null, azp: 'c' }, 'c'],
    ['generic', {}, undefined],
  ])('of a token of profile %s with %o is %s', (name, claims, clientId) => {
    expect({ okta, rfc9068, generic }[name]?.clientId(claims)).toBe(clientId)
  })
})

describe('scopes', () => {
  it.each<[string, Claims, readonly string[]]>([
    ['okta', { scp: ['a', 'b:c'] }, ['a', 'b:c']],
    ['okta', { scp: 'a b:c' }, ['a', 'b:c']],
    ['okta', { scp: [] }, []],
    ['okta', { scp: ['a b'] }, ['a b']],
    ['okta', { scp: ['a', 1, null, ['b'], {}, ''] }, ['a']],
    ['okta', { scope: 'a' }, []],
    ['rfc9068', { scope: 'a b:c' }, ['a', 'b:c']],
    ['rfc9068', { scope: ['a'] }, ['a']],
    ['rfc9068', { scope: ' a  b ' }, ['a', 'b']],
    ['rfc9068', { scope: 'a\tb' }, ['a\tb']],
    ['rfc9068', { scope: true }, []],
    ['rfc9068', { scp: ['a'] }, []],
    ['rfc9068', {}, []],
    ['generic', { scope: 'a' }, ['a']],
    ['generic', { scp: ['a'] }, ['a']],
    ['generic', { scp: ['a'], scope: null }, ['a']],
    ['generic', { scp: { a: true } }, []],
    ['generic', { scp: 1 }, []],
  ])('of a token of profile %s with %j are %j', (name, claims, scopes) => {
    expect({ okta, rfc9068, generic }[name]?.scopes(claims)).toEqual(scopes)
  })
})

import { describe, expect, it } from 'vitest'
import type { Requirements } from '../../src/policy/requirements.ts'
import { codeOf, errorOf, tokenWith } from './handmade.ts'

describe('scopes and anyScope', () => {
  const token = tokenWith(['messages:read', 'profile', 'two words'])

  it.each<[Requirements, string]>([
    [{ scopes: ['messages:read'] }, 'accepted'],
    [{ scopes: ['profile', 'messages:read'] }, 'accepted'],
    [{ scopes: ['messages:read', 'messages:write'] }, 'insufficient_scope'],
    [{ scopes: ['messages'] }, 'insufficient_scope'],
    [{ scopes: ['messages:rea'] }, 'insufficient_scope'],
    [{ scopes: ['messages:reads'] }, 'insufficient_scope'],
    [{ scopes: ['Profile'] }, 'insufficient_scope'],
    [{ scopes: ['two'] }, 'insufficient_scope'],
    [{ scopes: ['words'] }, 'insufficient_scope'],
    [{ anyScope: ['a', 'profile'] }, 'accepted'],
    [{ anyScope: ['a', 'b'] }, 'insufficient_scope'],
    [{ anyScope: ['rofile', 'profil'] }, 'insufficient_scope'],
    [{ scopes: ['profile'], anyScope: ['a', 'messages:read'] }, 'accepted'],
    [{ scopes: ['profile'], anyScope: ['a'] }, 'insufficient_scope'],
    [{ scopes: ['a'], anyScope: ['profile'] }, 'insufficient_scope'],
  ])('compare whole scopes: %j is %s', async (requirements, code) => {
    expect(await codeOf(token, requirements)).toBe(code)
  })

  it('are named in the error: all of scopes, the first of anyScope', () => {
    expect(errorOf(token, { scopes: ['profile', 'messages:write'] })).toMatchObject({
      status: 403,
      error: 'insufficient_scope',
      requirement: 'scopes',
      requiredScopes: ['profile', 'messages:write'],
    })
    expect(errorOf(token, { anyScope: ['a', 'b'] })).toMatchObject({
      requirement: 'anyScope',
      requiredScopes: ['a'],
    })
  })

  it('are named in the challenge, where several scopes mean all of them', () => {
    const challengeOf = (requirements: Requirements): string | undefined =>
      errorOf(token, requirements).headers['www-authenticate']
    expect(challengeOf({ scopes: ['profile', 'messages:write'] })).toMatch(
      /, scope="profile messages:write"$/,
    )
    expect(challengeOf({ anyScope: ['a', 'b'] })).toMatch(/, scope="a"$/)
    expect(challengeOf({ claims: { a: 1 } })).not.toContain('scope=')
  })
})

describe('claims', () => {
  const token = tokenWith([], {
    tenant: 'a',
    level: 2,
    admin: false,
    groups: ['Everyone', 'Staff'],
    nested: { a: 1 },
    none: null,
    empty: [],
  })

  it.each<[NonNullable<Requirements['claims']>, string]>([
    [{ tenant: 'a' }, 'accepted'],
    [{ tenant: 'A' }, 'insufficient_claims'],
    [{ tenant: 'ab' }, 'insufficient_claims'],
    [{ tenant: ['b', 'a'] }, 'accepted'],
    [{ tenant: ['b', 'c'] }, 'insufficient_claims'],
    [{ level: 2 }, 'accepted'],
    [{ level: '2' }, 'insufficient_claims'],
    [{ level: [1, 2] }, 'accepted'],
    [{ admin: false }, 'accepted'],
    [{ admin: true }, 'insufficient_claims'],
    [{ admin: 0 }, 'insufficient_claims'],
    [{ groups: 'Staff' }, 'accepted'],
    [{ groups: 'Staf' }, 'insufficient_claims'],
    [{ groups: ['Admins', 'Staff'] }, 'accepted'],
    [{ groups: ['Admins'] }, 'insufficient_claims'],
    [{ tenant: 'a', level: 1 }, 'insufficient_claims'],
    [{ tenant: 'a', level: 2 }, 'accepted'],
    [{ missing: 'a' }, 'insufficient_claims'],
    [{ none: 'null' }, 'insufficient_claims'],
    [{ empty: 'a' }, 'insufficient_claims'],
    [{ nested: '[object Object]' }, 'insufficient_claims'],
    [{ toString: () => true }, 'accepted'],
    [{ toString: 'function' }, 'insufficient_claims'],
  ])('are compared with values: %o is %s', async (claims, code) => {
    expect(await codeOf(token, { claims })).toBe(code)
  })

  it('are named in the error', () => {
    expect(errorOf(token, { claims: { tenant: 'a', department: 'sales' } })).toMatchObject({
      code: 'insufficient_claims',
      requirement: 'claims.department',
      requiredScopes: [],
    })
  })

  it('are passed to functions', async () => {
    const seen: unknown[] = []
    const record = (value: unknown): boolean => seen.push(value) > 0
    const claims = { nested: record, missing: record, constructor: record }
    expect(await codeOf(token, { claims })).toBe('accepted')
    expect(seen).toEqual([{ a: 1 }, undefined, undefined])
  })

  it.each<[string, () => unknown]>([
    ['returns false', () => false],
    ['returns nothing', () => undefined],
    ['returns something other than true', () => 'yes'],
    ['returns a promise', async () => true],
    [
      'throws an error',
      () => {
        throw new Error('the claim has another form')
      },
    ],
    [
      'throws something else',
      () => {
        throw 'no'
      },
    ],
  ])('are refused if the function %s', async (_title, wanted) => {
    expect(await codeOf(token, { claims: { tenant: wanted as () => boolean } })).toBe('insufficient_claims')
  })

  it('may be called __proto__, although tokens cannot have it', async () => {
    expect(await codeOf(tokenWith([]), { claims: JSON.parse('{"__proto__":"a"}') })).toBe(
      'insufficient_claims',
    )
  })
})

describe('requirements that are written in place', () => {
  it('are never confused, even if they differ only in what a function refers to', async () => {
    const forTenant = (tenant: string): Requirements => ({ claims: { tenant: (value) => value === tenant } })
    for (let round = 0; round < 3; round++) {
      for (const tenant of ['a', 'b']) {
        expect(await codeOf(tokenWith([], { tenant }), forTenant('a'))).toBe(
          tenant === 'a' ? 'accepted' : 'insufficient_claims',
        )
        expect(await codeOf(tokenWith([], { tenant }), forTenant('b'))).toBe(
          tenant === 'b' ? 'accepted' : 'insufficient_claims',
        )
      }
    }
  })

  it('may be changed between two checks', async () => {
    const requirements = { scopes: ['a'] }
    expect(await codeOf(tokenWith(['a']), requirements)).toBe('accepted')
    requirements.scopes.push('b')
    expect(await codeOf(tokenWith(['a']), requirements)).toBe('insufficient_scope')
  })
})

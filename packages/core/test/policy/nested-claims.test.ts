import { describe, expect, it } from 'vitest'
import { allOf } from '../../src/policy/claims.ts'
import type { Requirements } from '../../src/policy/requirements.ts'
import { ConfigurationError } from '../../src/refusal/errors.ts'
import { configurationErrorOf } from '../support/verifiers.ts'
import { codeOf, errorOf, tokenWith } from './handmade.ts'

type Claims = NonNullable<Requirements['claims']>

describe('nested claims', () => {
  const token = tokenWith([], {
    realm_access: { roles: ['admin', 'user'] },
    resource_access: { 'my-api': { roles: ['editor'] }, account: { roles: ['viewer'] } },
    list: [{ roles: 'admin' }],
    text: 'roles',
    none: null,
    deep: { level: { number: 2, flag: false } },
  })

  it.each<[Claims, string]>([
    [{ realm_access: { roles: 'admin' } }, 'accepted'],
    [{ realm_access: { roles: ['owner', 'user'] } }, 'accepted'],
    [{ realm_access: { roles: 'owner' } }, 'insufficient_claims'],
    [{ realm_access: { role: 'admin' } }, 'insufficient_claims'],
    [{ resource_access: { 'my-api': { roles: 'editor' } } }, 'accepted'],
    [{ resource_access: { 'my-api': { roles: 'viewer' } } }, 'insufficient_claims'],
    [{ resource_access: { other: { roles: 'editor' } } }, 'insufficient_claims'],
    [{ resource_access: { 'my-api': { roles: 'editor' }, account: { roles: allOf('viewer') } } }, 'accepted'],
    [
      { resource_access: { 'my-api': { roles: 'editor' }, account: { roles: 'editor' } } },
      'insufficient_claims',
    ],
    [{ deep: { level: { number: 2, flag: false } } }, 'accepted'],
    [{ deep: { level: { number: '2' } } }, 'insufficient_claims'],
    [{ deep: { level: 2 } }, 'insufficient_claims'],
    [{ list: { roles: 'admin' } }, 'insufficient_claims'],
    [{ list: { length: 1 } }, 'insufficient_claims'],
    [{ list: { 0: () => true } }, 'insufficient_claims'],
    [{ text: { length: 5 } }, 'insufficient_claims'],
    [{ none: { roles: () => true } }, 'insufficient_claims'],
    [{ missing: { roles: () => true } }, 'insufficient_claims'],
  ])('must meet the requirements of an object: %o is %s', async (claims, code) => {
    expect(await codeOf(token, { claims })).toBe(code)
  })

  it('are own members, not those of Object.prototype', async () => {
    const seen: unknown[] = []
    const record = (value: unknown): boolean => seen.push(value) > 0
    const claims = { realm_access: { constructor: record, toString: record } }
    expect(await codeOf(token, { claims })).toBe('accepted')
    expect(seen).toEqual([undefined, undefined])
    const inherited = JSON.parse('{"realm_access":{"__proto__":{"roles":"admin"}}}')
    expect(await codeOf(token, { claims: inherited })).toBe('insufficient_claims')
    expect(await codeOf(token, { claims: { realm_access: { constructor: { name: 'Object' } } } })).toBe(
      'insufficient_claims',
    )
  })

  it('are named in the error, also if an object around them is missing', () => {
    const claims = { realm_access: { roles: 'owner' } }
    expect(errorOf(token, { claims }).requirement).toBe('claims.realm_access.roles')
    expect(errorOf(tokenWith([]), { claims }).requirement).toBe('claims.realm_access.roles')
    const two = { deep: { level: { number: 2, flag: true } } }
    expect(errorOf(token, { claims: two }).requirement).toBe('claims.deep.level.flag')
  })

  it('are refused if a function for a nested claim throws', async () => {
    const claims = {
      realm_access: {
        roles: () => {
          throw new Error('the claim has another form')
        },
      },
    }
    expect(await codeOf(token, { claims })).toBe('insufficient_claims')
  })

  it('may be required eight levels deep', async () => {
    const nested = (levels: number): Claims =>
      levels === 0 ? { a: 1 } : { a: nested(levels - 1) as Record<string, never> }
    const { deep } = { deep: nested(8) }
    expect(await codeOf(tokenWith([], deep), { claims: deep })).toBe('accepted')
    await expect(codeOf(tokenWith([], deep), { claims: nested(9) })).rejects.toBeInstanceOf(
      ConfigurationError,
    )
  })
})

describe('allOf', () => {
  const token = tokenWith([], { groups: ['a', 'b', 'c'], one: 'a', level: 2, none: [] })

  it.each<[Claims, string]>([
    [{ groups: allOf('a') }, 'accepted'],
    [{ groups: allOf('a', 'c') }, 'accepted'],
    [{ groups: allOf('c', 'a', 'b', 'a') }, 'accepted'],
    [{ groups: allOf('a', 'd') }, 'insufficient_claims'],
    [{ groups: allOf('d', 'a') }, 'insufficient_claims'],
    [{ one: allOf('a') }, 'accepted'],
    [{ one: allOf('a', 'b') }, 'insufficient_claims'],
    [{ level: allOf(2) }, 'accepted'],
    [{ level: allOf('2') }, 'insufficient_claims'],
    [{ none: allOf('a') }, 'insufficient_claims'],
    [{ missing: allOf('a') }, 'insufficient_claims'],
  ])('requires a list to contain every value: %o is %s', async (claims, code) => {
    expect(await codeOf(token, { claims })).toBe(code)
  })

  it.each([[], [undefined], ['a', null], [['a', 'b']], [{}], new Array(2)])(
    'refuses other values: %j',
    (...values) => {
      const error = configurationErrorOf(() => allOf(...(values as string[])))
      expect(error).toMatchObject({ code: 'option_invalid', option: 'allOf' })
      expect(error.message).toContain('at least one string, number or boolean')
    },
  )

  it('can be confused neither with a claim of that name nor with a list of alternatives', async () => {
    expect(await codeOf(token, { claims: { groups: ['a', 'd'] } })).toBe('accepted')
    const nested = tokenWith([], { groups: { allOf: ['a'] } })
    expect(await codeOf(nested, { claims: { groups: { allOf: 'a' } } })).toBe('accepted')
    expect(await codeOf(nested, { claims: { groups: allOf('a') } })).toBe('insufficient_claims')
  })
})

describe('items of a list that are objects with a value, as in SCIM', () => {
  const token = tokenWith([], {
    roles: [{ value: 'admin', display: 'Administrator' }, { value: 'user' }, 'guest', null, ['owner']],
    entitlements: [{ display: 'x' }, { value: { value: 'y' } }, { value: ['z'] }],
    single: { value: 'admin' },
  })

  it.each<[Claims, string]>([
    [{ roles: 'admin' }, 'accepted'],
    [{ roles: ['owner', 'user'] }, 'accepted'],
    [{ roles: allOf('admin', 'guest') }, 'accepted'],
    [{ roles: allOf('admin', 'owner') }, 'insufficient_claims'],
    [{ roles: 'Administrator' }, 'insufficient_claims'],
    [{ roles: 'owner' }, 'insufficient_claims'],
    [{ entitlements: ['x', 'y', 'z'] }, 'insufficient_claims'],
    [{ single: 'admin' }, 'insufficient_claims'],
    [{ single: { value: 'admin' } }, 'accepted'],
  ])('are compared by it: %o is %s', async (claims, code) => {
    expect(await codeOf(token, { claims })).toBe(code)
  })

  it('are compared by an own member', async () => {
    const item = Object.create({ value: 'admin' }) as object
    expect(await codeOf(tokenWith([], { roles: [item] }), { claims: { roles: 'admin' } })).toBe(
      'insufficient_claims',
    )
  })

  it('are passed to functions as they are', async () => {
    const seen: unknown[] = []
    const claims = { roles: (value: unknown) => seen.push(value) > 0 }
    expect(await codeOf(token, { claims })).toBe('accepted')
    expect(seen).toEqual([(token.claims as { roles: unknown }).roles])
  })
})

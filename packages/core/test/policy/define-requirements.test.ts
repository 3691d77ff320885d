import { outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { requireOn } from '../../src/adapter.ts'
import { allOf } from '../../src/policy/claims.ts'
import { checkRequirements } from '../../src/policy/guard.ts'
import { defineRequirements, type Requirements } from '../../src/policy/requirements.ts'
import { ConfigurationError } from '../../src/refusal/errors.ts'
import type { VerifiedAccessToken } from '../../src/token/verified-access-token.ts'
import { makeVerifier, requestWith } from '../support/verifiers.ts'

const auth = await makeVerifier().verify(signToken({ claims: { scp: ['a'], groups: 'x' } }))
const codeOf = (token: VerifiedAccessToken, requirements: Requirements): Promise<string> =>
  outcomeOf(() => checkRequirements(token, requirements))

/** Claims that contain themselves. */
function endless(): Record<string, unknown> {
  const claims: Record<string, unknown> = {}
  claims.a = claims
  return claims
}

/** Alternatives that contain themselves. */
function endlessAlternatives(): Record<string, unknown> {
  const requirements: Record<string, unknown> = {}
  requirements.anyOf = [requirements, requirements]
  return requirements
}

/** A requirement that is a getter of a class. */
class Reading {
  readonly claims = { a: 1 }
  get scopes(): readonly string[] {
    return ['a']
  }
}

const wrong: readonly (readonly [unknown, string, RegExp])[] = [
  [null, 'requirements', /must be an object/],
  ['messages:read', 'requirements', /such as \{ scopes/],
  [['messages:read'], 'requirements', /must be an object/],
  [new Map([['scopes', ['a']]]), 'requirements', /must be an object/],
  [
    Object.assign(Object.create({ scopes: ['a'] }), { claims: { a: 1 } }),
    'requirements',
    /must be an object/,
  ],
  [
    Object.assign(Object.create(Object.assign(Object.create(null), { scopes: ['a'] })), { claims: { a: 1 } }),
    'requirements',
    /must be an object/,
  ],
  [
    Object.defineProperty({ claims: { a: 1 } }, 'scopes', { value: ['a'] }),
    'requirements',
    /must be an object/,
  ],
  [{ claims: Object.defineProperty({ a: 1 }, 'b', { value: 2 }) }, 'claims', /must be an object/],
  [{}, 'requirements', /is empty; leave it out/],
  [{ scope: ['a'] }, 'scope', /the requirements are scopes, anyScope, claims/],
  [{ scopes: ['a'], roles: ['b'] }, 'roles', /is not a requirement/],
  [{ scopes: undefined }, 'scopes', /at least one scope/],
  [{ scopes: null }, 'scopes', /at least one scope/],
  [{ scopes: 'a' }, 'scopes', /at least one scope/],
  [{ scopes: [] }, 'scopes', /at least one scope/],
  [{ scopes: ['a'], anyScope: undefined }, 'anyScope', /at least one scope/],
  [{ anyScope: [] }, 'anyScope', /at least one scope/],
  [{ scopes: ['a b'] }, 'scopes', /without spaces/],
  [{ scopes: [''] }, 'scopes', /without spaces/],
  [{ scopes: ['a"'] }, 'scopes', /without spaces/],
  [{ scopes: ['a\\'] }, 'scopes', /without spaces/],
  [{ scopes: ['é'] }, 'scopes', /without spaces/],
  [{ scopes: ['a\n'] }, 'scopes', /without spaces/],
  [{ scopes: [1] }, 'scopes', /without spaces/],
  [{ scopes: new Array(2) }, 'scopes', /without spaces/],
  [{ anyScope: ['a', null] }, 'anyScope', /without spaces/],
  [{ claims: undefined }, 'claims', /at least one claim/],
  [{ claims: null }, 'claims', /at least one claim/],
  [{ claims: [] }, 'claims', /at least one claim/],
  [{ claims: {} }, 'claims', /at least one claim/],
  [{ claims: 'tenant' }, 'claims', /at least one claim/],
  [{ claims: { tenant: null } }, 'claims.tenant', /string, number or boolean/],
  [{ claims: { tenant: undefined } }, 'claims.tenant', /string, number or boolean/],
  [{ claims: { tenant: {} } }, 'claims.tenant', /at least one claim/],
  [{ claims: { tenant: [] } }, 'claims.tenant', /non-empty list/],
  [{ claims: { tenant: new Array(1) } }, 'claims.tenant', /non-empty list/],
  [{ claims: { tenant: [['a']] } }, 'claims.tenant', /list of these/],
  [{ claims: { tenant: /a/ } }, 'claims.tenant', /string, number or boolean/],
  [{ claims: { tenant: new Map([['a', 1]]) } }, 'claims.tenant', /string, number or boolean/],
  [{ claims: { tenant: Symbol('a') } }, 'claims.tenant', /string, number or boolean/],
  [{ claims: { a: { b: undefined } } }, 'claims.a.b', /an object of nested claims, or a function/],
  [{ claims: { a: { b: { c: [] } } } }, 'claims.a.b.c', /non-empty list/],
  [{ claims: { a: { b: {} } } }, 'claims.a.b', /at least one claim/],
  [{ claims: { a: { [Symbol.for('okta-resource-server.all-of')]: [] } } }, 'claims.a', /at least one claim/],
  [{ claims: endless() }, `claims${'.a'.repeat(9)}`, /more than 8 levels deep/],
  [{ caller: undefined }, 'caller', /'user' or 'service'/],
  [{ caller: 'machine' }, 'caller', /'user' or 'service'/],
  [{ caller: ['user'] }, 'caller', /'user' or 'service'/],
  [{ anyOf: undefined }, 'anyOf', /at least one object/],
  [{ anyOf: null }, 'anyOf', /at least one object/],
  [{ anyOf: { scopes: ['a'] } }, 'anyOf', /at least one object/],
  [{ anyOf: [] }, 'anyOf', /at least one object/],
  [{ anyOf: new Array(1) }, 'anyOf[0]', /must be an object/],
  [{ anyOf: [{ scopes: ['a'] }, undefined] }, 'anyOf[1]', /must be an object/],
  [{ anyOf: [{ scopes: ['a'] }, {}] }, 'anyOf[1]', /is empty/],
  [{ anyOf: [{ scope: ['a'] }] }, 'anyOf[0].scope', /the requirements are scopes/],
  [{ anyOf: [{ scopes: ['a'] }, { anyScope: undefined }] }, 'anyOf[1].anyScope', /at least one scope/],
  [{ anyOf: [{ claims: { a: { b: null } } }] }, 'anyOf[0].claims.a.b', /string, number or boolean/],
  [{ anyOf: [{ anyOf: [{ caller: null }] }] }, 'anyOf[0].anyOf[0].caller', /'user' or 'service'/],
  [{ anyOf: [endlessAlternatives()] }, `${'anyOf[0].'.repeat(8)}anyOf`, /more than 8 levels deep/],
  [{ anyOf: [new Reading()] }, 'anyOf[0]', /must be an object/],
  [{ password: 'dpop' }, 'password', /is not a requirement/],
]

describe('wrong requirements are a ConfigurationError that names them', () => {
  it.each(wrong)('when they are defined: %o', (requirements, option, advice) => {
    const define = (): unknown => defineRequirements(requirements as Requirements)
    expect(define).toThrow(ConfigurationError)
    expect(define).toThrow(advice)
    const unknown = ['scope', 'roles', 'anyOf[0].scope', 'password']
    const code = unknown.includes(option) ? 'option_unknown' : 'option_invalid'
    expect(define).toThrow(expect.objectContaining({ option, code }))
  })

  it.each(wrong)('when they are checked, by a call or by a guard: %o', async (requirements) => {
    const [verifier, token] = [makeVerifier(), signToken()]
    const request = requestWith(token)
    const wrongRequirements = requirements as Requirements
    expect(() => checkRequirements(auth, wrongRequirements)).toThrow(ConfigurationError)
    expect(() => requireOn({}, auth, wrongRequirements)).toThrow(ConfigurationError)
    await expect(verifier.verify(token, wrongRequirements)).rejects.toBeInstanceOf(ConfigurationError)
    await expect(verifier.authenticate(request, wrongRequirements)).rejects.toBeInstanceOf(ConfigurationError)
  })
})

describe('defineRequirements', () => {
  it('accepts every character that RFC 6749, section 3.3 allows in a scope', () => {
    const scopes = ["!#$%&'()*+,-./0123456789:;<=>?@AZ[]^_`az{|}~"]
    expect(defineRequirements({ scopes, anyScope: scopes })).toEqual({ scopes, anyScope: scopes })
  })

  it('returns a frozen copy, which does not follow changes of the original', async () => {
    const source = { scopes: ['a'], claims: { groups: ['x'] } as Record<string, string[]> }
    const defined = defineRequirements(source)
    source.scopes.push('b')
    source.claims.groups?.pop()
    source.claims.other = ['y']
    expect(defined).toEqual({ scopes: ['a'], claims: { groups: ['x'] } })
    expect(await codeOf(auth, defined)).toBe('accepted')
    for (const part of [defined, defined.scopes, defined.claims, defined.claims?.groups]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })

  it('copies alternatives and nested claims, but not functions and the result of allOf', async () => {
    const [accept, both] = [() => true, allOf('x')]
    const source = { anyOf: [{ claims: { a: { b: ['y'], c: accept }, groups: both } }, { scopes: ['z'] }] }
    const defined = defineRequirements(source)
    expect(defined).toEqual(source)
    const [first] = defined.anyOf ?? []
    expect(Object.values(first?.claims?.a ?? {})).toEqual([['y'], accept])
    expect(first?.claims?.groups).toBe(both)
    for (const part of [defined.anyOf, first, first?.claims, first?.claims?.a, both]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
    source.anyOf[1]?.scopes?.splice(0, 1, 'a')
    expect(await codeOf(auth, source)).toBe('accepted')
    expect(await codeOf(auth, defined)).toBe('insufficient_claims')
  })

  it('copies objects that have symbols', () => {
    const source = { scopes: ['a'], [Symbol('note')]: true }
    const defined = defineRequirements(source)
    source.scopes.push('b')
    expect(defined).toEqual({ scopes: ['a'] })
    expect(Object.isFrozen(defined)).toBe(true)
  })

  it('returns requirements whose names are in the error', async () => {
    const defined = defineRequirements({ claims: { department: 'sales' } })
    await expect(makeVerifier().verify(signToken(), defined)).rejects.toMatchObject({
      requirement: 'claims.department',
    })
  })

  it('returns requirements that are defined already', () => {
    const defined = defineRequirements({ anyScope: ['a'] })
    expect(defineRequirements(defined)).toBe(defined)
    expect(defined).toEqual({ anyScope: ['a'] })
  })
})

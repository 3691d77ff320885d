import { describe, expect, it } from 'vitest'
import { ConfigurationError, type InsufficientScopeError } from '../src/errors.ts'
import { checkRequirements, defineRequirements, type Requirements } from '../src/requirements.ts'
import type { VerifiedAccessToken } from '../src/verified-access-token.ts'
import { outcome } from './support/tokens.ts'

function tokenOf(scopes: readonly string[], claims: object = {}): VerifiedAccessToken<object> {
  const rest = {
    header: { alg: 'ES256' },
    issuer: 'i',
    subject: undefined,
    clientId: undefined,
    expiresAt: 1,
  }
  return { ...rest, claims, scopes }
}

const judged = (token: VerifiedAccessToken<object>, requirements: Requirements): Promise<string> =>
  outcome(() => checkRequirements(token, requirements))

describe('scopes', () => {
  const token = tokenOf(['messages:read', 'profile', 'two words'])

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
    [{}, 'accepted'],
  ])('%j: %s', async (requirements, code) => {
    expect(await judged(token, requirements)).toBe(code)
  })

  it('that are lacking are named in the challenge, all that the resource asks for', () => {
    const error = (requirements: Requirements): InsufficientScopeError => {
      try {
        checkRequirements(token, requirements)
      } catch (thrown) {
        return thrown as InsufficientScopeError
      }
      throw new Error('accepted')
    }
    const all = error({ scopes: ['profile', 'messages:write'] })
    expect(all).toMatchObject({
      status: 403,
      error: 'insufficient_scope',
      requiredScopes: ['profile', 'messages:write'],
    })
    expect(all.headers['www-authenticate']).toMatch(/, scope="profile messages:write"$/)
    expect(error({ anyScope: ['a', 'b'] }).headers['www-authenticate']).toMatch(/, scope="a b"$/)
    expect(error({ claims: { a: 1 } }).headers['www-authenticate']).not.toContain('scope=')
  })
})

describe('claims', () => {
  const token = tokenOf([], {
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
    [{}, 'accepted'],
  ])('%o: %s', async (claims, code) => {
    expect(await judged(token, { claims })).toBe(code)
  })

  it('may be judged by a function, which gets the value', async () => {
    const seen: unknown[] = []
    const look = (value: unknown): boolean => {
      seen.push(value)
      return true
    }
    expect(await judged(token, { claims: { nested: look, missing: look, constructor: look } })).toBe(
      'accepted',
    )
    expect(seen).toEqual([{ a: 1 }, undefined, undefined])
  })

  it.each<[string, () => unknown]>([
    ['false', () => false],
    ['nothing', () => undefined],
    ['what is only truthy', () => 'yes'],
    ['a promise', async () => true],
    [
      'an error',
      () => {
        throw new Error('the claim has another form')
      },
    ],
    [
      'a refusal of its own',
      () => {
        throw 'no'
      },
    ],
  ])('a function that ends in %s lets nobody in', async (_title, wanted) => {
    expect(await judged(token, { claims: { tenant: wanted as () => boolean } })).toBe('insufficient_claims')
  })
})

describe('requirements of the wrong form', () => {
  it.each<[unknown, string, RegExp]>([
    [null, 'requirements', /must be an object/],
    ['messages:read', 'requirements', /such as \{ scopes/],
    [['messages:read'], 'requirements', /must be an object/],
    [{ scope: ['a'] }, 'scope', /not a requirement; known are scopes, anyScope, claims/],
    [{ scopes: 'a' }, 'scopes', /list of at least one scope/],
    [{ scopes: [] }, 'scopes', /list of at least one scope/],
    [{ anyScope: [] }, 'anyScope', /list of at least one scope/],
    [{ scopes: ['a b'] }, 'scopes', /one word an entry/],
    [{ scopes: [''] }, 'scopes', /one word an entry/],
    [{ scopes: ['a"'] }, 'scopes', /one word an entry/],
    [{ scopes: ['a\\'] }, 'scopes', /one word an entry/],
    [{ scopes: ['é'] }, 'scopes', /one word an entry/],
    [{ scopes: ['a\n'] }, 'scopes', /one word an entry/],
    [{ scopes: [1] }, 'scopes', /one word an entry/],
    [{ anyScope: ['a', null] }, 'anyScope', /one word an entry/],
    [{ claims: [] }, 'claims', /object of claim name to requirement/],
    [{ claims: null }, 'claims', /object of claim name/],
    [{ claims: 'tenant' }, 'claims', /object of claim name/],
    [{ claims: { tenant: null } }, 'claims.tenant', /string, number or boolean/],
    [{ claims: { tenant: undefined } }, 'claims.tenant', /string, number or boolean/],
    [{ claims: { tenant: {} } }, 'claims.tenant', /a list of these, or a function/],
    [{ claims: { tenant: [] } }, 'claims.tenant', /a list of these/],
    [{ claims: { tenant: [['a']] } }, 'claims.tenant', /a list of these/],
  ])('%j are refused by name', (requirements, option, mend) => {
    const define = (): unknown => defineRequirements(requirements as Requirements)
    expect(define).toThrow(ConfigurationError)
    expect(define).toThrow(mend)
    const code = option === 'scope' ? 'option_unknown' : 'option_invalid'
    expect(define).toThrow(expect.objectContaining({ option, code }))
    expect(() => checkRequirements(tokenOf([]), requirements as Requirements)).toThrow(ConfigurationError)
  })
})

describe('defined requirements', () => {
  it('may hold every character that RFC 6749 §3.3 allows in a scope', () => {
    const scopes = ["!#$%&'()*+,-./0123456789:;<=>?@AZ[]^_`az{|}~"]
    expect(defineRequirements({ scopes, anyScope: scopes })).toEqual({ scopes, anyScope: scopes })
  })

  it('are frozen and no longer follow the object they came from', async () => {
    const [scopes, groups] = [['a'], ['x']]
    const defined = defineRequirements({ scopes, claims: { groups } })
    scopes.pop()
    groups.push('y')
    expect(await judged(tokenOf([], { groups: 'x' }), defined)).toBe('insufficient_scope')
    expect(await judged(tokenOf(['a'], { groups: 'y' }), defined)).toBe('insufficient_claims')
    for (const part of [defined, defined.scopes, defined.claims, defined.claims?.groups]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })

  it('are not defined anew', () => {
    const defined = defineRequirements({ anyScope: ['a'] })
    expect(defineRequirements(defined)).toBe(defined)
    expect(defined).toEqual({ anyScope: ['a'] })
  })

  it('may ask for a claim named __proto__, which no token has', async () => {
    const claims = JSON.parse('{"__proto__":"a"}')
    expect(await judged(tokenOf([], {}), { claims })).toBe('insufficient_claims')
  })
})

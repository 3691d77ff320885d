import { signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { Requirements } from '../../src/policy/requirements.ts'
import { makeVerifier, recordMessages } from '../support/verifiers.ts'
import { codeOf, errorOf, tokenWith } from './handmade.ts'

describe('anyOf', () => {
  const token = tokenWith(['read'], { roles: ['writer'], tenant: 'a' })

  it.each<[Requirements, string]>([
    [{ anyOf: [{ scopes: ['read'] }] }, 'accepted'],
    [{ anyOf: [{ scopes: ['read'] }, { scopes: ['admin'] }] }, 'accepted'],
    [{ anyOf: [{ scopes: ['admin'] }, { claims: { roles: 'writer' } }] }, 'accepted'],
    [{ anyOf: [{ scopes: ['admin'] }, { scopes: ['b'] }, { anyScope: ['c', 'read'] }] }, 'accepted'],
    [{ anyOf: [{ scopes: ['admin'] }, { claims: { roles: 'admin' } }] }, 'insufficient_scope'],
    [{ anyOf: [{ claims: { roles: 'admin' } }, { scopes: ['admin'] }] }, 'insufficient_claims'],
    [{ anyOf: [{ caller: 'user' }, { scopes: ['admin'] }] }, 'caller_not_allowed'],
    // All of an alternative must be met.
    [{ anyOf: [{ scopes: ['read'], claims: { roles: 'admin' } }] }, 'insufficient_claims'],
    [{ anyOf: [{ scopes: ['admin'], claims: { roles: 'writer' } }] }, 'insufficient_scope'],
    // What stands beside the alternatives must be met, too.
    [{ scopes: ['admin'], anyOf: [{ claims: { roles: 'writer' } }] }, 'insufficient_scope'],
    [{ claims: { tenant: 'b' }, anyOf: [{ scopes: ['read'] }] }, 'insufficient_claims'],
    [{ claims: { tenant: 'a' }, anyOf: [{ scopes: ['admin'] }, { scopes: ['read'] }] }, 'accepted'],
    [{ claims: { tenant: 'a' }, anyOf: [{ scopes: ['admin'] }] }, 'insufficient_scope'],
    [{ anyOf: [{ scopes: ['admin'] }, { anyOf: [{ scopes: ['b'] }, { scopes: ['read'] }] }] }, 'accepted'],
    [{ anyOf: [{ anyOf: [{ scopes: ['b'] }] }, { scopes: ['c'] }] }, 'insufficient_scope'],
  ])('needs one alternative: %j is %s', async (requirements, code) => {
    expect(await codeOf(token, requirements)).toBe(code)
  })

  it('is named in the error, with the scopes of the first alternative', () => {
    const requirements = { anyOf: [{ scopes: ['b', 'c'] }, { scopes: ['d'] }] }
    expect(errorOf(token, requirements)).toMatchObject({
      code: 'insufficient_scope',
      requirement: 'anyOf',
      requiredScopes: ['b', 'c'],
    })
    expect(errorOf(token, requirements).headers['www-authenticate']).toMatch(/, scope="b c"$/)
    const nested = { anyOf: [{ anyOf: [{ scopes: ['e'] }] }, { scopes: ['d'] }] }
    expect(errorOf(token, nested)).toMatchObject({ requirement: 'anyOf', requiredScopes: ['e'] })
  })

  it('names no scope if the first alternative lacks none', () => {
    const requirements = { anyOf: [{ claims: { roles: 'admin' } }, { scopes: ['d'] }] }
    expect(errorOf(token, requirements)).toMatchObject({ requirement: 'anyOf', requiredScopes: [] })
    expect(errorOf(token, requirements).headers['www-authenticate']).not.toContain('scope=')
    const met = { anyOf: [{ scopes: ['read'], claims: { roles: 'admin' } }, { scopes: ['d'] }] }
    expect(errorOf(token, met)).toMatchObject({ code: 'insufficient_claims', requiredScopes: [] })
  })

  it('tries the alternatives in their order, and stops at the first that is met', async () => {
    const calls: string[] = []
    const alternative = (name: string, met: boolean): Requirements => ({
      claims: { tenant: () => calls.push(name) > 0 && met },
    })
    const anyOf = [alternative('a', false), alternative('b', true), alternative('c', true)]
    expect(await codeOf(token, { anyOf })).toBe('accepted')
    expect(calls).toEqual(['a', 'b'])
  })

  it('is published as the requirement that failed, as nested claims are', async () => {
    const messages = recordMessages()
    const verifier = makeVerifier()
    const verify = (requirements: Requirements): Promise<unknown> =>
      verifier.verify(signToken(), requirements).catch(() => undefined)
    await verify({ anyOf: [{ scopes: ['admin'] }, { claims: { tenant: 'a' } }] })
    await verify({ claims: { realm_access: { roles: 'admin' } } })
    const published = messages.map(([, message]) => (message as { requirement?: string }).requirement)
    expect(published).toEqual(['anyOf', 'claims.realm_access.roles'])
  })
})

import { inspect } from 'node:util'
import { ISSUER, outcomeOf, signToken, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { checkRequirements } from '../../src/policy/guard.ts'
import type { Requirements } from '../../src/policy/requirements.ts'
import { configurationErrorOf, decideNow, makeVerifier, untyped } from '../support/verifiers.ts'

const { jwks } = verifierOptions()
const impliedScopes = { admin: ['write', 'users'], write: ['read'], owner: ['admin'] }

describe('impliedScopes', () => {
  const verifier = makeVerifier({ impliedScopes })
  const codeOf = (scp: readonly string[], requirements: Requirements): Promise<string> =>
    outcomeOf(verifier.verify(signToken({ claims: { scp } }), requirements))

  it.each<[readonly string[], Requirements, string]>([
    [['write'], { scopes: ['read'] }, 'accepted'],
    [['admin'], { scopes: ['read'] }, 'accepted'],
    [['owner'], { scopes: ['read', 'users', 'write', 'admin', 'owner'] }, 'accepted'],
    [['read'], { scopes: ['read'] }, 'accepted'],
    [['read'], { scopes: ['write'] }, 'insufficient_scope'],
    [['write'], { scopes: ['users'] }, 'insufficient_scope'],
    [['users'], { scopes: ['write'] }, 'insufficient_scope'],
    [['write'], { scopes: ['read', 'users'] }, 'insufficient_scope'],
    [['write', 'users'], { scopes: ['read', 'users'] }, 'accepted'],
    [['writer', 'Admin'], { scopes: ['read'] }, 'insufficient_scope'],
    [['admin'], { anyScope: ['other', 'read'] }, 'accepted'],
    [['read'], { anyScope: ['other', 'write'] }, 'insufficient_scope'],
    [['admin'], { anyOf: [{ scopes: ['other'] }, { scopes: ['read'] }] }, 'accepted'],
    [['__proto__'], { scopes: ['read'] }, 'insufficient_scope'],
    [['admin'], { scopes: ['toString'] }, 'insufficient_scope'],
  ])('count where a scope is required: %j, %j is %s', async (scp, requirements, code) => {
    expect(await codeOf(scp, requirements)).toBe(code)
  })

  it('do not change auth.scopes or the challenge', async () => {
    const auth = await verifier.verify(signToken({ claims: { scp: ['admin'] } }), { scopes: ['read'] })
    expect(auth.scopes).toEqual(['admin'])
    await expect(
      verifier.verify(signToken({ claims: { scp: ['read'] } }), { scopes: ['write'] }),
    ).rejects.toMatchObject({ requirement: 'scopes', requiredScopes: ['write'] })
  })

  it('count for cached tokens and for checkRequirements, but not for a copy of the result', async () => {
    const token = signToken({ claims: { scp: ['admin'] } })
    const auth = await verifier.verify(token)
    await verifier.verify(token)
    expect(decideNow(verifier, token, { scopes: ['read'] })).toBeDefined()
    expect(await outcomeOf(() => checkRequirements(auth, { scopes: ['read'] }))).toBe('accepted')
    expect(await outcomeOf(() => checkRequirements({ ...auth }, { scopes: ['read'] }))).toBe(
      'insufficient_scope',
    )
  })

  it('count for the tokens of their own issuer only', async () => {
    const other = 'https://other.example/oauth2/default'
    const both = makeVerifier({
      issuer: [
        { issuer: ISSUER, jwks, impliedScopes },
        { issuer: other, jwks },
      ],
    })
    const codes = [ISSUER, other].map((iss) =>
      outcomeOf(both.verify(signToken({ claims: { iss, scp: ['admin'] } }), { scopes: ['read'] })),
    )
    expect(await Promise.all(codes)).toEqual(['accepted', 'insufficient_scope'])
  })

  it('do not show in the result', async () => {
    const auth = await verifier.verify(signToken())
    expect(Reflect.ownKeys(auth)).toEqual(Object.keys(auth))
    expect(Object.getPrototypeOf(auth)).toBe(Object.prototype)
    expect(inspect(auth, { depth: 9, showHidden: true })).not.toContain('owner')
    expect(JSON.stringify(auth)).not.toContain('owner')
  })

  it('are copied, so that later changes have no effect', async () => {
    const mutable: Record<string, string[]> = { write: ['read'] }
    const own = makeVerifier({ impliedScopes: mutable })
    mutable.write?.push('admin')
    mutable.read = ['admin']
    const token = signToken({ claims: { scp: ['write'] } })
    expect(await outcomeOf(own.verify(token, { scopes: ['read'] }))).toBe('accepted')
    expect(await outcomeOf(own.verify(token, { scopes: ['admin'] }))).toBe('insufficient_scope')
  })
})

describe('wrong impliedScopes are a ConfigurationError that names them', () => {
  it.each<[unknown, string, RegExp]>([
    [null, 'impliedScopes', /must be an object/],
    [[], 'impliedScopes', /must be an object/],
    ['write', 'impliedScopes', /must be an object/],
    [{}, 'impliedScopes', /must be an object/],
    [{ write: undefined }, 'impliedScopes["write"]', /at least one scope/],
    [{ write: 'read' }, 'impliedScopes["write"]', /at least one scope/],
    [{ write: [] }, 'impliedScopes["write"]', /at least one scope/],
    [{ write: ['a b'] }, 'impliedScopes["write"]', /without spaces/],
    [{ write: new Array(1) }, 'impliedScopes["write"]', /without spaces/],
    [{ 'a b': ['c'] }, 'impliedScopes', /without spaces/],
    [{ a: ['a'] }, 'impliedScopes', /contains a cycle: a includes itself/],
    [{ a: ['b'], b: ['a'] }, 'impliedScopes', /contains a cycle/],
    [{ x: ['a'], a: ['y', 'b'], b: ['c'], c: ['a'] }, 'impliedScopes', /contains a cycle/],
  ])('%j', (value, option, advice) => {
    const error = configurationErrorOf(() => makeVerifier(untyped({ impliedScopes: value }) as object))
    expect(error).toMatchObject({ code: 'option_invalid', option })
    expect(error.message).toMatch(advice)
  })

  it('in the options of one issuer, which the message names', () => {
    const issuer = [{ issuer: ISSUER, jwks, audience: 'a', impliedScopes: { a: ['a'] } }]
    expect(configurationErrorOf(() => makeVerifier({ issuer })).option).toBe('issuer[0].impliedScopes')
  })

  it('but a scope that several others include, on several paths, is fine', async () => {
    const diamond = { a: ['b', 'c'], b: ['d'], c: ['d'] }
    const verifier = makeVerifier({ impliedScopes: diamond })
    expect(await outcomeOf(verifier.verify(signToken({ claims: { scp: ['a'] } }), { scopes: ['d'] }))).toBe(
      'accepted',
    )
  })
})

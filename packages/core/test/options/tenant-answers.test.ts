import { AUDIENCE, ISSUER, keySet, signingKey } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { IssuerConfiguration } from '../../src/options/issuer.ts'
import { isSameConfiguration, tenantConfiguration } from '../../src/options/tenants.ts'
import { initialJwksOf, tenants } from '../support/tenants.ts'
import { configurationErrorOf } from '../support/verifiers.ts'

const TENANT = 'https://as.example/tenant'
const answerFor = (answer: unknown, iss = TENANT, options: object = {}): IssuerConfiguration | undefined =>
  tenantConfiguration(iss, answer, tenants(options))

describe('what the function returns', () => {
  it('is completed by the shared options', () => {
    expect(answerFor({}, TENANT, { clockTolerance: 9 })).toMatchObject({
      issuer: TENANT,
      audience: [AUDIENCE],
      clockTolerance: 9,
    })
    expect(answerFor({ audience: 'own', issuer: TENANT, clockTolerance: 1 })).toMatchObject({
      audience: ['own'],
      clockTolerance: 1,
    })
  })

  it('is known to be found at run time, so that it is not named in warnings', () => {
    expect(answerFor({})?.isFixed).toBe(false)
  })

  it('does not lift a shared restriction with undefined', () => {
    const restricted = { clientIds: ['a'], algorithms: ['ES256'] }
    const configuration = answerFor({ clientIds: undefined, algorithms: undefined }, TENANT, restricted)
    expect(configuration).toMatchObject({ clientIds: new Set(['a']), algorithms: new Set(['ES256']) })
  })

  it.each([undefined, null, false])('means an unknown issuer if it is %s', (answer) => {
    expect(answerFor(answer)).toBeUndefined()
  })

  it.each([
    ['another issuer', { issuer: 'https://as.example/other' }],
    ['the issuer with a slash', { issuer: `${TENANT}/` }],
    ['the issuer in upper case', { issuer: TENANT.toUpperCase() }],
    ['an issuer that is no string', { issuer: [TENANT] }],
    ['a null issuer', { issuer: null }],
  ])('means an unknown issuer if it names %s', (_title, answer) => {
    expect(answerFor(answer)).toBeUndefined()
  })

  it.each([
    ['http, from which nothing may be fetched', 'http://as.example/tenant'],
    ['a name, from which nothing can be fetched', 'accounts.example'],
    ['an Okta org authorization server', 'https://example.okta.com'],
    ['an Okta issuer with a slash', `${ISSUER}/`],
    ['an Okta Admin Console', 'https://example-admin.okta.com/oauth2/default'],
  ])('means an unknown issuer if that is %s', (_title, iss) => {
    expect(answerFor({}, iss)).toBeUndefined()
  })

  it('can be for an http issuer or a name if it says where the keys are', () => {
    for (const iss of ['http://as.example/tenant', 'accounts.example']) {
      for (const source of [{ jwksUri: 'https://as.example/keys' }, { jwks: keySet(signingKey()) }]) {
        expect(answerFor(source, iss)).toMatchObject({ issuer: iss })
      }
    }
    expect(answerFor({ allowInsecureHttp: true }, 'http://as.example/tenant')).toBeDefined()
  })

  it.each([
    ['a string', TENANT],
    ['true', true],
    ['a number', 1],
    ['a list', []],
    ['a map', new Map()],
    ['an error', new Error('unknown tenant')],
    ['a URL', new URL(TENANT)],
    ['an object that inherits its options', Object.create({ audience: AUDIENCE })],
    ['a function', () => ({})],
  ])('is a mistake if it is %s', (_title, answer) => {
    const error = configurationErrorOf(() => answerFor(answer))
    expect(error).toMatchObject({ code: 'option_invalid', option: 'issuer' })
  })

  it.each([
    ['an unknown option', { audiance: 'x' }, 'option_unknown', 'issuer().audiance'],
    ['an option of the verifier', { tokenCache: false }, 'option_unknown', 'issuer().tokenCache'],
    ['a wrong option', { audience: [] }, 'option_invalid', 'issuer().audience'],
    ['a missing audience', { audience: undefined }, 'option_missing', 'issuer().audience'],
    [
      'own __proto__',
      JSON.parse('{"__proto__":{"jwksUri":"https://x"}}'),
      'option_unknown',
      'issuer().__proto__',
    ],
    ['constructor', { constructor: { prototype: {} } }, 'option_unknown', 'issuer().constructor'],
  ])('is a mistake if it has %s', (_title, answer, code, option) => {
    expect(configurationErrorOf(() => answerFor(answer))).toMatchObject({ code, option })
  })

  it('can be an object without a prototype, or of another realm', async () => {
    const { runInNewContext } = await import('node:vm')
    for (const answer of [Object.create(null), runInNewContext('({ audience: "other" })')]) {
      expect(answerFor(answer)).toMatchObject({ issuer: TENANT })
    }
  })

  it('takes no option from Object.prototype', () => {
    const configuration = tenants()
    const prototype = Object.prototype as unknown as Record<string, unknown>
    prototype.jwksUri = 'https://attacker.example/keys'
    prototype.clientIds = 'attacker'
    try {
      const answer = tenantConfiguration(TENANT, {}, configuration)
      expect(answer).toMatchObject({ jwksUri: undefined, clientIds: undefined })
    } finally {
      delete prototype.jwksUri
      delete prototype.clientIds
    }
  })

  it('is copied', () => {
    const answer = { audience: ['a'], clientIds: ['c'], jwks: keySet(signingKey()) }
    const configuration = answerFor(answer)
    answer.audience.push('b')
    answer.clientIds[0] = 'd'
    answer.jwks.keys.length = 0
    expect(configuration).toMatchObject({ audience: ['a'], clientIds: new Set(['c']) })
    expect(configuration?.jwks?.keys).toHaveLength(1)
  })

  it('limits the hosts of the jwks_uri to that of the issuer and to those that it lists', () => {
    expect(answerFor({})?.jwksHosts).toEqual(new Set(['as.example']))
    expect(answerFor({ jwksHosts: 'keys.example' })?.jwksHosts).toEqual(
      new Set(['keys.example', 'as.example']),
    )
    const shared = { jwksHosts: ['keys.example'] }
    expect(answerFor({}, TENANT, shared)?.jwksHosts).toEqual(new Set(['keys.example', 'as.example']))
  })
})

describe('two answers', () => {
  const { fetch } = globalThis
  const clock = (): number => 1
  const base = { audience: 'a', clientIds: ['c', 'd'], jwks: keySet(signingKey()), fetch, clock }
  const isSame = (one: object, other: object): boolean =>
    isSameConfiguration(answerFor(one) as IssuerConfiguration, answerFor(other) as IssuerConfiguration)

  it.each([
    ['are equal', {}],
    ['name the issuer or not', { issuer: TENANT }],
    ['state a default or not', { clockTolerance: 5 }],
    ['write one audience as a string or as a list', { audience: ['a'] }],
  ])('are the same if they %s', (_title, own) => {
    expect(isSame(base, structuredCloneWithFunctions({ ...base, ...own }))).toBe(true)
    expect(isSame({}, {})).toBe(true)
  })

  it('are the same if they differ in initialJwks, which are for the first answer', () => {
    expect(isSame({ initialJwks: initialJwksOf(1) }, { initialJwks: initialJwksOf(2) })).toBe(true)
    expect(isSame({ initialJwks: initialJwksOf(1) }, {})).toBe(true)
  })

  it.each([
    ['audience', { audience: 'b' }],
    ['clients', { clientIds: ['c'] }],
    ['algorithms', { algorithms: ['ES256'] }],
    ['keys', { jwks: keySet(signingKey('ES256', 'other')) }],
    ['tolerance', { clockTolerance: 6 }],
    ['fetch', { fetch: (() => {}) as unknown as typeof fetch }],
    ['clock', { clock: () => 1 }],
    ['hosts', { jwksHosts: 'keys.example' }],
  ])('are not the same if they differ in their %s', (_title, own) => {
    expect(isSame(base, { ...base, ...own })).toBe(false)
  })
})

/** A copy of every list and object, but not of functions. */
function structuredCloneWithFunctions<T extends object>(value: T): T {
  const copy = (member: unknown): unknown => (typeof member === 'function' ? member : structuredClone(member))
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copy(member)])) as T
}

import { AUDIENCE, ISSUER, keySet, signingKey } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { IssuerConfiguration } from '../../src/options/issuer.ts'
import { type Configuration, configure } from '../../src/options/options.ts'
import {
  isSameConfiguration,
  type TenantsConfiguration,
  tenantConfiguration,
} from '../../src/options/tenants.ts'
import { configurationErrorOf, untyped } from '../support/verifiers.ts'

const resolve = (): undefined => undefined
const configureFunction = (options: object): Configuration =>
  configure(untyped({ issuer: resolve, audience: AUDIENCE, ...options }))
const tenants = (options: object = {}): TenantsConfiguration =>
  configureFunction(options).tenants as TenantsConfiguration
const initialJwksOf = (minute: number): object => ({
  ...keySet(signingKey()),
  fetchedAt: 1_700_000_000_000 + minute * 60_000,
})
const TENANT = 'https://as.example/tenant'
const answerFor = (answer: unknown, iss = TENANT, options: object = {}): IssuerConfiguration | undefined =>
  tenantConfiguration(iss, answer, tenants(options))

describe('a function as issuer', () => {
  it('is kept with the shared options and the default limits', () => {
    const { issuers, tenants } = configureFunction({ clockTolerance: 10 })
    expect(issuers.size).toBe(0)
    expect(tenants).toMatchObject({
      resolve,
      shared: { audience: AUDIENCE, clockTolerance: 10 },
      limits: {
        max: 1_000,
        cacheMaxAge: 600_000,
        negativeCacheMaxAge: 60_000,
        timeoutDuration: 5_000,
        concurrency: 10,
      },
    })
  })

  it('needs no shared audience', () => {
    expect(configure({ issuer: resolve }).tenants?.shared).not.toHaveProperty('audience')
  })

  it.each([
    ['a wrong shared option', { clockTolerance: 301 }, 'clockTolerance', /seconds/],
    ['a wrong audience', { audience: [] }, 'audience', /empty list/],
    ['shared jwks', { jwks: keySet(signingKey()) }, 'jwks', /returned by the function/],
    ['shared initialJwks', { initialJwks: initialJwksOf(1) }, 'initialJwks', /returned by the function/],
    ['a shared jwksUri', { jwksUri: 'https://as.example/keys' }, 'jwksUri', /returned by the function/],
    ['a shared metadataUri', { metadataUri: 'https://as.example/m' }, 'metadataUri', /returned by the/],
    ['issuerCache in a list', { issuerCache: [] }, 'issuerCache', /\{ max: 1_000 \}/],
    ['a null issuerCache', { issuerCache: null }, 'issuerCache', /\{ max: 1_000 \}/],
    ['no issuers in the cache', { issuerCache: { max: 0 } }, 'issuerCache.max', /from 1 to 100000/],
    ['half an issuer', { issuerCache: { max: 1.5 } }, 'issuerCache.max', /integer/],
    ['too many issuers', { issuerCache: { max: 100_001 } }, 'issuerCache.max', /to 100000/],
    ['an age in seconds', { issuerCache: { cacheMaxAge: 60 } }, 'issuerCache.cacheMaxAge', /milliseconds/],
    [
      'no negative age',
      { issuerCache: { negativeCacheMaxAge: 0 } },
      'issuerCache.negativeCacheMaxAge',
      /milliseconds, from 1000/,
    ],
    ['no time', { issuerCache: { timeoutDuration: 0 } }, 'issuerCache.timeoutDuration', /milliseconds/],
    ['no concurrency', { issuerCache: { concurrency: 0 } }, 'issuerCache.concurrency', /from 1 to 1000/],
  ])('is refused at start-up with %s', (_title, options, option, advice) => {
    const error = configurationErrorOf(() => configureFunction(options))
    expect(error).toMatchObject({ code: 'option_invalid', option })
    expect(error.message).toMatch(advice)
  })

  it('is refused at start-up with an unknown member of issuerCache', () => {
    const error = configurationErrorOf(() => configureFunction({ issuerCache: { maxAge: 1 } }))
    expect(error).toMatchObject({ code: 'option_unknown', option: 'issuerCache.maxAge' })
  })

  it('is needed for issuerCache', () => {
    const error = configurationErrorOf(() => configureFunction({ issuer: ISSUER, issuerCache: {} }))
    expect(error).toMatchObject({ code: 'option_invalid', option: 'issuerCache' })
  })

  it('keeps its limits and shared options if the objects are changed later', () => {
    const [audience, issuerCache] = [[AUDIENCE], { max: 2 }]
    const configuration = tenants({ audience, issuerCache })
    audience.push('another')
    issuerCache.max = 3
    expect(configuration.limits.max).toBe(2)
    expect(configuration.shared.audience).toEqual([AUDIENCE])
  })
})

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

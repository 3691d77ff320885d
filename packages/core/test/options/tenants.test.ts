import { AUDIENCE, ISSUER, keySet, signingKey } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { configure } from '../../src/options/options.ts'
import { configureFunction, initialJwksOf, resolve, tenants } from '../support/tenants.ts'
import { configurationErrorOf } from '../support/verifiers.ts'

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

import { AUDIENCE, ISSUER } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { ALGORITHMS } from '../../src/options/algorithms.ts'
import { type Configuration, configure } from '../../src/options/options.ts'
import { untyped } from '../support/verifiers.ts'

type Options = Readonly<Record<string, unknown>>

const configureUntyped = (options: unknown): Configuration => configure(untyped(options))
const withOptions = (options: Options): Options => ({ issuer: ISSUER, audience: AUDIENCE, ...options })

describe('options', () => {
  it('may be issuer and audience only, with defaults for the others', () => {
    const configuration = configureUntyped(withOptions({}))
    expect(configuration).toMatchObject({
      tokenCache: { max: 10_000, maxSize: 81_920_000 },
      maxTokenSize: 16_384,
      challengePolicy: { realm: 'api' },
    })
    const own = configuration.issuers.get(ISSUER)
    expect(own).toMatchObject({
      issuer: ISSUER,
      audience: [AUDIENCE],
      clientIds: undefined,
      profiles: ['okta', 'rfc9068'],
      clockTolerance: 5,
      maxTokenAge: undefined,
      jwksUri: undefined,
      jwks: undefined,
      cacheMaxAge: 3_600_000,
      cooldownDuration: 30_000,
      timeoutDuration: 5_000,
      staleIfError: 86_400_000,
      allowInsecureHttp: false,
    })
    expect(own?.algorithms).toEqual(ALGORITHMS)
    expect(Math.abs((own?.clock.wall() ?? 0) - Date.now())).toBeLessThan(60_000)
  })

  it('become a frozen configuration, which does not follow changes of the options', () => {
    const keys = { keys: [{ kty: 'RSA', kid: 'a' }] }
    const audience = ['api://a']
    const configuration = configureUntyped({ issuer: ISSUER, audience, jwks: keys })
    audience.push('api://b')
    keys.keys.push({ kty: 'RSA', kid: 'b' })
    const own = configuration.issuers.get(ISSUER)
    expect(own?.audience).toEqual(['api://a'])
    expect(own?.jwks?.keys).toHaveLength(1)
    for (const object of [configuration, own, own?.audience]) expect(Object.isFrozen(object)).toBe(true)
  })
})

describe('tokenCache', () => {
  it('has space for at least one token of maxTokenSize', () => {
    const options = withOptions({ tokenCache: { max: 1 }, maxTokenSize: 1_048_576 })
    expect(configureUntyped(options).tokenCache?.maxSize).toBeGreaterThan(3 * 1_048_576)
  })

  it.each([
    [undefined, { max: 10_000, maxSize: 81_920_000 }],
    [{}, { max: 10_000, maxSize: 81_920_000 }],
    [
      { max: undefined, maxSize: undefined },
      { max: 10_000, maxSize: 81_920_000 },
    ],
    [{ max: 1_000_000 }, { max: 1_000_000, maxSize: 8_192_000_000 }],
    [
      { max: 100, maxSize: 1_000_000 },
      { max: 100, maxSize: 1_000_000 },
    ],
    [false, undefined],
  ])('%o is %o', (tokenCache, limits) => {
    expect(configureUntyped(withOptions({ tokenCache })).tokenCache).toEqual(limits)
  })
})

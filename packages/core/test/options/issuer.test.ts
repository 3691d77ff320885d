import { AUDIENCE, ISSUER, NOW as SECONDS } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { issuerConfiguration } from '../../src/options/issuer.ts'
import { configurationErrorOf } from '../support/verifiers.ts'

/** Milliseconds. */
const NOW = SECONDS * 1_000
const jwksOf = (fetchedAt: unknown): object => ({ keys: [{ kty: 'EC' }], fetchedAt })

function configure(options: object, where = 'issuer'): ReturnType<typeof issuerConfiguration> {
  return issuerConfiguration({ issuer: ISSUER, audience: AUDIENCE, ...options }, where)
}

describe('an option of an authorization server is refused', () => {
  it.each([
    ['a symmetric algorithm', { algorithms: ['RS256', 'HS256'] }, 'algorithms', /never a symmetric one/],
    ['the algorithm none', { algorithms: ['none'] }, 'algorithms', /never none/],
    ['an algorithm in lower case', { algorithms: 'rs256' }, 'algorithms', /supported are RS256, /],
    ['an encryption algorithm', { algorithms: ['RSA-OAEP'] }, 'algorithms', /supported are RS256, /],
    ['no algorithm', { algorithms: [] }, 'algorithms', /empty list/],
    ['a name of Object.prototype', { algorithms: ['constructor'] }, 'algorithms', /supported are/],
    ['an unknown profile', { profile: 'auth0' }, 'profile', /one or more of okta, rfc9068, generic/],
    ['no profile', { profile: [] }, 'profile', /empty list/],
    ['a null profile', { profile: null }, 'profile', /non-empty string/],
    ['an empty scopeClaim', { scopeClaim: '' }, 'scopeClaim', /name of a claim, such as permissions/],
    ['impliedScopes in a list', { impliedScopes: ['a'] }, 'impliedScopes', /must be an object such as/],
    ['a statusListHosts with a path', { statusListHosts: 'a.example/b' }, 'statusListHosts', /hosts/],
    ['a scopeClaim with white space', { scopeClaim: 'roles ' }, 'scopeClaim', /white space/],
    ['a client id in quotation marks', { clientIds: ["'a'"] }, 'clientIds', /quotation marks/],
    ['a jwksUri that is no string', { jwksUri: new URL(ISSUER) }, 'jwksUri', /a URL, as a string/],
    ['a null scopeClaim', { scopeClaim: null }, 'scopeClaim', /name of a claim/],
    ['a list as scopeClaim', { scopeClaim: ['roles'] }, 'scopeClaim', /name of a claim/],
    ['an empty client id', { clientIds: [''] }, 'clientIds', /non-empty strings/],
    ['a null client id', { clientIds: null }, 'clientIds', /non-empty string/],
    ['a placeholder as client id', { clientIds: '{clientId}' }, 'clientIds', /placeholder/],
    ['a negative clockTolerance', { clockTolerance: -1 }, 'clockTolerance', /number of seconds, from 0/],
    ['a clockTolerance in text', { clockTolerance: '5' }, 'clockTolerance', /number of seconds/],
    ['a null clockTolerance', { clockTolerance: null }, 'clockTolerance', /number of seconds/],
    [
      'a clockTolerance in milliseconds',
      { clockTolerance: 5_000 },
      'clockTolerance',
      /seconds, from 0 to 300/,
    ],
    ['a maxTokenAge that is NaN', { maxTokenAge: Number.NaN }, 'maxTokenAge', /seconds, at least 0$/],
    [
      'an infinite maxTokenAge',
      { maxTokenAge: Number.POSITIVE_INFINITY },
      'maxTokenAge',
      /number of seconds/,
    ],
    ['a cacheMaxAge in seconds', { cacheMaxAge: 600 }, 'cacheMaxAge', /milliseconds, from 1000/],
    ['a cacheMaxAge in text', { cacheMaxAge: '1h' }, 'cacheMaxAge', /number of milliseconds/],
    ['a cooldownDuration in seconds', { cooldownDuration: 30 }, 'cooldownDuration', /from 100/],
    ['a timeoutDuration of zero', { timeoutDuration: 0 }, 'timeoutDuration', /from 1 /],
    ['more than timers can wait', { staleIfError: 2_147_483_648 }, 'staleIfError', /to 2147483647/],
    ['a negative duration', { staleIfError: -1 }, 'staleIfError', /from 0/],
    ...['cacheMaxAge', 'cooldownDuration', 'timeoutDuration', 'staleIfError'].map(
      (name) => [`a null ${name}`, { [name]: null }, name, /number of milliseconds/] as const,
    ),
    ['allowInsecureHttp in text', { allowInsecureHttp: 'true' }, 'allowInsecureHttp', /true or false/],
    ['a fetch that is not a function', { fetch: {} }, 'fetch', /must be a function/],
    ['a clock that is not a function', { clock: 0 }, 'clock', /must be a function/],
    ['a jwksUri that is not a URL', { jwksUri: '/v1/keys' }, 'jwksUri', /https:\/\//],
    ['an empty jwksUri', { jwksUri: '' }, 'jwksUri', /must be a URL/],
    [
      'a jwksUri with another scheme in front',
      { jwksUri: 'view-source:https://example.com/keys' },
      'jwksUri',
      /starts with https/,
    ],
    ['a jwksUri with http', { jwksUri: 'http://example.com/keys' }, 'jwksUri', /must start with https/],
    ['jwksUri and jwks', { jwksUri: `${ISSUER}/v1/keys`, jwks: { keys: [{}] } }, 'jwks', /jwks and jwksUri/],
    [
      'metadataUri and jwksUri',
      { metadataUri: ISSUER, jwksUri: ISSUER },
      'jwksUri',
      /jwksUri and metadataUri/,
    ],
    ['metadataUri and jwks', { metadataUri: ISSUER, jwks: { keys: [{}] } }, 'jwks', /jwks and metadataUri/],
    [
      'a metadataUri with http',
      { metadataUri: 'http://example.com/m' },
      'metadataUri',
      /must start with https/,
    ],
    ['a null metadataUri', { metadataUri: null }, 'metadataUri', /must be a URL/],
    ['a jwksHosts that is a URL', { jwksHosts: 'https://example.com' }, 'jwksHosts', /one or more hosts/],
    ['a jwksHosts with a path', { jwksHosts: ['example.com/keys'] }, 'jwksHosts', /one or more hosts/],
    ['a jwksHosts in upper case', { jwksHosts: ['Example.com'] }, 'jwksHosts', /one or more hosts/],
    [
      'a jwksHosts with the default port',
      { jwksHosts: ['example.com:443'] },
      'jwksHosts',
      /one or more hosts/,
    ],
    ['a pattern of jwksHosts', { jwksHosts: ['user@example.com'] }, 'jwksHosts', /one or more hosts/],
    ['a wildcard in jwksHosts', { jwksHosts: ['*.example.com'] }, 'jwksHosts', /without wildcards/],
    ['a placeholder in jwksHosts', { jwksHosts: '{host}' }, 'jwksHosts', /one or more hosts/],
    ['a sparse list of jwksHosts', { jwksHosts: new Array(1) }, 'jwksHosts', /one or more hosts/],
    ['a sparse list of statusListHosts', { statusListHosts: new Array(1) }, 'statusListHosts', /hosts/],
    ['an empty jwksHosts', { jwksHosts: '' }, 'jwksHosts', /one or more hosts/],
    ['a number as jwksHosts', { jwksHosts: [1] }, 'jwksHosts', /one or more hosts/],
    ['a null jwksHosts', { jwksHosts: null }, 'jwksHosts', /one or more hosts/],
    ['jwks that is a list', { jwks: [{}] }, 'jwks', /must be a JWK Set/],
    ['null jwks', { jwks: null }, 'jwks', /must be a JWK Set/],
    ['jwks in text', { jwks: '{"keys":[]}' }, 'jwks', /must be a JWK Set/],
    ['jwks without keys', { jwks: { keys: [] } }, 'jwks', /at least one key/],
    [
      'initialJwks without keys',
      { initialJwks: { keys: [], fetchedAt: NOW } },
      'initialJwks',
      /at least one/,
    ],
    ['initialJwks of null', { initialJwks: null }, 'initialJwks', /must be a JWK Set/],
    [
      'no fetchedAt',
      { initialJwks: { keys: [{}] } },
      'initialJwks.fetchedAt',
      /milliseconds since the epoch/,
    ],
    [
      'a fetchedAt in seconds',
      { initialJwks: jwksOf(NOW / 1_000) },
      'initialJwks.fetchedAt',
      /Date\.now\(\)/,
    ],
    ['a fetchedAt in microseconds', { initialJwks: jwksOf(NOW * 1_000) }, 'initialJwks.fetchedAt', /millis/],
    ['a fetchedAt in text', { initialJwks: jwksOf(`${NOW}`) }, 'initialJwks.fetchedAt', /milliseconds/],
    ['a fetchedAt that is no number', { initialJwks: jwksOf(Number.NaN) }, 'initialJwks.fetchedAt', /millis/],
    [
      'jwks and initialJwks',
      { jwks: { keys: [{}] }, initialJwks: jwksOf(NOW) },
      'initialJwks',
      /^jwks and initialJwks cannot be used together.*never refresh/,
    ],
    ['jwks that are not JSON', { jwks: { keys: [() => {}] } }, 'jwks', /plain JSON/],
  ] as const)('%s', (_title, options, option, advice) => {
    const error = configurationErrorOf(() => configure(options))
    expect(error).toMatchObject({ code: 'option_invalid', option })
    expect(error.message).toMatch(advice)
    expect(error.message).toContain(option)
    expect(error.message).not.toContain('undefined')
  })

  it('unless fetchedAt has a plausible number of digits', () => {
    const isAccepted = (fetchedAt: number): boolean => {
      try {
        return configure({ initialJwks: jwksOf(fetchedAt) }) !== undefined
      } catch {
        return false
      }
    }
    const limits = [999_999_999_999, 1_000_000_000_000, 100_000_000_000_000, 100_000_000_000_001]
    expect(limits.map(isAccepted)).toEqual([false, true, true, false])
  })

  it.each([
    [{ clockTolerance: 301 }, 'issuer[2].clockTolerance'],
    [{ audience: '' }, 'issuer[2].audience'],
    [{ jwks: {}, jwksUri: ISSUER }, 'issuer[2].jwks'],
    [{ issuer: 'x' }, 'issuer[2]'],
  ])('with its place in the list: %o', (options, option) => {
    const error = configurationErrorOf(() => configure(options, 'issuer[2]'))
    expect(error.option).toBe(option)
    expect(error.message.startsWith(option)).toBe(true)
  })
})

describe('an option of an authorization server is accepted', () => {
  it.each([
    [{ clockTolerance: 0 }],
    [{ clockTolerance: 300 }],
    [{ maxTokenAge: 0 }],
    [{ scopeClaim: 'permissions' }],
    [{ cacheMaxAge: 1_000 }],
    [{ cooldownDuration: 100 }],
    [{ timeoutDuration: 1 }],
    [{ staleIfError: 0 }],
    [{ staleIfError: 2_147_483_647 }],
    [{ allowInsecureHttp: false }],
    [{ audience: ['api<v1>', '<v1>api'] }],
    [{ jwksUri: 'https://elsewhere.example.com/keys?v=1' }],
    [{ jwksUri: 'http://localhost/keys' }],
    [{ metadataUri: 'https://elsewhere.example.com/metadata?p=policy' }],
    [{ metadataUri: 'http://localhost:8080/metadata' }],
  ])('%o', (options) => {
    expect(configure(options)).toMatchObject(options)
  })

  it('as a string or a list of strings', () => {
    expect(configure({ audience: ['a', 'b', 'a'] }).audience).toEqual(['a', 'b'])
    expect(configure({ clientIds: 'a' }).clientIds).toEqual(new Set(['a']))
    expect(configure({ algorithms: 'ES256' }).algorithms).toEqual(new Set(['ES256']))
    expect(configure({ profile: 'generic' }).profiles).toEqual(['generic'])
    expect(configure({ profile: ['rfc9068', 'okta'] }).profiles).toEqual(['rfc9068', 'okta'])
  })

  it('an audience that is null, together with clientIds', () => {
    expect(configure({ audience: null, clientIds: 'a' })).toMatchObject({
      audience: null,
      clientIds: new Set(['a']),
    })
    const error = configurationErrorOf(() => configure({ audience: null }, 'issuer[2]'))
    expect(error).toMatchObject({ code: 'option_missing', option: 'issuer[2].clientIds' })
  })

  it('as hosts, to which those of the issuer and of metadataUri are added', () => {
    const metadataUri = 'https://meta.example.com:8443/'
    expect(configure({}).jwksHosts).toBeUndefined()
    expect(configure({ jwksHosts: [] }).jwksHosts).toEqual(new Set(['example.okta.com']))
    expect(configure({ jwksHosts: 'localhost:8080', metadataUri }).jwksHosts).toEqual(
      new Set(['localhost:8080', 'example.okta.com', 'meta.example.com:8443']),
    )
    expect(configure({}).statusListHosts).toBeUndefined()
    expect(configure({ statusListHosts: 'a.example', metadataUri }).statusListHosts).toEqual(
      new Set(['a.example', 'example.okta.com']),
    )
    const named = configure({ issuer: 'accounts.example', jwksHosts: [], metadataUri })
    expect(named.jwksHosts).toEqual(new Set(['meta.example.com:8443']))
  })

  it('as scopes that include others, directly or not', () => {
    const { includedIn } = configure({ impliedScopes: { admin: ['write'], write: ['read'] } })
    expect(includedIn).toEqual(new Map(Object.entries({ write: ['admin'], read: ['admin', 'write'] })))
  })

  it('and tokens with a status are refused where revocation is checked, but no status list can be fetched', () => {
    const refusesStatus = (options: object): boolean => configure(options).refusesStatus
    expect(refusesStatus({})).toBe(false)
    expect(refusesStatus({ checksRevocation: true })).toBe(true)
    expect(refusesStatus({ checksRevocation: true, statusListHosts: [] })).toBe(false)
  })

  it('any asymmetric algorithm', () => {
    const names = ['RS', 'PS', 'ES'].flatMap((family) => [256, 384, 512].map((bits) => `${family}${bits}`))
    const algorithms = [...names, 'Ed25519', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']
    expect(configure({ algorithms }).algorithms).toEqual(new Set(algorithms))
    expect(configure({}).algorithms).toEqual(new Set(algorithms))
  })

  it('EdDSA and Ed25519, which are two names of one algorithm', () => {
    expect(configure({ algorithms: ['EdDSA', 'Ed25519'] }).algorithms).toEqual(new Set(['Ed25519']))
  })

  it('a custom fetch and a custom clock', () => {
    const { fetch } = globalThis
    const configuration = configure({ fetch, clock: () => 1 })
    expect(configuration.fetch).toBe(fetch)
    expect(configuration.clock.wall()).toBe(1)
  })

  it('no fetch: then it is the global one at the time of the call', async () => {
    const { fetch } = configure({})
    const before = globalThis.fetch
    globalThis.fetch = async () => new Response('replaced')
    try {
      expect(await (await fetch(ISSUER)).text()).toBe('replaced')
    } finally {
      globalThis.fetch = before
    }
  })
})

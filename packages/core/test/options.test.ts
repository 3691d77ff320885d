import { describe, expect, it } from 'vitest'
import { ALL_ALGORITHMS } from '../src/algorithms.ts'
import { ConfigurationError } from '../src/errors.ts'
import { type AccessTokenVerifierOptions, configure } from '../src/options.ts'
import { createAccessTokenVerifier } from '../src/verifier.ts'

const ISSUER = 'https://example.okta.com/oauth2/default'
const OTHER = 'https://example.okta.com/oauth2/aus123'
const AUDIENCE = 'api://default'

type Loose = Record<string, unknown>

function configureLoosely(options: unknown): ReturnType<typeof configure> {
  return configure(options as AccessTokenVerifierOptions)
}

function failure(options: unknown): ConfigurationError {
  try {
    configureLoosely(options)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    return error as ConfigurationError
  }
  throw new Error('the options were accepted')
}

const withOptions = (options: Loose): Loose => ({ issuer: ISSUER, audience: AUDIENCE, ...options })

/** Options, the option that the error names, and words of the mend. */
type Case = readonly [title: string, options: unknown, code: string, option: string, mend: RegExp]

const wrong: readonly Case[] = [
  ['no options', undefined, 'option_missing', 'options', /\{ issuer, audience \}/],
  ['options that are null', null, 'option_missing', 'options', /object/],
  ['options that are a list', [], 'option_missing', 'options', /object/],
  ['options that are a string', ISSUER, 'option_missing', 'options', /object/],
  ['no issuer', { audience: AUDIENCE }, 'option_missing', 'issuer', /issuer is missing; set it/],
  ['a null issuer', withOptions({ issuer: null }), 'option_missing', 'issuer', /set it to the issuer/],
  ['an empty issuer', withOptions({ issuer: '' }), 'option_missing', 'issuer', /set it to the issuer/],
  ['an empty list of issuers', withOptions({ issuer: [] }), 'option_missing', 'issuer', /set it/],
  ['an issuer that is a number', withOptions({ issuer: 1 }), 'option_invalid', 'issuer', /must be a URL/],
  ['no audience', { issuer: ISSUER }, 'option_missing', 'audience', /writes it into aud.*api:\/\/default/],
  [
    'a null audience',
    withOptions({ audience: null }),
    'option_missing',
    'audience',
    /set it to the audience/,
  ],
  ['an empty audience', withOptions({ audience: '' }), 'option_invalid', 'audience', /none of them empty/],
  ['an empty list of audiences', withOptions({ audience: [] }), 'option_invalid', 'audience', /empty list/],
  ['an audience that is no string', withOptions({ audience: [1] }), 'option_invalid', 'audience', /string/],
  [
    'an audience with a space behind it',
    withOptions({ audience: ['api://a', 'api://b '] }),
    'option_invalid',
    'audience',
    /white space.*remove it/,
  ],
  ['an unknown option', withOptions({ leeway: 5 }), 'option_unknown', 'leeway', /not an option; known are/],
  [
    'a letter left out',
    withOptions({ isuer: ISSUER }),
    'option_unknown',
    'isuer',
    /isuer is not an option; known are issuer, audience, clientIds, /,
  ],
  ['a slip of case', withOptions({ JwksUri: 'x' }), 'option_unknown', 'JwksUri', /did you mean jwksUri\?/],
  ['snake case', withOptions({ jwks_uri: 'x' }), 'option_unknown', 'jwks_uri', /did you mean jwksUri\?/],
  ['a singular', withOptions({ algorithm: 'x' }), 'option_unknown', 'algorithm', /mean algorithms\?/],
  ['a plural', withOptions({ audiences: [] }), 'option_unknown', 'audiences', /did you mean audience\?/],
  [
    "an unknown option of one issuer's",
    withOptions({ issuer: [{ issuer: ISSUER, tokenCache: false }] }),
    'option_unknown',
    'issuer[0].tokenCache',
    /issuer\[0\]\.tokenCache is not an option/,
  ],
  [
    'an issuer of a list without an audience',
    { issuer: [{ issuer: ISSUER, audience: 'a' }, { issuer: OTHER }] },
    'option_missing',
    'issuer[1].audience',
    /issuer\[1\]\.audience is missing/,
  ],
  [
    'an issuer listed twice',
    withOptions({ issuer: [ISSUER, { issuer: ISSUER, audience: 'api://other' }] }),
    'option_invalid',
    'issuer[1]',
    /already listed/,
  ],
  [
    'one jwksUri for several issuers',
    withOptions({ issuer: [ISSUER, OTHER], jwksUri: `${ISSUER}/v1/keys` }),
    'option_invalid',
    'jwksUri',
    /jwksUri must be given for each issuer/,
  ],
  [
    'one jwks for several issuers',
    withOptions({ issuer: [ISSUER, OTHER], jwks: { keys: [{}] } }),
    'option_invalid',
    'jwks',
    /jwks must be given for each issuer/,
  ],
  ['tokenCache: true', withOptions({ tokenCache: true }), 'option_invalid', 'tokenCache', /or false/],
  ['tokenCache: null', withOptions({ tokenCache: null }), 'option_invalid', 'tokenCache', /or false/],
  ['tokenCache: 100', withOptions({ tokenCache: 100 }), 'option_invalid', 'tokenCache', /max/],
  ['tokenCache: []', withOptions({ tokenCache: [] }), 'option_invalid', 'tokenCache', /max/],
  [
    'an unknown member of tokenCache',
    withOptions({ tokenCache: { ttl: 1 } }),
    'option_unknown',
    'tokenCache.ttl',
    /tokenCache\.ttl is not an option; known are max/,
  ],
  ...[0, -1, 1.5, Number.NaN, '10', null, 1_000_001, Number.MAX_SAFE_INTEGER].map(
    (max): Case => [
      `tokenCache.max: ${max}`,
      withOptions({ tokenCache: { max } }),
      'option_invalid',
      'tokenCache.max',
      /whole number from 1 to 1000000/,
    ],
  ),
]

describe('options that are refused at construction', () => {
  it.each(wrong)('%s', (_title, options, code, option, mend) => {
    const error = failure(options)
    expect(error).toMatchObject({ name: 'ConfigurationError', code, option })
    expect(error.message).toMatch(mend)
    expect(error.message).toContain(option)
  })

  it('are refused by createAccessTokenVerifier at once, not with the first request', () => {
    expect(() => createAccessTokenVerifier({ issuer: ISSUER })).toThrow(ConfigurationError)
  })
})

describe('options that are accepted', () => {
  it('are issuer and audience, with defaults for the rest', () => {
    const { issuers, tokenCacheMax } = configureLoosely(withOptions({}))
    expect(tokenCacheMax).toBe(10_000)
    expect(issuers.get(ISSUER)).toMatchObject({
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
      clock: Date.now,
    })
    expect(issuers.get(ISSUER)?.algorithms).toEqual(ALL_ALGORITHMS)
  })

  it('become a frozen configuration that later changes of the options do not reach', () => {
    const keys = { keys: [{ kty: 'RSA', kid: 'a' }] }
    const audience = ['api://a']
    const configuration = configureLoosely({ issuer: ISSUER, audience, jwks: keys })
    audience.push('api://b')
    keys.keys.push({ kty: 'RSA', kid: 'b' })
    const own = configuration.issuers.get(ISSUER)
    expect(own?.audience).toEqual(['api://a'])
    expect(own?.jwks?.keys).toHaveLength(1)
    for (const object of [configuration, own, own?.audience]) expect(Object.isFrozen(object)).toBe(true)
  })

  it('name several issuers, each with what differs from the shared options', () => {
    const { issuers } = configureLoosely({
      issuer: [ISSUER, { issuer: OTHER, audience: 'api://other', clientIds: ['c'], clockTolerance: 0 }],
      audience: AUDIENCE,
      clientIds: 'shared',
      maxTokenAge: 60,
    })
    expect([...issuers.keys()]).toEqual([ISSUER, OTHER])
    expect(issuers.get(ISSUER)).toMatchObject({ audience: [AUDIENCE], clockTolerance: 5, maxTokenAge: 60 })
    expect([...(issuers.get(ISSUER)?.clientIds ?? [])]).toEqual(['shared'])
    expect(issuers.get(OTHER)).toMatchObject({
      audience: ['api://other'],
      clockTolerance: 0,
      maxTokenAge: 60,
    })
    expect([...(issuers.get(OTHER)?.clientIds ?? [])]).toEqual(['c'])
  })

  it('take issuers that differ by a trailing slash for two', () => {
    const issuer = ['https://login.example.com', 'https://login.example.com/']
    expect([...configureLoosely({ issuer, audience: 'a' }).issuers.keys()]).toEqual(issuer)
  })

  it('give jwks or jwksUri for a single issuer, in a list or not', () => {
    const jwks = { keys: [{ kty: 'EC' }] }
    for (const issuer of [ISSUER, [ISSUER]]) {
      const { issuers } = configureLoosely({ issuer, audience: AUDIENCE, jwks })
      expect(issuers.get(ISSUER)?.jwks).toEqual(jwks)
    }
    const jwksUri = `${ISSUER}/v1/keys`
    expect(configureLoosely(withOptions({ jwksUri })).issuers.get(ISSUER)?.jwksUri).toBe(jwksUri)
  })

  it.each([
    [undefined, 10_000],
    [{}, 10_000],
    [{ max: 1 }, 1],
    [{ max: 1_000_000 }, 1_000_000],
    [false, 0],
  ])('set the token cache: %o keeps up to %i', (tokenCache, max) => {
    expect(configureLoosely(withOptions({ tokenCache })).tokenCacheMax).toBe(max)
  })

  it('list an audience twice without harm', () => {
    const { issuers } = configureLoosely(withOptions({ audience: ['a', 'b', 'a'] }))
    expect(issuers.get(ISSUER)?.audience).toEqual(['a', 'b'])
  })
})

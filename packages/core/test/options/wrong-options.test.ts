import { AUDIENCE, ISSUER, NOW } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { createAccessTokenVerifier } from '../../src/verifier.ts'
import { configurationErrorOf, untyped } from '../support/verifiers.ts'

const OTHER = 'https://example.okta.com/oauth2/aus123'

type Options = Readonly<Record<string, unknown>>

const withOptions = (options: Options): Options => ({ issuer: ISSUER, audience: AUDIENCE, ...options })

type Case = readonly [title: string, options: unknown, code: string, option: string, advice: RegExp]

const wrong: readonly Case[] = [
  ['no options', undefined, 'option_missing', 'options', /\{ issuer, audience \}/],
  ['null options', null, 'option_missing', 'options', /object/],
  ['options in a list', [], 'option_missing', 'options', /object/],
  ['options that are a string', ISSUER, 'option_missing', 'options', /object/],
  ['no issuer', { audience: AUDIENCE }, 'option_missing', 'issuer', /issuer is missing; set it/],
  ['a null issuer', withOptions({ issuer: null }), 'option_missing', 'issuer', /set it to the issuer/],
  ['an empty issuer', withOptions({ issuer: '' }), 'option_missing', 'issuer', /set it to the issuer/],
  ['an empty list of issuers', withOptions({ issuer: [] }), 'option_missing', 'issuer', /set it/],
  ['an issuer that is a number', withOptions({ issuer: 1 }), 'option_invalid', 'issuer', /must be a URL/],
  [
    'an issuer that is an object',
    withOptions({ issuer: new URL(ISSUER) }),
    'option_invalid',
    'issuer',
    /string/,
  ],
  [
    'a list in the list of issuers',
    withOptions({ issuer: [[ISSUER]] }),
    'option_invalid',
    'issuer[0]',
    /string/,
  ],
  [
    'a text for allowInsecureHttp of one issuer',
    withOptions({ issuer: [{ issuer: ISSUER, allowInsecureHttp: 'no' }] }),
    'option_invalid',
    'issuer[0].allowInsecureHttp',
    /true or false/,
  ],
  ['no audience', { issuer: ISSUER }, 'option_missing', 'audience', /writes it to aud.*api:\/\/default/],
  [
    'a null audience without clientIds',
    withOptions({ audience: null }),
    'option_missing',
    'clientIds',
    /audience is null, so clientIds must name the clients/,
  ],
  [
    'an empty audience',
    withOptions({ audience: '' }),
    'option_missing',
    'audience',
    /set it to the audience/,
  ],
  [
    'an empty string in a list',
    withOptions({ audience: [''] }),
    'option_invalid',
    'audience',
    /non-empty strings/,
  ],
  ['an empty list of audiences', withOptions({ audience: [] }), 'option_invalid', 'audience', /empty list/],
  ['an audience that is a number', withOptions({ audience: [1] }), 'option_invalid', 'audience', /string/],
  [
    'an audience with a space at its end',
    withOptions({ audience: ['a', 'b '] }),
    'option_invalid',
    'audience',
    /white space.*remove it/,
  ],
  [
    'an option that is inherited',
    Object.assign(Object.create({ clientIds: ['a'] }), withOptions({})),
    'option_invalid',
    'clientIds',
    /would be ignored; pass a plain object/,
  ],
  [
    'options that are all inherited',
    Object.create(withOptions({})),
    'option_invalid',
    'issuer',
    /would be ignored; pass a plain object/,
  ],
  [
    'an option of one issuer that is not enumerable',
    withOptions({ issuer: [Object.defineProperty({ issuer: ISSUER }, 'clientIds', { value: ['a'] })] }),
    'option_invalid',
    'issuer[0].clientIds',
    /would be ignored; pass a plain object/,
  ],
  [
    'a member of introspection that is inherited',
    withOptions({ introspection: Object.assign(Object.create({ when: 'always' }), { clientId: 'a' }) }),
    'option_invalid',
    'introspection.when',
    /would be ignored; pass a plain object/,
  ],
  [
    'an unknown option',
    withOptions({ colour: 5 }),
    'option_unknown',
    'colour',
    /not an option; the options are/,
  ],
  [
    'a missing letter',
    withOptions({ isuer: ISSUER }),
    'option_unknown',
    'isuer',
    /the options are issuer, audience, clientIds, /,
  ],
  ['another case', withOptions({ JwksUri: 'x' }), 'option_unknown', 'JwksUri', /did you mean jwksUri\?/],
  ['snake case', withOptions({ jwks_uri: 'x' }), 'option_unknown', 'jwks_uri', /did you mean jwksUri\?/],
  ['a singular', withOptions({ algorithm: 'x' }), 'option_unknown', 'algorithm', /mean algorithms\?/],
  ['a plural', withOptions({ audiences: [] }), 'option_unknown', 'audiences', /did you mean audience\?/],
  [
    'an unknown option of one issuer',
    withOptions({ issuer: [{ issuer: ISSUER, tokenCache: false }] }),
    'option_unknown',
    'issuer[0].tokenCache',
    /issuer\[0\]\.tokenCache is not an option/,
  ],
  [
    'an issuer in a list without audience',
    { issuer: [{ issuer: ISSUER, audience: 'a' }, { issuer: OTHER }] },
    'option_missing',
    'issuer[1].audience',
    /issuer\[1\]\.audience is missing/,
  ],
  [
    'an undefined audience of one issuer',
    withOptions({ issuer: [{ issuer: ISSUER, audience: undefined }] }),
    'option_missing',
    'issuer[0].audience',
    /issuer\[0\]\.audience is missing/,
  ],
  [
    'an issuer that is listed twice',
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
    /jwksUri must be set for each issuer/,
  ],
  [
    'one jwks for several issuers',
    withOptions({ issuer: [ISSUER, OTHER], jwks: { keys: [{}] } }),
    'option_invalid',
    'jwks',
    /jwks must be set for each issuer/,
  ],
  [
    'initialJwks for several issuers',
    withOptions({ issuer: [ISSUER, OTHER], initialJwks: { keys: [{}], fetchedAt: NOW * 1_000 } }),
    'option_invalid',
    'initialJwks',
    /initialJwks must be set for each issuer/,
  ],
  ...[true, null, 100, []].map(
    (tokenCache): Case => [
      `tokenCache: ${JSON.stringify(tokenCache)}`,
      withOptions({ tokenCache }),
      'option_invalid',
      'tokenCache',
      /max.*or false/,
    ],
  ),
  [
    'an unknown member of tokenCache',
    withOptions({ tokenCache: { ttl: 1 } }),
    'option_unknown',
    'tokenCache.ttl',
    /tokenCache\.ttl is not an option; the options are max, maxSize/,
  ],
  ...[0, -1, 1.5, Number.NaN, '10', null, 1_000_001, Number.MAX_SAFE_INTEGER].map(
    (max): Case => [
      `tokenCache.max: ${max}`,
      withOptions({ tokenCache: { max } }),
      'option_invalid',
      'tokenCache.max',
      /integer from 1 to 1000000/,
    ],
  ),
  ...[0, -1, 1.5, '10', null, Number.MAX_SAFE_INTEGER].map(
    (maxSize): Case => [
      `tokenCache.maxSize: ${maxSize}`,
      withOptions({ tokenCache: { maxSize } }),
      'option_invalid',
      'tokenCache.maxSize',
      /integer from 1 to/,
    ],
  ),
  ...[0, 1.5, '10', null, 1_048_577].map(
    (maxTokenSize): Case => [
      `maxTokenSize: ${maxTokenSize}`,
      withOptions({ maxTokenSize }),
      'option_invalid',
      'maxTokenSize',
      /integer from 1 to 1048576/,
    ],
  ),
  ...[null, '', 1, 'a"b', 'a\\b', 'a\nb', 'é'].map(
    (realm): Case => [
      `realm: ${JSON.stringify(realm)}`,
      withOptions({ realm }),
      'option_invalid',
      'realm',
      /printable ASCII/,
    ],
  ),
]

describe('a wrong option is refused when the verifier is created', () => {
  it.each(wrong)('%s', (_title, options, code, option, advice) => {
    const error = configurationErrorOf(() => createAccessTokenVerifier(untyped(options)))
    expect(error).toMatchObject({ name: 'ConfigurationError', code, option })
    expect(error.message).toMatch(advice)
    expect(error.message).toContain(option)
  })
})

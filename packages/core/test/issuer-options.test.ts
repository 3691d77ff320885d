import { describe, expect, it } from 'vitest'
import { ConfigurationError } from '../src/errors.ts'
import { configurationFromEnvironment, issuerConfiguration } from '../src/issuer-options.ts'

const ISSUER = 'https://example.okta.com/oauth2/default'
const AUDIENCE = 'api://default'

function failureOf(call: () => unknown): ConfigurationError {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    return error as ConfigurationError
  }
  throw new Error('it was accepted')
}

function configured(
  options: Record<string, unknown>,
  where = 'issuer',
): ReturnType<typeof issuerConfiguration> {
  return issuerConfiguration({ issuer: ISSUER, audience: AUDIENCE, ...options }, where)
}

describe('an issuer is refused when it', () => {
  it.each([
    ['is no URL', 'example.okta.com/oauth2/default', /absolute URL that starts with https:\/\//],
    ['is of another scheme', 'ftp://example.okta.com/oauth2/default', /starts with https:\/\//],
    [
      'has another scheme before it',
      'view-source:https://example.okta.com/oauth2/default',
      /starts with https/,
    ],
    ['lacks the slashes', 'https:example.okta.com/oauth2/default', /starts with https:\/\//],
    ['has backslashes', 'https:\\\\example.okta.com\\oauth2\\default', /starts with https:\/\//],
    ['has a line break within', 'https://example.okta.com/oauth2/def\nault', /starts with https:\/\//],
    ['has a space within', 'https://example.okta.com/oauth2/my server', /starts with https:\/\//],
    [
      'is plain http',
      'http://example.okta.com/oauth2/default',
      /must start with https:\/\/.*allowInsecureHttp/,
    ],
    ['only looks like loopback', 'http://localhost.example.com/', /must start with https:\/\//],
    ['only begins like loopback', 'http://127.0.0.1.example.com/', /must start with https:\/\//],
    ['has a trailing space', `${ISSUER} `, /white space at its start or end; remove it/],
    ['has a leading line break', `\n${ISSUER}`, /white space at its start or end; remove it/],
    ['holds {yourOktaDomain}', 'https://{yourOktaDomain}/oauth2/default', /placeholder.*replace it/],
    ['holds a shell variable', 'https://$' + '{OKTA_DOMAIN}/oauth2/default', /placeholder.*replace it/],
    ['is all placeholder', '<your issuer>', /placeholder.*replace it/],
    ['is of an Admin Console', 'https://example-admin.okta.com/oauth2/default', /leave out "-admin"/],
    ['is of a preview Admin Console', 'https://x-admin.oktapreview.com/oauth2/default', /leave out "-admin"/],
    ['is of a military Admin Console', 'https://x-admin.okta.mil/oauth2/default', /leave out "-admin"/],
    [
      'is an org server',
      'https://example.okta.com',
      /\/oauth2\/id.*opaque to you.*custom authorization server/,
    ],
    ['is an org server with a slash', 'https://example.okta.com/', /opaque to you/],
    ['is an org server on oktapreview', 'https://example.oktapreview.com', /opaque to you/],
    ['is an org server on okta-emea', 'https://example.okta-emea.com', /opaque to you/],
    ['is an org server on okta-gov', 'https://example.okta-gov.com', /opaque to you/],
    ['is an org server on okta.mil', 'https://example.okta.mil', /opaque to you/],
    ['names no server', 'https://example.okta.com/oauth2', /\/oauth2\/id/],
    ["is the org server's endpoint path", 'https://example.okta.com/oauth2/v1', /\/oauth2\/id/],
    ['is an endpoint', `${ISSUER}/v1/keys`, /\/oauth2\/id/],
    ["is Okta's with a trailing slash", `${ISSUER}/`, /ends with a slash; Okta's issuers have none/],
    ["is Okta's with two trailing slashes", `${ISSUER}//`, /ends with a slash/],
    ['has a query', `${ISSUER}?client_id=1`, /no query and no fragment/],
    ['has an empty query', `${ISSUER}?`, /no query and no fragment/],
    ['has a fragment', `${ISSUER}#x`, /no query and no fragment/],
    ['has an empty fragment', `${ISSUER}#`, /no query and no fragment/],
    ['holds a user name', 'https://someone@example.okta.com/oauth2/default', /user name or password/],
    ['holds a password', 'https://:secret@example.okta.com/oauth2/default', /user name or password/],
  ])('%s', (_title, issuer, mend) => {
    const error = failureOf(() => configured({ issuer }))
    expect(error).toMatchObject({ code: 'option_invalid', option: 'issuer' })
    expect(error.message).toMatch(mend)
    expect(error.message).toMatch(/^issuer /)
  })
})

describe('an issuer is accepted when it', () => {
  it.each([
    ['is a custom server', ISSUER],
    ['is a custom server with an id', 'https://example.okta.com/oauth2/aus9o8wzkhckw9TLa0h7z'],
    ['is a preview server', 'https://example.oktapreview.com/oauth2/default'],
    ['is on a custom domain', 'https://login.example.com/oauth2/default'],
    ['is another server at the root', 'https://issuer.example.com'],
    ['is another server with a slash at its end', 'https://issuer.example.com/'],
    ['only resembles Okta', 'https://notokta.com/'],
    ['is http on localhost', 'http://localhost:8080/oauth2/default'],
    ['is http below .localhost', 'http://as.localhost:8080'],
    ['is http on 127.0.0.1', 'http://127.0.0.1:8080/'],
    ['is http on another loopback address', 'http://127.12.0.9'],
    ['is http on [::1]', 'http://[::1]:8080'],
  ])('%s, and is kept to the letter', (_title, issuer) => {
    expect(configured({ issuer }).issuer).toBe(issuer)
  })

  it('is plain http and allowInsecureHttp says that this is meant', () => {
    const issuer = 'http://as.internal:8080/oauth2/default'
    expect(configured({ issuer, allowInsecureHttp: true })).toMatchObject({ issuer, allowInsecureHttp: true })
    expect(failureOf(() => configured({ issuer, allowInsecureHttp: false })).option).toBe('issuer')
  })
})

describe('an option of an authorization server is refused:', () => {
  it.each([
    ['a symmetric algorithm', { algorithms: ['RS256', 'HS256'] }, 'algorithms', /never a symmetric one/],
    ['the algorithm none', { algorithms: ['none'] }, 'algorithms', /never none/],
    ['an algorithm in the wrong case', { algorithms: 'rs256' }, 'algorithms', /accepted are RS256, /],
    ['an encryption algorithm', { algorithms: ['RSA-OAEP'] }, 'algorithms', /accepted are RS256, /],
    ['no algorithm', { algorithms: [] }, 'algorithms', /empty list/],
    ['an algorithm of a prototype', { algorithms: ['constructor'] }, 'algorithms', /accepted are/],
    ['an unknown profile', { profile: 'auth0' }, 'profile', /one or several of okta, rfc9068, generic/],
    ['no profile', { profile: [] }, 'profile', /empty list/],
    ['an empty client id', { clientIds: [''] }, 'clientIds', /none of them empty/],
    ['a client id left as placeholder', { clientIds: '{clientId}' }, 'clientIds', /placeholder/],
    ['a negative clockTolerance', { clockTolerance: -1 }, 'clockTolerance', /number of seconds, 0 or more/],
    ['a clockTolerance in words', { clockTolerance: '5' }, 'clockTolerance', /number of seconds/],
    [
      'a clockTolerance in milliseconds',
      { clockTolerance: 5_000 },
      'clockTolerance',
      /in seconds.*at most 300/,
    ],
    ['a maxTokenAge that is no number', { maxTokenAge: Number.NaN }, 'maxTokenAge', /number of seconds/],
    ['an infinite maxTokenAge', { maxTokenAge: Infinity }, 'maxTokenAge', /number of seconds/],
    ['a cacheMaxAge in seconds', { cacheMaxAge: 600 }, 'cacheMaxAge', /in milliseconds.*at least 1000/],
    ['a cacheMaxAge in words', { cacheMaxAge: '1h' }, 'cacheMaxAge', /number of milliseconds/],
    ['a cooldownDuration in seconds', { cooldownDuration: 30 }, 'cooldownDuration', /at least 100/],
    ['no time at all', { timeoutDuration: 0 }, 'timeoutDuration', /at least 1/],
    ['a time beyond what timers wait', { staleIfError: 2_147_483_648 }, 'staleIfError', /at most 2147483647/],
    ['a negative time', { staleIfError: -1 }, 'staleIfError', /0 or more/],
    ['a null time', { staleIfError: null }, 'staleIfError', /number of milliseconds/],
    ['allowInsecureHttp in words', { allowInsecureHttp: 'true' }, 'allowInsecureHttp', /true or false/],
    ['a fetch that is no function', { fetch: {} }, 'fetch', /must be a function/],
    ['a clock that is no function', { clock: 0 }, 'clock', /must be a function/],
    ['a jwksUri that is no URL', { jwksUri: '/v1/keys' }, 'jwksUri', /https:\/\//],
    ['a jwksUri that is empty', { jwksUri: '' }, 'jwksUri', /must be a URL/],
    [
      'a jwksUri that is plain http',
      { jwksUri: 'http://example.com/keys' },
      'jwksUri',
      /must start with https/,
    ],
    [
      'keys twice',
      { jwksUri: `${ISSUER}/v1/keys`, jwks: { keys: [{}] } },
      'jwks',
      /^jwks and jwksUri exclude each other; leave one of them out$/,
    ],
    ['jwks that is a list', { jwks: [{}] }, 'jwks', /must be a JWK Set/],
    ['jwks that is null', { jwks: null }, 'jwks', /must be a JWK Set/],
    ['jwks that is text', { jwks: '{"keys":[]}' }, 'jwks', /must be a JWK Set/],
    ['jwks without keys', { jwks: { keys: [] } }, 'jwks', /at least one key/],
    ['jwks that is no JSON', { jwks: { keys: [() => {}] } }, 'jwks', /plain JSON/],
  ])('%s', (_title, options, option, mend) => {
    const error = failureOf(() => configured(options))
    expect(error).toMatchObject({ code: 'option_invalid', option })
    expect(error.message).toMatch(mend)
    expect(error.message).toContain(option)
    expect(error.message).not.toMatch(/secret|undefined/)
  })

  it.each([
    [{ clockTolerance: 301 }, 'issuer[2].clockTolerance'],
    [{ audience: '' }, 'issuer[2].audience'],
    [{ jwks: {}, jwksUri: ISSUER }, 'issuer[2].jwks'],
    [{ issuer: 'x' }, 'issuer[2]'],
  ])('%o in a list is named by its place', (options, option) => {
    const error = failureOf(() => configured(options, 'issuer[2]'))
    expect(error.option).toBe(option)
    expect(error.message.startsWith(option)).toBe(true)
  })
})

describe('an option of an authorization server is accepted:', () => {
  it.each([
    [{ clockTolerance: 0 }],
    [{ clockTolerance: 300 }],
    [{ maxTokenAge: 0 }],
    [{ cacheMaxAge: 1_000 }],
    [{ cooldownDuration: 100 }],
    [{ timeoutDuration: 1 }],
    [{ staleIfError: 0 }],
    [{ staleIfError: 2_147_483_647 }],
    [{ allowInsecureHttp: false }],
    [{ audience: ['api<v1>', '<v1>api'] }],
    [{ jwksUri: 'https://elsewhere.example.com/keys?v=1' }],
    [{ jwksUri: 'http://localhost/keys' }],
  ])('%o', (options) => {
    expect(configured(options)).toMatchObject(options)
  })

  it('one word or a list of words', () => {
    expect(configured({ audience: ['a', 'b'] }).audience).toEqual(['a', 'b'])
    expect(configured({ clientIds: 'a' }).clientIds).toEqual(new Set(['a']))
    expect(configured({ algorithms: 'ES256' }).algorithms).toEqual(new Set(['ES256']))
    expect(configured({ profile: 'generic' }).profiles).toEqual(['generic'])
    expect(configured({ profile: ['rfc9068', 'okta'] }).profiles).toEqual(['rfc9068', 'okta'])
  })

  it('a fetch and a clock of your own', () => {
    const own = { fetch: globalThis.fetch, clock: () => 1 }
    expect(configured(own)).toMatchObject(own)
  })

  it('no fetch, which is the global one at the time of the call', async () => {
    const { fetch } = configured({})
    const before = globalThis.fetch
    globalThis.fetch = async () => new Response('replaced')
    try {
      expect(await (await fetch(ISSUER)).text()).toBe('replaced')
    } finally {
      globalThis.fetch = before
    }
  })
})

describe('the environment', () => {
  it('gives issuer and audience', () => {
    const env = { OKTA_OAUTH2_ISSUER: ISSUER, OKTA_OAUTH2_AUDIENCE: AUDIENCE, OTHER: 'x' }
    expect(configurationFromEnvironment(env)).toEqual({ issuer: ISSUER, audience: AUDIENCE })
  })

  it('is process.env unless another is given', () => {
    const before = { ...process.env }
    Object.assign(process.env, { OKTA_OAUTH2_ISSUER: ISSUER, OKTA_OAUTH2_AUDIENCE: AUDIENCE })
    try {
      expect(configurationFromEnvironment()).toEqual({ issuer: ISSUER, audience: AUDIENCE })
    } finally {
      process.env = before
    }
  })

  it.each([
    ['no issuer', {}, 'OKTA_OAUTH2_ISSUER', 'option_missing', /is not set; set it, for example to https:/],
    ['an empty issuer', { OKTA_OAUTH2_ISSUER: '' }, 'OKTA_OAUTH2_ISSUER', 'option_missing', /is not set/],
    [
      'no audience',
      { OKTA_OAUTH2_ISSUER: ISSUER },
      'OKTA_OAUTH2_AUDIENCE',
      'option_missing',
      /api:\/\/default/,
    ],
    [
      'an empty audience',
      { OKTA_OAUTH2_ISSUER: ISSUER, OKTA_OAUTH2_AUDIENCE: '' },
      'OKTA_OAUTH2_AUDIENCE',
      'option_missing',
      /is not set/,
    ],
    [
      'an issuer with a space behind it',
      { OKTA_OAUTH2_ISSUER: `${ISSUER} `, OKTA_OAUTH2_AUDIENCE: AUDIENCE },
      'OKTA_OAUTH2_ISSUER',
      'option_invalid',
      /white space.*remove it/,
    ],
    [
      'an audience with a line break behind it',
      { OKTA_OAUTH2_ISSUER: ISSUER, OKTA_OAUTH2_AUDIENCE: `${AUDIENCE}\n` },
      'OKTA_OAUTH2_AUDIENCE',
      'option_invalid',
      /white space.*remove it/,
    ],
    [
      'an org server',
      { OKTA_OAUTH2_ISSUER: 'https://example.okta.com', OKTA_OAUTH2_AUDIENCE: AUDIENCE },
      'OKTA_OAUTH2_ISSUER',
      'option_invalid',
      /opaque to you/,
    ],
    [
      'a placeholder',
      { OKTA_OAUTH2_ISSUER: 'https://{yourOktaDomain}/oauth2/default', OKTA_OAUTH2_AUDIENCE: AUDIENCE },
      'OKTA_OAUTH2_ISSUER',
      'option_invalid',
      /placeholder/,
    ],
    [
      'plain http',
      { OKTA_OAUTH2_ISSUER: 'http://example.okta.com/oauth2/default', OKTA_OAUTH2_AUDIENCE: AUDIENCE },
      'OKTA_OAUTH2_ISSUER',
      'option_invalid',
      /https:\/\//,
    ],
  ])('with %s is refused by the name of the variable', (_title, env, variable, code, mend) => {
    const error = failureOf(() => configurationFromEnvironment(env))
    expect(error).toMatchObject({ code, option: variable })
    expect(error.message).toMatch(mend)
    expect(error.message).toContain(variable)
  })
})

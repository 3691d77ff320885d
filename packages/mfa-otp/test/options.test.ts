import { describe, expect, it } from 'vitest'
import { type FetchTokensOptions, fetchTokens, MfaOtpConfigurationError } from '../src/index.ts'
import { configure } from '../src/options.ts'
import { optionsFor } from './scripted-server.ts'

const good = optionsFor({ issuer: 'https://a.example/oauth2/default' })

describe('the options', () => {
  it.each<[string, keyof FetchTokensOptions, unknown]>([
    ['a missing issuer', 'issuer', undefined],
    ['an issuer that is not a URL', 'issuer', 'a.example'],
    ['an issuer without https', 'issuer', 'http://a.example'],
    ['an issuer that only looks like loopback', 'issuer', 'http://127.0.0.1.evil.example'],
    ['an issuer with a placeholder', 'issuer', 'https://{yourOktaDomain}/oauth2/default'],
    ['an issuer on the admin host', 'issuer', 'https://dev-1-admin.okta.com/oauth2/default'],
    ['an issuer with a query', 'issuer', 'https://a.example?x'],
    ['an issuer with a fragment', 'issuer', 'https://a.example#'],
    ['an issuer with a user', 'issuer', 'https://u@a.example'],
    ['an issuer with a password', 'issuer', 'https://:p@a.example'],
    ['an empty clientId', 'clientId', ''],
    ['an empty clientSecret', 'clientSecret', ''],
    ['a missing username', 'username', undefined],
    ['a password that is not a string', 'password', 1],
    ['an empty scope', 'scope', ''],
    ['empty acrValues', 'acrValues', ''],
    ['an OTP instead of a function', 'otp', '123456'],
    ['a URL instead of a function', 'fetch', 'https://a.example'],
    ['a time instead of a clock', 'clock', 1],
    ['a duration instead of a function that waits', 'wait', 1],
    ['a callback that is no function', 'onExchange', {}],
    ['a timeout of 0', 'timeout', 0],
    ['a timeout in text', 'timeout', '5'],
    ['a timeout that is not a number', 'timeout', Number.NaN],
    ['an infinite timeout', 'timeout', Number.POSITIVE_INFINITY],
  ])('are rejected if they contain %s, and nothing is sent', async (_, name, value) => {
    const fetch = () => expect.fail('a request was sent')
    const failure = await fetchTokens({ ...good, fetch, [name]: value }).catch((thrown: unknown) => thrown)
    expect(failure).toBeInstanceOf(MfaOtpConfigurationError)
    expect(failure).toMatchObject({ code: 'invalid_option', step: 'configuration', names: [name] })
  })

  it.each([
    'https://a.example',
    'http://localhost:8080',
    'http://127.0.0.1',
    'http://127.9.9.9',
    'http://[::1]:1/x',
  ])('accept the issuer %s', (issuer) => {
    expect(configure({ ...good, issuer }).issuer).toBe(issuer)
  })

  it.each([undefined, null, 'https://a.example'])('are rejected if they are %j', async (options) => {
    const failure = await fetchTokens(options as never).catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ code: 'invalid_option', names: ['options'] })
  })

  it('are frozen and have defaults', () => {
    const { fetch: _, clock: __, wait: ___, ...bare } = good
    const configuration = configure(bare)
    expect(Object.isFrozen(configuration)).toBe(true)
    expect(configuration).toMatchObject({ timeout: 10_000, fetch: globalThis.fetch, clock: Date.now })
  })

  it('have a default wait that never ends early', async () => {
    const { wait: _, ...bare } = good
    const before = Date.now()
    await configure(bare).wait(1)
    expect(Date.now()).toBeGreaterThan(before)
  })
})

import { runInNewContext } from 'node:vm'
import { AUDIENCE, ISSUER, outcomeOf, signToken, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  type AdapterOptions,
  adapterSettings,
  decide,
  isOptional,
  isPromise,
  noteRequirements,
  verifiedTokenOf,
  withForwardedOrigin,
} from '../src/adapter.ts'
import { createAccessTokenVerifier, INTERNALS, type VerifierInternals } from '../src/verifier.ts'
import { cache, configurationErrorOf, requestWith } from './support/verifiers.ts'

const options = verifierOptions()
const verifier = createAccessTokenVerifier(options)
const noCredentials = { headers: {} }

/** As applications that read their settings with a class may have. */
class Settings {
  readonly audience = AUDIENCE
  get issuer(): string {
    return ISSUER
  }
}

describe('adapterSettings', () => {
  it('creates a verifier from options, which the adapter closes', () => {
    const settings = adapterSettings({ ...options, credentials: 'optional' })
    expect(settings).toMatchObject({ closesVerifier: true, optional: true })
    expect(settings.verifier.status().issuers.map(({ issuer }) => issuer)).toEqual([ISSUER])
  })

  it('uses the verifier that was passed, which the adapter does not close', () => {
    expect(adapterSettings({ verifier })).toMatchObject({ verifier, closesVerifier: false, optional: false })
    const optional = { verifier, credentials: 'optional' } as const
    expect(adapterSettings(optional)).toMatchObject({ verifier, closesVerifier: false, optional: true })
  })

  it.each([
    ['null', null, 'options'],
    ['a list', [options], 'options'],
    ['a string', ISSUER, 'options'],
    ['a function', () => options, 'options'],
    ['an undefined verifier', { verifier: undefined }, 'verifier'],
    ['a null verifier', { verifier: null }, 'verifier'],
    ['a verifier that is a string', { verifier: 'verifier' }, 'verifier'],
    [
      'an object that only looks like a verifier',
      { verifier: { verify() {}, authenticate() {} } },
      'verifier',
    ],
    ['a verifier and an option', { verifier, audience: AUDIENCE }, 'audience'],
    ['a verifier and an undefined option', { verifier, audience: undefined }, 'audience'],
    ['a verifier and two options', { issuer: ISSUER, verifier, audience: AUDIENCE }, 'issuer'],
    ['credentials of another type', { ...options, credentials: true }, 'credentials'],
    ['an issuer that is a getter of a class', new Settings(), 'issuer'],
    ['an inherited verifier', Object.create({ verifier }), 'verifier'],
    [
      'inherited credentials',
      Object.assign(Object.create({ credentials: 'optional' }), options),
      'credentials',
    ],
  ])('refuses %s, and names the option', (_what, wrong, option) => {
    const error = configurationErrorOf(() => adapterSettings(wrong as AdapterOptions))
    expect(error).toMatchObject({ code: 'option_invalid', option })
    expect(error.message).toContain(option)
  })

  it.each([{ contractVersion: 1 }, { contractVersion: undefined }, { contractVersion: 'x' }, {}])(
    'refuses a verifier of an older version, and says what to install: %j',
    (internals) => {
      const older = { [INTERNALS]: { ...internals, authenticate: () => undefined } }
      const error = configurationErrorOf(() => adapterSettings({ verifier: older as never }))
      expect(error).toMatchObject({ code: 'option_invalid', option: 'verifier' })
      expect(error.message).toMatch(
        /verifier comes from an older version .* install the same version of both/,
      )
    },
  )

  it('reads an issuer that is only a name from the environment, if the keys are given', () => {
    vi.stubEnv('OKTA_OAUTH2_ISSUER', 'accounts.google.com')
    onTestFinished(() => void vi.unstubAllEnvs())
    const jwksUri = 'https://keys.example.com/keys'
    const { verifier } = adapterSettings({ audience: 'api', jwksUri })
    expect(verifier.status().issuers).toMatchObject([{ issuer: 'accounts.google.com' }])
    expect(configurationErrorOf(() => adapterSettings({ audience: 'api' })).option).toBe('OKTA_OAUTH2_ISSUER')
  })

  it('refuses an unknown option', () => {
    const wrong = { ...options, isuer: ISSUER } as AdapterOptions
    expect(configurationErrorOf(() => adapterSettings(wrong))).toMatchObject({
      code: 'option_unknown',
      option: 'isuer',
    })
  })
})

describe('isOptional', () => {
  it('is true for optional credentials only', () => {
    expect([undefined, 'required', 'optional'].map(isOptional)).toEqual([false, false, true])
  })

  it.each([null, '', false, 'Optional', ['optional']])('refuses %j', (wrong) => {
    expect(configurationErrorOf(() => isOptional(wrong))).toMatchObject({ option: 'credentials' })
  })
})

describe('optional credentials', () => {
  it('let a request without credentials through', () => {
    expect(decide(verifier, noCredentials, undefined, true)).toBeUndefined()
    expect(decide(verifier, noCredentials, { scopes: ['a'] }, true)).toBeUndefined()
  })

  it.each([
    ['unsupported_scheme', { headers: { authorization: 'Basic a' } }],
    ['malformed_authorization_header', requestWith('a b')],
    ['token_in_query', { headers: {}, url: '/?access_token=a' }],
    ['token_malformed', requestWith('a')],
    ['token_expired', requestWith(signToken({ claims: { exp: 1 } }))],
    ['audience_mismatch', requestWith(signToken({ claims: { aud: 'other' } }))],
    ['insufficient_scope', requestWith(signToken())],
  ])('do not let a request with bad credentials through: %s', async (code, request) => {
    const call = async () => decide(verifier, request, { scopes: ['admin'] }, true)
    expect(await outcomeOf(call)).toBe(code)
  })
})

describe('isPromise', () => {
  it('is false for a cached token, and for a request that is let through without credentials', async () => {
    const token = signToken()
    await cache(verifier, token)
    expect(isPromise(decide(verifier, requestWith(token)))).toBe(false)
    expect(isPromise(decide(verifier, noCredentials, undefined, true))).toBe(false)
  })

  it('is true for a token that has to be verified', async () => {
    const accepted = decide(verifier, requestWith(signToken({ claims: { sub: 'new' } })))
    const refused = decide(verifier, requestWith(signToken({ claims: { aud: 'other' } })))
    expect([isPromise(accepted), isPromise(refused)]).toEqual([true, true])
    // Both at once: a refusal that nothing waits for is an unhandled rejection.
    await Promise.all([
      expect(accepted).resolves.toMatchObject({ subject: 'new' }),
      expect(refused).rejects.toMatchObject({ code: 'audience_mismatch' }),
    ])
  })

  it('is true for promises of another realm', () => {
    const promise = runInNewContext("Promise.resolve('auth')")
    expect(promise).not.toBeInstanceOf(Promise)
    expect(isPromise(promise)).toBe(true)
  })
})

it('decide throws a refusal that needs no verification', () => {
  expect(() => decide(verifier, requestWith('abc'))).toThrow(
    expect.objectContaining({ code: 'token_malformed' }),
  )
})

it('noteRequirements does nothing with a verifier that does not report them', () => {
  const { authenticate, contractVersion } = (verifier as unknown as { [INTERNALS]: VerifierInternals })[
    INTERNALS
  ]
  const silent = { [INTERNALS]: { authenticate, contractVersion } }
  expect(noteRequirements(silent as never, { scopes: ['a'] })).toBeUndefined()
})

describe('verifiedTokenOf', () => {
  it('is the verified token of the request', async () => {
    const request = requestWith(signToken())
    const auth = await decide(verifier, request)
    expect(verifiedTokenOf(request)).toBe(auth)
  })

  it('is undefined after a request without credentials was let through', () => {
    const request = { headers: {} }
    decide(verifier, request, undefined, true)
    expect(verifiedTokenOf(request)).toBeUndefined()
  })

  it('is what a test has set by hand if there was no decision', () => {
    const auth = { scopes: [], claims: {} }
    expect(verifiedTokenOf({ headers: {} }, auth)).toBe(auth)
  })

  it('throws if there was no decision about the request', () => {
    expect(configurationErrorOf(() => verifiedTokenOf({ headers: {} }))).toMatchObject({
      code: 'middleware_missing',
      message: expect.stringContaining('oktaAuth()'),
    })
  })
})

describe('withForwardedOrigin', () => {
  it.each([{}, { headers: null }, { headers: undefined, raw: {} }])(
    'leaves %j to the verifier, which says what is wrong with it',
    (request) => {
      expect(withForwardedOrigin(request as object)).toBe(request)
    },
  )
})

import { afterEach, describe, expect, it, vi } from 'vitest'
import { type AdapterOptions, adapterSettings, hasNoCredentials, isOptional } from '../src/adapter-options.ts'
import { ConfigurationError, InvalidRequestError, MissingTokenError } from '../src/errors.ts'
import { createAccessTokenVerifier } from '../src/verifier.ts'
import { keySet, signingKey } from './support/keys.ts'
import { AUDIENCE, ISSUER } from './support/tokens.ts'

afterEach(() => vi.unstubAllEnvs())

const jwks = keySet(await signingKey('ES256'))
const verifierOptions = { issuer: ISSUER, audience: AUDIENCE, jwks }
const verifier = createAccessTokenVerifier(verifierOptions)

function failure(options: unknown): ConfigurationError {
  try {
    adapterSettings(options as AdapterOptions)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    return error as ConfigurationError
  }
  throw new Error('nothing was thrown')
}

describe('the settings of an adapter', () => {
  it('have a verifier of their own, made of the options', () => {
    const settings = adapterSettings({ ...verifierOptions, credentials: 'optional' })
    expect(settings).toMatchObject({ owned: true, optional: true })
    expect(settings.verifier.status().issuers.map(({ issuer }) => issuer)).toEqual([ISSUER])
  })

  it('have the verifier that was given, which is not theirs to close', () => {
    expect(adapterSettings({ verifier })).toEqual({ verifier, owned: false, optional: false })
    expect(adapterSettings({ verifier, credentials: 'optional' })).toEqual({
      verifier,
      owned: false,
      optional: true,
    })
  })

  it('are read from the environment where no option of the verifier is given', () => {
    vi.stubEnv('OKTA_OAUTH2_ISSUER', 'https://from-the-environment.example.com/oauth2/default')
    vi.stubEnv('OKTA_OAUTH2_AUDIENCE', AUDIENCE)
    for (const options of [{}, { credentials: 'required' } as const]) {
      const settings = adapterSettings(options)
      expect(settings).toMatchObject({ owned: true, optional: false })
      const [status] = settings.verifier.status().issuers
      expect(status?.issuer).toBe('https://from-the-environment.example.com/oauth2/default')
    }
  })

  it('take any object that decides for a verifier', () => {
    const own = { decide: () => Promise.reject(new MissingTokenError('missing_token')) }
    expect(adapterSettings({ verifier: own as never }).verifier).toBe(own)
  })
})

describe('a mistake in the options of an adapter', () => {
  const SHAPE = 'the options must be an object such as { issuer, audience }, or left out'
  const MAKER = 'verifier must be what createAccessTokenVerifier of @okta-resource-server/core returns'
  const EXCLUDED = 'exclude each other; give the options to createAccessTokenVerifier'

  it.each([
    ['null', null, 'options', SHAPE],
    ['a list', [verifierOptions], 'options', SHAPE],
    ['a string', ISSUER, 'options', SHAPE],
    ['a function', () => verifierOptions, 'options', SHAPE],
    ['no verifier', { verifier: undefined }, 'verifier', MAKER],
    ['a null verifier', { verifier: null }, 'verifier', MAKER],
    ['a verifier that decides nothing', { verifier: { verify: () => {} } }, 'verifier', MAKER],
    [
      'a verifier and an option',
      { verifier, audience: AUDIENCE },
      'audience',
      `audience and verifier ${EXCLUDED}`,
    ],
    [
      'a verifier and two options',
      { issuer: ISSUER, verifier, audience: AUDIENCE },
      'issuer',
      `issuer, audience and verifier ${EXCLUDED}`,
    ],
    [
      'credentials of another kind',
      { ...verifierOptions, credentials: true },
      'credentials',
      "credentials must be 'required' or 'optional'",
    ],
  ])('is told for %s', (_what, options, option, message) => {
    expect(failure(options)).toMatchObject({ code: 'option_invalid', option, message })
  })

  it('is told for what the verifier refuses', () => {
    expect(failure({ ...verifierOptions, isuer: ISSUER })).toMatchObject({
      code: 'option_unknown',
      option: 'isuer',
    })
  })
})

describe('credentials', () => {
  it('are required unless they are optional', () => {
    expect([undefined, 'required', 'optional'].map(isOptional)).toEqual([false, false, true])
    for (const wrong of [null, '', false, 'Optional', ['optional']]) {
      expect(() => isOptional(wrong)).toThrow("credentials must be 'required' or 'optional'")
    }
  })

  it('are absent only where nothing was sent', () => {
    expect(hasNoCredentials(new MissingTokenError('missing_token'))).toBe(true)
    expect(hasNoCredentials(new MissingTokenError('unsupported_scheme'))).toBe(false)
    expect(hasNoCredentials(new InvalidRequestError('token_in_query'))).toBe(false)
    expect(hasNoCredentials({ code: 'missing_token' })).toBe(false)
    expect(hasNoCredentials(undefined)).toBe(false)
  })
})

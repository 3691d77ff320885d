import {
  AUDIENCE as audience,
  bearer,
  ISSUER as issuer,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import { published } from '@okta-resource-server/testing/vitest'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  ConfigurationError,
  createAccessTokenVerifier,
  type OktaAuthOptions,
  oktaAuth,
} from '../src/index.ts'
import { outcome, request } from './requests.ts'

const OTHER = 'https://other.example/oauth2/default'
const verifier = createAccessTokenVerifier(verifierOptions())
const { jwks, clock } = verifierOptions()

afterEach(() => vi.unstubAllEnvs())

function environment(variables: { issuer?: string; audience?: string } = { issuer, audience }): void {
  vi.stubEnv('OKTA_OAUTH2_ISSUER', variables.issuer)
  vi.stubEnv('OKTA_OAUTH2_AUDIENCE', variables.audience)
}

function failure(options?: unknown): ConfigurationError {
  try {
    oktaAuth(options as never)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    return error as ConfigurationError
  }
  throw new Error('nothing was thrown')
}

/** The code of the refusal of a token that the issuer of the tests has issued; `undefined` if it is accepted. */
async function codeWith(options: OktaAuthOptions): Promise<unknown> {
  const error = await outcome(oktaAuth(options), request(bearer(signToken())))
  return (error as { code?: unknown } | undefined)?.code
}

describe('an absent issuer or audience', () => {
  it.each([
    [undefined],
    [{}],
    [{ credentials: 'optional' } as const],
    [{ clockTolerance: 10, realm: 'messages' }],
  ])('is read from the environment (%j)', (options) => {
    environment()
    const configured = published('okta-resource-server:verifier.configured')
    expect(oktaAuth(options)).toBeTypeOf('function')
    const { credentials, ...fromCode } = { credentials: undefined, ...options }
    expect(configured).toEqual([{ fromCode: Object.keys(fromCode), fromEnvironment: ['issuer', 'audience'] }])
  })

  it('is the one that tokens are compared with', async () => {
    environment()
    expect(await codeWith({ jwks, clock })).toBeUndefined()
    environment({ issuer: OTHER, audience })
    expect(await codeWith({ jwks, clock })).toBe('issuer_not_allowed')
    environment({ issuer, audience: 'api://other' })
    expect(await codeWith({ jwks, clock })).toBe('audience_mismatch')
  })

  it('is read alone, if the other option is given', async () => {
    environment({ issuer: OTHER, audience })
    expect(await codeWith({ issuer, jwks, clock })).toBeUndefined()
    environment({ issuer, audience: 'api://other' })
    expect(await codeWith({ audience, jwks, clock })).toBeUndefined()
  })

  it.each([
    ['OKTA_OAUTH2_ISSUER', {}, { audience }],
    ['OKTA_OAUTH2_AUDIENCE', {}, { issuer }],
    ['OKTA_OAUTH2_ISSUER', { audience }, {}],
    ['OKTA_OAUTH2_AUDIENCE', { issuer }, {}],
    ['OKTA_OAUTH2_AUDIENCE', { issuer, clockTolerance: 10 }, { audience: '' }],
  ])(
    'causes a ConfigurationError that names %s, if it is not set (options %j, environment %j)',
    (variable, options, variables) => {
      environment(variables)
      const error = failure(options)
      expect(error).toMatchObject({ code: 'option_missing', option: variable })
      expect(error.message).toContain(variable)
    },
  )

  it('is not read for a list of issuers, each of which has its own audience', () => {
    environment()
    expect(failure({ issuer: [issuer] })).toMatchObject({
      code: 'option_missing',
      option: 'issuer[0].audience',
    })
  })
})

describe('a given issuer or audience', () => {
  it.each([
    ['issuer', { issuer: undefined, audience }],
    ['issuer', { issuer: undefined }],
    ['issuer', { issuer: '', audience }],
    ['audience', { issuer, audience: undefined }],
    ['audience', { audience: undefined }],
    ['audience', { issuer, audience: '' }],
  ])('is not replaced from the environment: %s must not be undefined or empty (%j)', (option, options) => {
    environment()
    expect(failure(options)).toMatchObject({ code: 'option_missing', option })
  })
})

describe('the options', () => {
  it('are those of a verifier, or a verifier', () => {
    expect(oktaAuth(verifierOptions())).toBeTypeOf('function')
    expect(oktaAuth({ verifier, credentials: 'required' })).toBeTypeOf('function')
  })

  it.each([
    ['null', null, 'options'],
    ['an array', [], 'options'],
    ['a string', issuer, 'options'],
    ['an unknown option', { issuer, audience, isuer: '' }, 'isuer'],
    ['credentials of the wrong type', { issuer, audience, credentials: false }, 'credentials'],
    ['an object that is not a verifier', { verifier: {} }, 'verifier'],
    [
      'an object with the methods of a verifier',
      { verifier: { ...verifier, authenticate: () => {} } },
      'verifier',
    ],
    ['a verifier that is undefined', { verifier: undefined }, 'verifier'],
    ['a verifier that is null', { verifier: null }, 'verifier'],
    ['a verifier together with an option of the verifier', { verifier, audience }, 'audience'],
    ['a verifier together with an option that is undefined', { verifier, issuer: undefined }, 'issuer'],
  ])('cause a ConfigurationError at construction if they are wrong: %s', (_what, options, option) => {
    environment()
    expect(failure(options).option).toBe(option)
  })
})

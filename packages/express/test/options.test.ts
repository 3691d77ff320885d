import { createAccessTokenVerifier } from '@okta-resource-server/core'
import { AUDIENCE as audience, ISSUER as issuer, verifierOptions } from '@okta-resource-server/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ConfigurationError, oktaAuth } from '../src/index.ts'

const verifier = createAccessTokenVerifier(verifierOptions())

afterEach(() => vi.unstubAllEnvs())

function failure(options?: unknown): ConfigurationError {
  try {
    oktaAuth(options as never)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    return error as ConfigurationError
  }
  throw new Error('nothing was thrown')
}

describe('without options', () => {
  it.each([[undefined], [{}], [{ credentials: 'optional' } as const]])(
    'reads the environment (%j)',
    (options) => {
      vi.stubEnv('OKTA_OAUTH2_ISSUER', issuer)
      vi.stubEnv('OKTA_OAUTH2_AUDIENCE', audience)
      expect(oktaAuth(options)).toBeTypeOf('function')
    },
  )

  it('throws a ConfigurationError that names the missing variable', () => {
    vi.stubEnv('OKTA_OAUTH2_ISSUER', issuer)
    vi.stubEnv('OKTA_OAUTH2_AUDIENCE', undefined)
    expect(failure().message).toContain('OKTA_OAUTH2_AUDIENCE')
    vi.stubEnv('OKTA_OAUTH2_ISSUER', undefined)
    expect(failure().message).toContain('OKTA_OAUTH2_ISSUER')
  })
})

describe('with options', () => {
  it('accepts the options of a verifier, or a verifier', () => {
    expect(oktaAuth(verifierOptions())).toBeTypeOf('function')
    expect(oktaAuth({ verifier, credentials: 'required' })).toBeTypeOf('function')
  })

  it('does not fall back to the environment for an option that is set to undefined', () => {
    vi.stubEnv('OKTA_OAUTH2_ISSUER', issuer)
    vi.stubEnv('OKTA_OAUTH2_AUDIENCE', audience)
    expect(failure({ issuer: undefined, audience: undefined }).option).toBe('issuer')
    expect(failure({ verifier: undefined }).option).toBe('verifier')
  })

  it.each([
    ['null', null, 'options'],
    ['an array', [], 'options'],
    ['a string', issuer, 'options'],
    ['an unknown option', { issuer, audience, isuer: '' }, 'isuer'],
    ['a missing audience', { issuer }, 'audience'],
    ['credentials of the wrong type', { issuer, audience, credentials: false }, 'credentials'],
    ['an object that is not a verifier', { verifier: {} }, 'verifier'],
    ['a verifier that is null', { verifier: null }, 'verifier'],
    ['a verifier together with an option of the verifier', { verifier, audience }, 'audience'],
  ])('throws a ConfigurationError at construction for %s', (_what, options, option) => {
    expect(failure(options).option).toBe(option)
  })
})

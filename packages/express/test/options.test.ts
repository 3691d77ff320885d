import { afterEach, describe, expect, it, vi } from 'vitest'
import { ConfigurationError, oktaAuth } from '../src/index.ts'
import { audience, issuer, jwks, verifier } from './support.ts'

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

  it('throws a ConfigurationError that names the variable which is missing', () => {
    vi.stubEnv('OKTA_OAUTH2_ISSUER', issuer)
    vi.stubEnv('OKTA_OAUTH2_AUDIENCE', undefined)
    expect(failure().message).toContain('OKTA_OAUTH2_AUDIENCE')
    vi.stubEnv('OKTA_OAUTH2_ISSUER', undefined)
    expect(failure().message).toContain('OKTA_OAUTH2_ISSUER')
  })
})

describe('with options', () => {
  it('takes those of the verifier, or a verifier', () => {
    expect(oktaAuth({ issuer, audience, jwks })).toBeTypeOf('function')
    expect(oktaAuth({ verifier: verifier(), credentials: 'required' })).toBeTypeOf('function')
  })

  it('never falls back to the environment for an option that is there but undefined', () => {
    vi.stubEnv('OKTA_OAUTH2_ISSUER', issuer)
    vi.stubEnv('OKTA_OAUTH2_AUDIENCE', audience)
    expect(failure({ issuer: undefined, audience: undefined }).option).toBe('issuer')
    expect(failure({ verifier: undefined }).option).toBe('verifier')
  })

  it.each([
    ['null', null, 'options'],
    ['a list', [], 'options'],
    ['a string', issuer, 'options'],
    ['an unknown option', { issuer, audience, isuer: '' }, 'isuer'],
    ['a missing audience', { issuer }, 'audience'],
    ['credentials of another kind', { issuer, audience, credentials: false }, 'credentials'],
    ['a verifier of another kind', { verifier: {} }, 'verifier'],
    ['no verifier', { verifier: null }, 'verifier'],
    ['a verifier and an option of it', { verifier: verifier(), audience }, 'audience'],
  ])('throws a ConfigurationError at construction for %s', (_what, options, option) => {
    expect(failure(options).option).toBe(option)
  })
})

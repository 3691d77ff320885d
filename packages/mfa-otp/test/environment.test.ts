import { afterEach, describe, expect, it, vi } from 'vitest'
import { fromEnvironment, MfaOtpConfigurationError } from '../src/index.ts'

const env = {
  OKTA_OAUTH2_ISSUER: 'https://a.example/oauth2/default',
  OKTA_OAUTH2_CLIENT_ID: 'client',
  OKTA_USERNAME: 'user',
  OKTA_PASSWORD: 'pass',
  OKTA_TOTP_SECRET: 'JBSWY3DPEHPK3PXP',
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('fromEnvironment', () => {
  it('reads the credentials of a public client', () => {
    const credentials = fromEnvironment(env)
    expect(credentials).toEqual({
      issuer: 'https://a.example/oauth2/default',
      clientId: 'client',
      username: 'user',
      password: 'pass',
      totpSecret: 'JBSWY3DPEHPK3PXP',
      otp: expect.any(Function),
    })
    expect(credentials?.otp()).toMatch(/^\d{6}$/)
  })

  it('reads the secret of a confidential client', () => {
    expect(fromEnvironment({ ...env, OKTA_OAUTH2_CLIENT_SECRET: 's' })).toMatchObject({ clientSecret: 's' })
  })

  it('returns undefined if all variables of the user are unset, even if the issuer is set', () => {
    expect(fromEnvironment({})).toBeUndefined()
    expect(fromEnvironment({ OKTA_OAUTH2_ISSUER: 'x', OKTA_USERNAME: '', OKTA_PASSWORD: '' })).toBeUndefined()
  })

  it.each(Object.keys(env))('names %s if it is the only missing variable', (name) => {
    expect(() => fromEnvironment({ ...env, [name]: '' })).toThrow(name)
  })

  it('names every missing variable', () => {
    let thrown: unknown
    try {
      fromEnvironment({ OKTA_USERNAME: 'user' })
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(MfaOtpConfigurationError)
    expect(thrown).toMatchObject({
      code: 'missing_environment',
      names: ['OKTA_OAUTH2_ISSUER', 'OKTA_OAUTH2_CLIENT_ID', 'OKTA_PASSWORD', 'OKTA_TOTP_SECRET'],
    })
  })

  it('rejects a TOTP secret that is not base32 before it is used', () => {
    expect(() => fromEnvironment({ ...env, OKTA_TOTP_SECRET: '1' })).toThrow('not base32')
  })

  it('reads process.env by default', () => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    expect(fromEnvironment()).toMatchObject({ username: 'user' })
  })
})

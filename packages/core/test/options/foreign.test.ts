import { describe, expect, it } from 'vitest'
import { configurationFromEnvironment } from '../../src/index.ts'
import { createAccessTokenVerifier } from '../../src/verifier.ts'
import { configurationErrorOf, makeVerifier, untyped } from '../support/verifiers.ts'

describe('an option of another library', () => {
  it.each([
    ['issuerBaseURL', /use issuer\b/],
    ['jwksUrl', /use jwksUri/],
    ['assertClaims', /audience for aud, clientIds for cid/],
    ['authRequired', /use credentials: 'optional'/],
    ['credentialsRequired', /use credentials: 'optional'/],
    ['secret', /symmetric keys are not supported/],
    ['strict', /use profile: 'rfc9068'/],
    ['domain', /https:\/\/<domain>\//],
    ['userPoolId', /cognito-idp/],
    ['testing', /loopback/],
    ['maxAge', /use maxTokenAge/],
    ['clientId', /did you mean clientIds\?/],
    ['toString', /the options are issuer/],
    ['constructor', /the options are issuer/],
  ])('%s is answered with ours', (name, advice) => {
    const options = untyped({ issuer: 'https://a.example', audience: 'a', [name]: 'secret-value' })
    const error = configurationErrorOf(() => createAccessTokenVerifier(options))

    expect(error).toMatchObject({ code: 'option_unknown', option: name })
    expect(error.message).toMatch(advice)
    expect(error.message).not.toContain('secret-value')
  })
})

/** Options of other libraries that have no counterpart of the same name here. */
const LIBRARIES = {
  'express-oauth2-jwt-bearer': [
    'issuerBaseURL',
    'tokenSigningAlg',
    'authRequired',
    'validators',
    'strict',
    'secret',
    'agent',
  ],
  '@okta/jwt-verifier': [
    'assertClaims',
    'requestAgent',
    'getKeysInterceptor',
    'jwksRequestsPerMinute',
    'testing',
  ],
  'express-jwt and jwks-rsa': ['credentialsRequired', 'getToken', 'rateLimit'],
  'passport-jwt': ['jwtFromRequest', 'secretOrKey', 'secretOrKeyProvider', 'ignoreExpiration'],
  '@fastify/jwt and get-jwks': [
    'allowedIss',
    'allowedAud',
    'issuersWhitelist',
    'issuerDomain',
    'domain',
    'ttl',
  ],
  'aws-jwt-verify': ['userPoolId', 'tokenUse', 'scope', 'graceSeconds', 'customJwtCheck'],
  others: [
    'iss',
    'aud',
    'clockSkew',
    'requiredScopes',
    'scopes',
    'anyScope',
    'claims',
    'tenantId',
    'maxAge',
    'jwksUrl',
  ],
}

it.each(Object.entries(LIBRARIES))('options of %s are answered with what to use here', (_library, names) => {
  for (const name of names) {
    const error = configurationErrorOf(() => makeVerifier(untyped({ [name]: 'secret-value' })))
    expect(error.message).toMatch(/; use \w/)
  }
})

it('an option of another library is answered with ours for one of several issuers as well', () => {
  const issuer = [{ issuer: 'https://a.example', jwksUrl: 'https://a.example/keys' }]
  const error = configurationErrorOf(() => makeVerifier(untyped({ issuer })))

  expect(error).toMatchObject({ code: 'option_unknown', option: 'issuer[0].jwksUrl' })
  expect(error.message).toContain('use jwksUri')
})

describe('a variable of another product', () => {
  it.each([
    [{ AUTH0_DOMAIN: 'secret-value' }, /AUTH0_DOMAIN is set, but it is not read/],
    [{ ISSUER_BASE_URL: 'secret-value' }, /ISSUER_BASE_URL is set/],
    [{ OKTA_OAUTH2_ISSUER: 'https://a.example', AUTH0_AUDIENCE: 'secret-value' }, /AUTH0_AUDIENCE is set/],
  ])('is named, without its value, where ours is missing: %j', (env, advice) => {
    const error = configurationErrorOf(() => configurationFromEnvironment(env))

    expect(error).toMatchObject({ code: 'option_missing' })
    expect(error.message).toMatch(advice)
    expect(error.message).not.toContain('secret-value')
  })

  it.each([
    ...[
      'ISSUER_BASE_URL',
      'AUTH0_ISSUER_BASE_URL',
      'AUTH0_DOMAIN',
      'OKTA_ISSUER',
      'OKTA_DOMAIN',
      'OIDC_ISSUER',
    ],
    ...['ISSUER', 'COGNITO_USER_POOL_ID', 'AZURE_TENANT_ID'],
  ])('is named where the issuer is missing: %s', (name) => {
    const { message } = configurationErrorOf(() => configurationFromEnvironment({ [name]: 'secret-value' }))
    expect(message).toContain(`. ${name} is set`)
  })

  it.each(['AUTH0_AUDIENCE', 'OKTA_AUDIENCE', 'API_AUDIENCE', 'AUDIENCE'])(
    'is named where the audience is missing: %s',
    (name) => {
      const env = { OKTA_OAUTH2_ISSUER: 'https://a.example', [name]: 'secret-value' }
      expect(configurationErrorOf(() => configurationFromEnvironment(env)).message).toContain(
        `. ${name} is set`,
      )
    },
  )

  it.each([[{}], [{ ISSUER: '' }], [{ UNRELATED: 'x' }]])('is not named if it is not set: %j', (env) => {
    expect(configurationErrorOf(() => configurationFromEnvironment(env)).message).not.toContain('is set')
  })
})

describe('an issuer of Auth0', () => {
  it('must end with a slash', () => {
    const error = configurationErrorOf(() => makeVerifier({ issuer: 'https://tenant.eu.auth0.com' }))

    expect(error).toMatchObject({ code: 'option_invalid', option: 'issuer' })
    expect(error.message).toContain('slash')
  })

  it.each([
    ...['https://tenant.eu.auth0.com/', 'https://tenant.eu.auth0.com/path'],
    ...['https://auth0.com.example', 'https://notauth0.com'],
  ])('is accepted: %s', (issuer) => {
    expect(() => makeVerifier({ issuer })).not.toThrow()
  })
})

it('a missing audience of Amazon Cognito is answered with audience: null and clientIds', () => {
  const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc'
  const error = configurationErrorOf(() => createAccessTokenVerifier({ issuer }))

  expect(error).toMatchObject({ code: 'option_missing', option: 'audience' })
  expect(error.message).toMatch(/set audience to null, and clientIds/)
})

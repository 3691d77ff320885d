import { describe, expect, it } from 'vitest'
import { configurationFromEnvironment, memoryReplayStore } from '../../src/index.ts'
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
    ['issuerBaseUrl', /use issuer\b/],
    ['jwks_url', /use jwksUri/],
    ['metadataURL', /use metadataUri/],
    ['isRevoked', /use revocation: \{ isRevoked \}/],
    ['auth-server-url', /\/realms\/<realm>/],
    ['identityMetadata', /use metadataUri/],
    ['projectId', /securetoken/],
    ['leeway', /use clockTolerance/],
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

describe('an option that only adapters have', () => {
  it.each([
    'credential',
    'Credentials',
    'credentials',
    'Verifier',
    'global',
    'decoratorname',
    'requiredScope',
  ])('is named where %s is none of a verifier', (name) => {
    const error = configurationErrorOf(() => makeVerifier(untyped({ [name]: 'secret-value' })))
    expect(error).toMatchObject({ code: 'option_unknown', option: name })
    expect(error.message).toMatch(/; use .* in the options of/)
  })
})

describe('what other libraries have is not the advice for', () => {
  const issuer = 'https://a.example'
  const introspection = { clientId: 'a', clientSecret: 'b' }

  it.each<[string, () => unknown]>([
    ['the options of a store', () => memoryReplayStore({ ttl: 1 } as never)],
    [
      'introspection of one of several issuers',
      () => makeVerifier(untyped({ issuer: [{ issuer, introspection: { ...introspection, secret: 'x' } }] })),
    ],
    ['introspection', () => makeVerifier(untyped({ introspection: { ...introspection, maxAge: 1 } }))],
  ])('%s', (_title, create) => {
    const error = configurationErrorOf(create)
    expect(error.code).toBe('option_unknown')
    expect(error.message).toMatch(/ is not an option; the options are /)
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
  'express-jwt and jwks-rsa': [
    ...['credentialsRequired', 'getToken', 'rateLimit'],
    ...['isRevoked', 'requestProperty', 'cache'],
  ],
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
  it.each<[Record<string, string>, RegExp]>([
    [{ AUTH0_DOMAIN: 'secret-value' }, /AUTH0_DOMAIN is set, but it is not read/],
    [{ ISSUER_BASE_URL: 'secret-value' }, /ISSUER_BASE_URL is set/],
    [{ AZURE_TENANT_ID: 'secret-value' }, /AZURE_TENANT_ID is set/],
    [{ AZURE_AD_B2C_TENANT: 'secret-value' }, /AZURE_AD_B2C_TENANT is set/],
    [{ ENTRA_TENANT_ID: 'secret-value' }, /ENTRA_TENANT_ID is set/],
    [{ KEYCLOAK_REALM: 'secret-value' }, /KEYCLOAK_REALM is set/],
    [{ KEYCLOAK_AUTH_SERVER_URL: 'secret-value' }, /KEYCLOAK_AUTH_SERVER_URL is set/],
    [{ KEYCLOAK_ISSUER: 'secret-value', KEYCLOAK_REALM: 'secret-value' }, /KEYCLOAK_ISSUER is set/],
    [{ KC_HOSTNAME: 'secret-value' }, /KC_HOSTNAME is set/],
    [{ AWS_COGNITO_USER_POOL_ID: 'secret-value' }, /AWS_COGNITO_USER_POOL_ID is set/],
    [{ VITE_USERPOOL_ID: 'secret-value' }, /VITE_USERPOOL_ID is set/],
    [{ OKTA_ORG_URL: 'secret-value' }, /OKTA_ORG_URL is set/],
    [{ OKTA_CLIENT_ORGURL: 'secret-value' }, /OKTA_CLIENT_ORGURL is set/],
    [{ AUTH0_CUSTOM_DOMAIN: 'secret-value' }, /AUTH0_CUSTOM_DOMAIN is set/],
    [{ OIDC_AUTHORITY: 'secret-value' }, /OIDC_AUTHORITY is set/],
    [{ OIDC_ISSUER_URL: 'secret-value' }, /OIDC_ISSUER_URL is set/],
    [{ SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI: 'secret-value' }, /JWT_ISSUER_URI is set/],
    ...['AUTH0_AUDIENCE', 'AUTH0_API_AUDIENCE', 'JWT_AUDIENCE', 'API_IDENTIFIER', 'AZURE_CLIENT_ID'].map(
      (name): [Record<string, string>, RegExp] => [
        { OKTA_OAUTH2_ISSUER: 'https://a.example', [name]: 'secret-value' },
        new RegExp(`${name} is set`),
      ],
    ),
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

  it.each<[Record<string, string | undefined>]>([
    [{}],
    [{ ISSUER: '' }],
    [{ KEYCLOAK_REALM: undefined }],
    [{ UNRELATED: 'x', AZURE_REGION: 'x', AUTH0_CLIENT_SECRET: 'x', REISSUER: 'x' }],
    [{ OKTA_OAUTH2_ISSUER: '', OKTA_OAUTH2_ISSUER_URL: 'x' }],
  ])('is not named if it is not set: %j', (env) => {
    expect(configurationErrorOf(() => configurationFromEnvironment(env)).message).not.toContain('is set')
  })
})

describe('an issuer of Auth0', () => {
  it.each([
    'https://tenant.auth0.com',
    'https://tenant.eu.auth0.com',
    'https://tenant.us-gov.auth0.com',
    'https://tenant.example.auth0app.com',
  ])('must end with a slash: %s', (issuer) => {
    const error = configurationErrorOf(() => makeVerifier({ issuer }))

    expect(error).toMatchObject({ code: 'option_invalid', option: 'issuer' })
    expect(error.message).toContain('slash')
  })

  it.each([
    'https://tenant.eu.auth0.com/',
    'https://tenant.eu.auth0.com/path',
    'https://auth0.com.example',
    'https://notauth0.com',
    'https://notauth0app.com',
  ])('is accepted: %s', (issuer) => {
    expect(() => makeVerifier({ issuer })).not.toThrow()
  })
})

describe('an issuer of Amazon Cognito', () => {
  it.each([
    'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc',
    'https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_abc',
    'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_abc',
    'https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc',
  ])('without an audience is answered with audience: null and clientIds: %s', (issuer) => {
    const error = configurationErrorOf(() => createAccessTokenVerifier({ issuer }))

    expect(error).toMatchObject({ code: 'option_missing', option: 'audience' })
    expect(error.message).toMatch(/set audience to null, and clientIds/)
  })

  it.each([
    'https://api.auth.eu-west-1.amazoncognito.com',
    'https://api.auth-fips.us-gov-west-1.amazoncognito.com/',
  ])('is not the domain of its sign-in page: %s', (issuer) => {
    const error = configurationErrorOf(() => createAccessTokenVerifier({ issuer, audience: 'a' }))

    expect(error).toMatchObject({ code: 'option_invalid', option: 'issuer' })
    expect(error.message).toContain('the issuer is https://cognito-idp.<region>.amazonaws.com/<userPoolId>')
  })
})

describe('an issuer of Entra ID', () => {
  it.each([
    'https://login.microsoftonline.com/common/v2.0',
    'https://login.microsoftonline.com/organizations',
    'https://login.microsoftonline.us/consumers/v2.0',
    'https://login.partner.microsoftonline.cn/common/',
  ])('names a tenant, unlike %s', (issuer) => {
    const error = configurationErrorOf(() => createAccessTokenVerifier({ issuer, audience: 'a' }))

    expect(error).toMatchObject({ code: 'option_invalid', option: 'issuer' })
    expect(error.message).toContain('https://login.microsoftonline.com/<tenantId>/v2.0')
  })

  it.each([
    'https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0',
    'https://login.microsoftonline.com/commons',
    'https://login.example.com/common/v2.0',
  ])('is accepted: %s', (issuer) => {
    expect(() => makeVerifier({ issuer })).not.toThrow()
  })
})

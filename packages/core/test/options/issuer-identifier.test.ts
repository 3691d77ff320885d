import { AUDIENCE, ISSUER } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { issuerConfiguration } from '../../src/options/issuer.ts'
import { configurationErrorOf } from '../support/verifiers.ts'

const configure = (options: object): ReturnType<typeof issuerConfiguration> =>
  issuerConfiguration({ issuer: ISSUER, audience: AUDIENCE, ...options }, 'issuer')

describe('an issuer is refused if it', () => {
  it.each([
    ['is not a URL', 'example.okta.com/oauth2/default', /absolute URL that starts with https:\/\//],
    ['has another scheme', 'ftp://example.okta.com/oauth2/default', /starts with https:\/\//],
    [
      'has another scheme in front',
      'view-source:https://example.okta.com/oauth2/default',
      /starts with https/,
    ],
    ['has no slashes', 'https:example.okta.com/oauth2/default', /starts with https:\/\//],
    ['has backslashes', 'https:\\\\example.okta.com\\oauth2\\default', /starts with https:\/\//],
    ['contains a line break', 'https://example.okta.com/oauth2/def\nault', /starts with https:\/\//],
    ['contains a space', 'https://example.okta.com/oauth2/my server', /starts with https:\/\//],
    ['is http', 'http://example.okta.com/oauth2/default', /must start with https:\/\/.*allowInsecureHttp/],
    ['has a host like localhost', 'http://localhost.example.com/', /must start with https:\/\//],
    ['has a host like 127.0.0.1', 'http://127.0.0.1.example.com/', /must start with https:\/\//],
    ['ends with a space', `${ISSUER} `, /white space at its start or end; remove it/],
    ['starts with a line break', `\n${ISSUER}`, /white space at its start or end; remove it/],
    ['has {yourOktaDomain}', 'https://{yourOktaDomain}/oauth2/default', /placeholder.*replace it/],
    ['has a shell variable', 'https://$' + '{OKTA_DOMAIN}/oauth2/default', /placeholder.*replace it/],
    ['is a placeholder', '<your issuer>', /placeholder.*replace it/],
    ['is of an Admin Console', 'https://example-admin.okta.com/oauth2/default', /remove "-admin"/],
    ['is of a preview Admin Console', 'https://x-admin.oktapreview.com/oauth2/default', /remove "-admin"/],
    ['is of a military Admin Console', 'https://x-admin.okta.mil/oauth2/default', /remove "-admin"/],
    [
      'is an org authorization server',
      'https://example.okta.com',
      /\/oauth2\/id.*opaque.*custom authorization server/,
    ],
    ['is an org authorization server with a slash', 'https://example.okta.com/', /opaque/],
    ['is an org authorization server on oktapreview', 'https://example.oktapreview.com', /opaque/],
    ['is an org authorization server on okta-emea', 'https://example.okta-emea.com', /opaque/],
    ['is an org authorization server on okta-gov', 'https://example.okta-gov.com', /opaque/],
    ['is an org authorization server on okta.mil', 'https://example.okta.mil', /opaque/],
    ['is the domain of Okta itself', 'https://okta.com', /opaque/],
    [
      'is the URL of metadata',
      'https://as.example/.well-known/openid-configuration',
      /before \/\.well-known\//,
    ],
    ['is the URL of metadata at Okta', `${ISSUER}/.well-known/oauth-authorization-server`, /well-known/],
    ['is in quotation marks', `"${ISSUER}"`, /quotation marks.*remove them/],
    ['has no server id', 'https://example.okta.com/oauth2', /\/oauth2\/id/],
    ['is the endpoint path of the org server', 'https://example.okta.com/oauth2/v1', /\/oauth2\/id/],
    ['is an endpoint', `${ISSUER}/v1/keys`, /\/oauth2\/id/],
    [
      'is on an Okta domain and ends with a slash',
      `${ISSUER}/`,
      /ends with a slash; issuers of Okta have none/,
    ],
    ['is on an Okta domain and ends with two slashes', `${ISSUER}//`, /ends with a slash/],
    ['has a query', `${ISSUER}?client_id=1`, /no query and no fragment/],
    ['has an empty query', `${ISSUER}?`, /no query and no fragment/],
    ['has a fragment', `${ISSUER}#x`, /no query and no fragment/],
    ['has an empty fragment', `${ISSUER}#`, /no query and no fragment/],
    ['has a user name', 'https://someone@example.okta.com/oauth2/default', /user name or password/],
    ['has a password', 'https://:secret@example.okta.com/oauth2/default', /user name or password/],
  ])('%s', (_title, issuer, advice) => {
    const error = configurationErrorOf(() => configure({ issuer }))
    expect(error).toMatchObject({ code: 'option_invalid', option: 'issuer' })
    expect(error.message).toMatch(advice)
    expect(error.message).toMatch(/^issuer /)
  })
})

describe('an issuer is accepted unchanged if it', () => {
  it.each([
    ['is a custom authorization server', ISSUER],
    ['has a server id', 'https://example.okta.com/oauth2/aus9o8wzkhckw9TLa0h7z'],
    ['is a preview server', 'https://example.oktapreview.com/oauth2/default'],
    ['is on a custom domain', 'https://login.example.com/oauth2/default'],
    ['is another server at the root', 'https://issuer.example.com'],
    ['is another server and ends with a slash', 'https://issuer.example.com/'],
    ['has a host like that of Okta', 'https://notokta.com/'],
    ['is http on localhost', 'http://localhost:8080/oauth2/default'],
    ['is http below .localhost', 'http://as.localhost:8080'],
    ['is http on 127.0.0.1', 'http://127.0.0.1:8080/'],
    ['is http on another loopback address', 'http://127.12.200.99'],
    ['is http on [::1]', 'http://[::1]:8080'],
  ])('%s', (_title, issuer) => {
    expect(configure({ issuer }).issuer).toBe(issuer)
  })

  it('is http, with allowInsecureHttp: true', () => {
    const issuer = 'http://as.internal:8080/oauth2/default'
    expect(configure({ issuer, allowInsecureHttp: true })).toMatchObject({ issuer, allowInsecureHttp: true })
    const error = configurationErrorOf(() => configure({ issuer, allowInsecureHttp: false }))
    expect(error.option).toBe('issuer')
  })
})

describe('an issuer that is only a name', () => {
  const jwks = { keys: [{ kty: 'EC' }] }
  const jwksUri = 'https://keys.example.com/keys'
  const metadataUri = 'https://meta.example.com/metadata'

  it.each([
    'accounts.google.com',
    'kubernetes/serviceaccount',
    'urn:example:issuer',
    'My issuer',
    'ausstellér',
    'http://adfs.example.com/adfs/services/trust',
    'http://kubernetes.default.svc',
  ])('is accepted with jwks, jwksUri or metadataUri: %s', (issuer) => {
    for (const source of [{ jwks }, { jwksUri }, { metadataUri }]) {
      expect(configure({ issuer, ...source })).toMatchObject({ issuer, allowInsecureHttp: false })
    }
    expect(configurationErrorOf(() => configure({ issuer })).option).toBe('issuer')
  })

  it('is refused without them with a message that names them', () => {
    const error = configurationErrorOf(() => configure({ issuer: 'accounts.google.com' }))
    expect(error.message).toMatch(/jwks, jwksUri or metadataUri/)
  })

  it.each([
    ['is a misspelled URL', 'https:accounts.google.com'],
    ['has backslashes', 'https:\\\\accounts.google.com'],
    ['is a URL with a line break', 'https://accounts.goo\ngle.com'],
    ['has a line break', 'accounts.goo\ngle.com'],
    ['has a query', 'http://adfs.example.com/adfs?x'],
    ['has a user name', 'http://someone@adfs.example.com/adfs'],
    ['ends with a space', 'accounts.google.com '],
    ['is a placeholder', '{issuer}'],
  ])('is refused even with jwks if it %s', (_title, issuer) => {
    const error = configurationErrorOf(() => configure({ issuer, jwks }))
    expect(error).toMatchObject({ code: 'option_invalid', option: 'issuer' })
  })

  it('does not allow its keys or metadata to be fetched over http', () => {
    const issuer = 'http://adfs.example.com/adfs/services/trust'
    for (const name of ['jwksUri', 'metadataUri']) {
      const error = configurationErrorOf(() => configure({ issuer, [name]: 'http://adfs.example.com/keys' }))
      expect(error.option).toBe(name)
    }
  })
})

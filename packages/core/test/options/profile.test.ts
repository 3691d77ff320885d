import { AUDIENCE } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { issuerConfiguration } from '../../src/options/issuer.ts'

function profilesOf(issuer: string): readonly string[] {
  return issuerConfiguration({ issuer, audience: AUDIENCE, allowInsecureHttp: true }, 'issuer').profiles
}

describe('the default profiles', () => {
  it.each([
    'https://example.okta.com/oauth2/default',
    'https://example.okta.com/oauth2/my-server',
    'https://example.oktapreview.com/oauth2/aus1',
    'https://example.okta-emea.com/oauth2/aus1',
    'https://example.okta.mil/oauth2/aus1',
    'https://login.example.com/oauth2/default',
    'https://login.example.com/oauth2/aus1a2b3c4d5e6f7g8h9',
    'http://127.0.0.1:9000/oauth2/default',
  ])('of the Okta issuer %s are okta and rfc9068', (issuer) => {
    expect(profilesOf(issuer)).toEqual(['okta', 'rfc9068'])
  })

  it('of an issuer that is a name are rfc9068 and generic', () => {
    const options = {
      issuer: 'accounts.example.com',
      audience: AUDIENCE,
      jwksUri: 'https://example.com/keys',
    }
    expect(issuerConfiguration(options, 'issuer').profiles).toEqual(['rfc9068', 'generic'])
  })

  it.each([
    'https://example.us.auth0.com/',
    'https://login.microsoftonline.com/t/v2.0',
    'https://okta.com.example.com/oauth2/token',
    'https://notokta.com/oauth2/token',
    'https://login.example.com/oauth2/default/',
    'https://login.example.com/oauth2/aus',
    'https://login.example.com/oauth2/aus-1',
    'https://login.example.com/oauth2/aus1/v1',
    'https://login.example.com/x/oauth2/default',
    'https://login.example.com/oauth2/token',
    'https://login.example.com/OAUTH2/DEFAULT',
  ])('of the issuer %s are rfc9068 and generic', (issuer) => {
    expect(profilesOf(issuer)).toEqual(['rfc9068', 'generic'])
  })
})

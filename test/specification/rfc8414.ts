import type { Requirement } from './requirement.ts'

/** OAuth 2.0 Authorization Server Metadata: what concerns who reads it. */
export const RFC8414: readonly Requirement[] = [
  {
    id: 'RFC8414-2-issuer',
    section: '2',
    level: 'MUST',
    text: 'An issuer is an https URL without query and fragment.',
    departure:
      'On loopback it may be http, for tests and sidecars; allowInsecureHttp lifts the rule at the risk of whoever sets it.',
  },
  {
    id: 'RFC8414-2-jwks-uri',
    section: '2',
    level: 'MUST',
    text: 'The address of the key set is an https URL.',
    departure:
      'On loopback it may be http, for tests and sidecars; allowInsecureHttp lifts the rule at the risk of whoever sets it.',
  },
  {
    id: 'RFC8414-2-use',
    section: '2',
    level: 'MUST',
    text: 'In a set with keys for encryption the use of each key is told; here one for another use than signatures verifies none.',
  },
  {
    id: 'RFC8414-2.1-signed',
    section: '2.1',
    level: 'MUST',
    text: 'Who supports signed metadata gives it precedence.',
    elsewhere: 'Who does not support it may ignore it, as happens here.',
  },
  {
    id: 'RFC8414-3-suffix',
    section: '3',
    level: 'MUST',
    text: 'It is settled which well-known suffixes are asked for: oauth-authorization-server and openid-configuration.',
  },
  {
    id: 'RFC8414-3.1-get',
    section: '3.1',
    level: 'MUST',
    text: 'Metadata is asked for with GET.',
  },
  {
    id: 'RFC8414-3.1-path',
    section: '3.1',
    level: 'MUST',
    text: 'The well-known path is inserted between host and path of the issuer, whose last slash is left out.',
    departure:
      'Okta and OpenID Connect append the path to the issuer instead; for most issuers that place is asked first, and the inserted one after it.',
  },
  {
    id: 'RFC8414-3.2-response',
    section: '3.2',
    level: 'MUST',
    text: 'Metadata is a 200 with a JSON object under the type application/json; anything else is none.',
    departure:
      'Other JSON types and text/plain are taken too, as static hosts label files so; any other type is refused.',
  },
  {
    id: 'RFC8414-3.3-issuer',
    section: '3.3',
    level: 'MUST NOT',
    text: 'Metadata that names another issuer than the one asked about is not used.',
  },
  {
    id: 'RFC8414-4-comparison',
    section: '4',
    level: 'MUST',
    text: 'Values are compared code point by code point, without any normalisation.',
  },
  {
    id: 'RFC8414-6.1-tls',
    section: '6.1',
    level: 'MUST',
    text: 'TLS is supported.',
  },
  {
    id: 'RFC8414-6.1-confidential',
    section: '6.1',
    level: 'MUST',
    text: 'TLS keeps metadata confidential and whole.',
    departure:
      'On loopback it may be http, for tests and sidecars; allowInsecureHttp lifts the rule at the risk of whoever sets it.',
  },
  {
    id: 'RFC8414-6.1-certificate',
    section: '6.1',
    level: 'MUST',
    text: 'The certificate of the authorization server is checked against its name.',
  },
  {
    id: 'RFC8414-6.2-impersonation',
    section: '6.2',
    level: 'MUST',
    text: 'That certificate and the issuer of the metadata are checked with every request for metadata.',
  },
]

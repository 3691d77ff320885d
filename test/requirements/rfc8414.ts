import type { Requirement } from './requirement.ts'

/** OAuth 2.0 Authorization Server Metadata: what concerns who reads it. */
export const RFC8414: readonly Requirement[] = [
  {
    id: 'RFC8414-2-issuer',
    section: '2',
    level: 'MUST',
    text: 'An issuer is an https URL without query and fragment.',
  },
  {
    id: 'RFC8414-2-jwks-uri',
    section: '2',
    level: 'MUST',
    text: 'The address of the key set is an https URL.',
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
  },
  {
    id: 'RFC8414-3.2-response',
    section: '3.2',
    level: 'MUST',
    text: 'Metadata is a 200 with a JSON object under a JSON content type; anything else is none.',
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

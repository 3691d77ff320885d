import { must, mustNot, rfc, type SpecificationDocument } from './requirement.ts'

const INSECURE = {
  departure:
    'http is allowed on loopback addresses, for tests and sidecars. The option allowInsecureHttp allows it elsewhere, for networks that are trusted.',
}

export const RFC8414: SpecificationDocument = rfc(8414, 'OAuth 2.0 Authorization Server Metadata', [
  must('RFC8414-2-issuer', 'An issuer is an https URL without a query and a fragment.', INSECURE),
  must('RFC8414-2-jwks-uri', 'The jwks_uri is an https URL.', INSECURE),
  must('RFC8414-2-use', 'Where the JWK Set has both signing and encryption keys, every key has a use.', {
    note: 'The authorization server is bound by this. A key for another use than signatures is ignored.',
  }),
  must('RFC8414-2.1-signed', 'Signed metadata takes precedence over plain metadata where it is supported.', {
    elsewhere: 'A consumer that does not support signed metadata may ignore it, as this library does.',
  }),
  must(
    'RFC8414-3-suffix',
    'The well-known suffix of the metadata is defined: oauth-authorization-server or openid-configuration.',
  ),
  must('RFC8414-3.1-get', 'Metadata is requested with GET.'),
  must(
    'RFC8414-3.1-path',
    'The well-known path is inserted between the host and the path of the issuer, without a trailing slash.',
    {
      departure:
        'Okta and OpenID Connect append it to the issuer instead. For most issuers that location is requested first, and the inserted one after it.',
    },
  ),
  must(
    'RFC8414-3.2-response',
    'Metadata is a response with status 200 and a JSON object of the type application/json.',
    {
      departure:
        'The content type is not checked, since authorization servers use many. What is not a JSON object is refused.',
    },
  ),
  mustNot(
    'RFC8414-3.3-issuer',
    'Metadata is not used if its issuer is not the one that it was requested for.',
  ),
  must(
    'RFC8414-4-comparison',
    'Values are compared code point by code point, without Unicode normalization.',
  ),
  must('RFC8414-6.1-tls', 'TLS is supported.'),
  must(
    'RFC8414-6.1-confidential',
    'TLS protects the confidentiality and the integrity of metadata.',
    INSECURE,
  ),
  must('RFC8414-6.1-certificate', "The authorization server's certificate is verified against its name."),
  must(
    'RFC8414-6.2-impersonation',
    'The certificate and the issuer of the metadata are checked on every request for metadata.',
  ),
])

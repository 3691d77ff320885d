import { must, mustNot, rfc, type SpecificationDocument, should, shouldNot } from './requirement.ts'

export const RFC6750: SpecificationDocument = rfc(
  6750,
  'The OAuth 2.0 Authorization Framework: Bearer Token Usage',
  [
    must(
      'RFC6750-2.1-header',
      'An access token in the Authorization header with the Bearer scheme is supported.',
    ),
    must(
      'RFC6750-2.1-grammar',
      'Credentials consist of the scheme, one or more spaces, and a token of the b64token alphabet.',
    ),
    shouldNot(
      'RFC6750-2.2-form',
      'Access tokens are not sent in a form body, except by browsers that have no other way.',
      { note: 'A token in a form body is never accepted.' },
    ),
    shouldNot('RFC6750-2.3-query', 'Access tokens are not sent in the query.'),
    should(
      'RFC6750-2.3-cache-private',
      'A successful response to a request with a token in the query is marked as private for caches.',
      { elsewhere: 'The case never arises: a token in the query is always refused.' },
    ),
    must(
      'RFC6750-3-challenge',
      'A response to missing credentials, or to a token that does not give access, has a WWW-Authenticate header.',
    ),
    must('RFC6750-3-scheme', 'Every challenge uses the Bearer scheme.'),
    must('RFC6750-3-parameter', 'The scheme of a challenge is followed by at least one parameter.'),
    mustNot(
      'RFC6750-3-once',
      'The parameters realm, scope, error, error_description and error_uri do not appear more than once.',
    ),
    mustNot(
      'RFC6750-3-scope-characters',
      'The scope parameter has no characters other than those of scope names and the spaces between them.',
    ),
    mustNot(
      'RFC6750-3-error-characters',
      'The parameters error and error_description have no characters other than printable ASCII without quotes and backslashes.',
    ),
    mustNot(
      'RFC6750-3-error-uri',
      'The error_uri parameter is a URI reference and has no characters that a URI reference cannot have.',
      { elsewhere: 'The case never arises: no challenge has an error_uri.' },
    ),
    should(
      'RFC6750-3-error',
      'The challenge to a failed token says in its error parameter why access was declined.',
    ),
    should('RFC6750-3.1-invalid-request', 'A malformed request is answered with 400 and invalid_request.'),
    should(
      'RFC6750-3.1-one-method',
      'A request that sends an access token in more than one way is malformed.',
    ),
    should(
      'RFC6750-3.1-invalid-token',
      'A token that is expired, malformed, or invalid for another reason is answered with 401 and invalid_token.',
    ),
    should(
      'RFC6750-3.1-insufficient-scope',
      'A token with insufficient privileges is answered with 403 and insufficient_scope.',
    ),
    shouldNot(
      'RFC6750-3.1-bare-challenge',
      'The challenge to a request without any credentials has no error code and no other error information.',
    ),
    must('RFC6750-5.2-integrity', 'Changes to a token are detected.'),
    must('RFC6750-5.2-lifetime', 'The lifetime of a token is limited.'),
    must('RFC6750-5.2-tls', 'TLS keeps tokens confidential between the client and the resource server.', {
      elsewhere: 'The server or its proxy terminates TLS before the library sees the request.',
    }),
    must('RFC6750-5.2-encryption', 'A token that the client must not read is encrypted in addition to TLS.', {
      elsewhere: 'The authorization server decides this. Encrypted tokens are not supported and are refused.',
    }),
    must(
      'RFC6750-5.2-front-end',
      'Where TLS ends before the resource server, the rest of the way is kept confidential as well.',
      { elsewhere: 'The deployment is responsible: the library cannot know where TLS ends.' },
    ),
    mustNot('RFC6750-5.3-cookies', 'Tokens are not stored in cookies that can be sent in the clear.', {
      note: 'No token is read from any cookie, and no cookie is set.',
    }),
    must(
      'RFC6750-5.3-forgery',
      'An application that stores tokens in cookies takes precautions against cross-site request forgery.',
      { elsewhere: 'The case never arises: a token in a cookie is not accepted.' },
    ),
    shouldNot('RFC6750-5.3-url', 'Tokens are not passed in URLs, where histories and logs would keep them.'),
  ],
)

import type { Requirement } from './requirement.ts'

/** The OAuth 2.0 Authorization Framework: Bearer Token Usage. */
export const RFC6750: readonly Requirement[] = [
  {
    id: 'RFC6750-2.1-header',
    section: '2.1',
    level: 'MUST',
    text: 'A token sent in the Authorization header with the scheme Bearer is taken.',
  },
  {
    id: 'RFC6750-2.1-grammar',
    section: '2.1',
    level: 'MUST',
    text: 'Credentials are the scheme, one or more spaces, and one token of its own alphabet; nothing else is.',
  },
  {
    id: 'RFC6750-2.3-query',
    section: '2.3',
    level: 'SHOULD NOT',
    text: 'The query is not used to carry tokens.',
  },
  {
    id: 'RFC6750-2.3-cache-private',
    section: '2.3',
    level: 'SHOULD',
    text: 'A success in answer to a token from the query is marked private for caches.',
    elsewhere: 'The case never arises: a token in the query is always refused.',
  },
  {
    id: 'RFC6750-3-challenge',
    section: '3',
    level: 'MUST',
    text: 'An answer to missing credentials, or to a token that opens nothing, has a WWW-Authenticate header.',
  },
  {
    id: 'RFC6750-3-scheme',
    section: '3',
    level: 'MUST',
    text: 'Every challenge names the scheme Bearer.',
  },
  {
    id: 'RFC6750-3-parameter',
    section: '3',
    level: 'MUST',
    text: 'The scheme of a challenge is followed by at least one parameter.',
  },
  {
    id: 'RFC6750-3-once',
    section: '3',
    level: 'MUST NOT',
    text: 'No parameter of a challenge (realm, scope, error, error_description, error_uri) stands in it twice.',
  },
  {
    id: 'RFC6750-3-scope-characters',
    section: '3',
    level: 'MUST NOT',
    text: 'The scope of a challenge has no characters but those of scope names and the spaces between them.',
  },
  {
    id: 'RFC6750-3-error-characters',
    section: '3',
    level: 'MUST NOT',
    text: 'Error and error_description have printable ASCII only, without quotes and backslashes.',
  },
  {
    id: 'RFC6750-3-error',
    section: '3',
    level: 'SHOULD',
    text: 'The challenge to a token that failed says by its error why access was declined.',
  },
  {
    id: 'RFC6750-3.1-invalid-request',
    section: '3.1',
    level: 'SHOULD',
    text: 'A malformed request is answered with 400 and invalid_request.',
  },
  {
    id: 'RFC6750-3.1-one-method',
    section: '3.1',
    level: 'SHOULD',
    text: 'A request that brings a token in more than one way counts as malformed.',
  },
  {
    id: 'RFC6750-3.1-invalid-token',
    section: '3.1',
    level: 'SHOULD',
    text: 'A token that is expired, malformed or invalid for any other reason is answered with 401 and invalid_token.',
  },
  {
    id: 'RFC6750-3.1-insufficient-scope',
    section: '3.1',
    level: 'SHOULD',
    text: 'A token whose privileges do not reach is answered with 403 and insufficient_scope.',
  },
  {
    id: 'RFC6750-3.1-bare-challenge',
    section: '3.1',
    level: 'SHOULD NOT',
    text: 'The challenge to a request without any credentials has no error code and no other error information.',
  },
  {
    id: 'RFC6750-5.2-tls',
    section: '5.2',
    level: 'MUST',
    text: 'Between client and resource server TLS keeps tokens confidential.',
    elsewhere: 'The server or its proxy terminates TLS; the library sees requests after that.',
  },
  {
    id: 'RFC6750-5.2-front-end',
    section: '5.2',
    level: 'MUST',
    text: 'Where TLS ends before the server, the way from there on is kept confidential too.',
    elsewhere: 'The deployment: the library does not know where TLS ended.',
  },
  {
    id: 'RFC6750-5.3-cookies',
    section: '5.3',
    level: 'MUST NOT',
    text: 'Tokens are not kept in cookies that can be sent in the clear; here none is read from or set as a cookie.',
  },
  {
    id: 'RFC6750-5.3-url',
    section: '5.3',
    level: 'SHOULD NOT',
    text: 'Tokens are not passed in page URLs, where histories and logs would keep them.',
  },
]
